/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Interpolated between neighbours. @throws RangeError for no values: there is nothing to tell of */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) throw new RangeError('no values were measured');
  return low + (high - low) * (place - Math.floor(place));
}

/** Three digits that count: `0.0123`, `1.23`, `123`, `12300`. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}

/** Repeats a measurement, one after another. */
export async function repeated<T>(times: number, measure: (index: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let index = 0; index < times; index += 1) results.push(await measure(index));
  return results;
}
