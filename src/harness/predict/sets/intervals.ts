/**
 * Exact sets of whole numbers as sorted half-open intervals `[start, end)`, flat: `[start0, end0, start1, end1, …]`.
 * No two intervals touch, so equal sets are equal lists. Half-open bounds need no arithmetic, only comparison, so the
 * same code serves ports and IPv4 (`number`) and IPv6 (`bigint`).
 */
export type Bounds<T extends number | bigint> = readonly T[];

/** The set of all points for which `keep(isInA, isInB)` holds; `keep(false, false)` must be false. */
export function combine<T extends number | bigint>(
  a: Bounds<T>,
  b: Bounds<T>,
  keep: (inA: boolean, inB: boolean) => boolean,
): Bounds<T> {
  const result: T[] = [];
  let i = 0;
  let j = 0;
  let kept = false;
  for (;;) {
    const nextA = a[i];
    const nextB = b[j];
    if (nextA === undefined && nextB === undefined) return result;
    const takeA = nextB === undefined || (nextA !== undefined && nextA <= nextB);
    const takeB = nextA === undefined || (nextB !== undefined && nextB <= nextA);
    const bound = takeA ? nextA : nextB;
    if (takeA) i += 1;
    if (takeB) j += 1;
    const keeps = keep(i % 2 === 1, j % 2 === 1);
    if (keeps !== kept && bound !== undefined) result.push(bound);
    kept = keeps;
  }
}

export const union = <T extends number | bigint>(a: Bounds<T>, b: Bounds<T>): Bounds<T> =>
  a.length === 0 ? b : b.length === 0 ? a : combine(a, b, (inA, inB) => inA || inB);

export const intersect = <T extends number | bigint>(a: Bounds<T>, b: Bounds<T>): Bounds<T> =>
  a.length === 0 || b.length === 0 ? [] : combine(a, b, (inA, inB) => inA && inB);

export const subtract = <T extends number | bigint>(a: Bounds<T>, b: Bounds<T>): Bounds<T> =>
  a.length === 0 || b.length === 0 ? a : combine(a, b, (inA, inB) => inA && !inB);

/** Whether the sets have a point in common. */
export function overlaps<T extends number | bigint>(a: Bounds<T>, b: Bounds<T>): boolean {
  let i = 0;
  let j = 0;
  for (;;) {
    const [startA, endA] = [a[i], a[i + 1]];
    const [startB, endB] = [b[j], b[j + 1]];
    if (startA === undefined || endA === undefined || startB === undefined || endB === undefined) return false;
    if (startA < endB && startB < endA) return true;
    if (endA <= endB) i += 2;
    else j += 2;
  }
}

export function contains<T extends number | bigint>(bounds: Bounds<T>, point: T): boolean {
  return countUpTo(bounds, point) % 2 === 1;
}

/** How many of some ascending values are at most `point`. */
export function countUpTo<T extends number | bigint>(bounds: readonly T[], point: T): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const bound = bounds[middle];
    if (bound !== undefined && bound <= point) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function equals<T extends number | bigint>(a: Bounds<T>, b: Bounds<T>): boolean {
  return a === b || (a.length === b.length && a.every((bound, index) => bound === b[index]));
}

/** Pairs `[start, end)`, in order. */
export function pairs<T extends number | bigint>(bounds: Bounds<T>): readonly (readonly [start: T, end: T])[] {
  const result: (readonly [T, T])[] = [];
  for (let index = 0; index + 1 < bounds.length; index += 2) {
    const start = bounds[index];
    const end = bounds[index + 1];
    if (start !== undefined && end !== undefined) result.push([start, end]);
  }
  return result;
}
