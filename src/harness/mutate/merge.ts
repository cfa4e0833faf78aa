import type { CatchingCase } from './model.ts';

/**
 * Joins cases that differ in their sources alone, then those that differ in their destinations alone: each pair of
 * the joined case was a case before. Ids are given anew, in order, from those that the cases have.
 * @returns what each case became
 */
export function mergeCases(cases: readonly CatchingCase[]): ReadonlyMap<CatchingCase, CatchingCase> {
  const bySource = joined(
    cases,
    ({ to, expect, on }) => JSON.stringify([to, expect, on]),
    (first, all) => ({ ...first, from: unique(all.flatMap(({ from }) => from)) }),
  );
  const byDestination = joined(
    unique(bySource.values()),
    ({ from, expect, on }) => JSON.stringify([from, expect, on]),
    (first, all) => ({ ...first, to: unique(all.flatMap(({ to }) => to)) }),
  );
  const ids = cases.map(({ id }) => id).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const renamed = new Map(
    unique(byDestination.values()).map((one, index) => [one, { ...one, id: ids[index] ?? one.id }]),
  );
  const became = (one: CatchingCase): CatchingCase => {
    const merged = byDestination.get(bySource.get(one) ?? one) ?? one;
    return renamed.get(merged) ?? merged;
  };
  return new Map(cases.map((one) => [one, became(one)]));
}

function joined(
  cases: readonly CatchingCase[],
  key: (one: CatchingCase) => string,
  join: (first: CatchingCase, all: readonly CatchingCase[]) => CatchingCase,
): Map<CatchingCase, CatchingCase> {
  const result = new Map<CatchingCase, CatchingCase>();
  for (const all of Map.groupBy(cases, key).values()) {
    const [first] = all;
    if (first === undefined) continue;
    const one = all.length === 1 ? first : join(first, all);
    for (const before of all) result.set(before, one);
  }
  return result;
}

function unique<T>(all: Iterable<T>): T[] {
  return [...new Set(all)];
}
