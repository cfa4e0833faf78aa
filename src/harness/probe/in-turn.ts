/** All of them, so many at the same time. */
export async function inTurn<T, R>(
  items: readonly T[],
  atOnce: number,
  act: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const left = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of left) results.push(await act(item, index));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
