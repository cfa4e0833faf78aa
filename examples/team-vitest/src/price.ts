/** What a basket costs, in cents. Ten of one thing are sold for the price of nine. */
export function priceOf(basket: readonly { readonly cents: number; readonly count: number }[]): number {
  return basket.reduce((sum, { cents, count }) => sum + cents * (count - Math.floor(count / 10)), 0);
}
