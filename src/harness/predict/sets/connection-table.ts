import { ConnectionSet } from './connections.ts';

/** The identity of a set in a table: equal sets have equal numbers. */
export type SetId = number;
export const NONE: SetId = 0;
export const ALL: SetId = 1;

/** Pairs of ids become one key; a table stays far below this many sets. */
const SPAN = 2 ** 26;

/**
 * Every distinct set of connections once. A cluster has many pairs and few distinct sets, so operations are on ids and
 * each is computed once.
 */
export class ConnectionTable {
  readonly #sets: ConnectionSet[] = [ConnectionSet.NONE, ConnectionSet.ALL];
  readonly #ids = new Map<string, SetId>([
    ['none', NONE],
    ['all', ALL],
  ]);
  readonly #unions = new Map<number, SetId>();
  readonly #intersections = new Map<number, SetId>();
  readonly #differences = new Map<number, SetId>();

  intern(set: ConnectionSet): SetId {
    const text = set.format();
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#sets.push(set);
    this.#ids.set(text, this.#sets.length - 1);
    return this.#sets.length - 1;
  }

  get(id: SetId): ConnectionSet {
    return this.#sets[id] ?? ConnectionSet.NONE;
  }

  union(a: SetId, b: SetId): SetId {
    if (a === b || b === NONE || a === ALL) return a;
    if (a === NONE || b === ALL) return b;
    return this.#memo(this.#unions, Math.min(a, b), Math.max(a, b), (x, y) => x.union(y));
  }

  intersect(a: SetId, b: SetId): SetId {
    if (a === b || a === NONE || b === ALL) return a;
    if (b === NONE || a === ALL) return b;
    return this.#memo(this.#intersections, Math.min(a, b), Math.max(a, b), (x, y) => x.intersect(y));
  }

  subtract(a: SetId, b: SetId): SetId {
    if (a === b || a === NONE || b === ALL) return NONE;
    if (b === NONE) return a;
    return this.#memo(this.#differences, a, b, (x, y) => x.subtract(y));
  }

  #memo(
    memo: Map<number, SetId>,
    a: SetId,
    b: SetId,
    compute: (a: ConnectionSet, b: ConnectionSet) => ConnectionSet,
  ): SetId {
    const key = a * SPAN + b;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const id = this.intern(compute(this.get(a), this.get(b)));
    memo.set(key, id);
    return id;
  }
}
