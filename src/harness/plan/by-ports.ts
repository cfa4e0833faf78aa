import type { Protocol } from '../../requirements/model.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

interface Entry {
  readonly from: number;
  readonly to: number;
  /** Its place in the list. */
  readonly index: number;
  /** The furthest end of this entry and of all before it. */
  furthest: number;
}

/** Finds the items whose connections share a port with others': without asking each of them. */
export class ByPorts<T extends { readonly connections: ConnectionSet }> {
  readonly #items: readonly T[];
  readonly #entries: ReadonlyMap<string, readonly Entry[]>;

  constructor(items: readonly T[]) {
    this.#items = items;
    this.#entries = new Map(PROTOCOLS.map((protocol) => [protocol, sorted(entriesOf(items, protocol))]));
  }

  /** In the order in which they were given. */
  overlapping(connections: ConnectionSet): readonly T[] {
    const found = new Set<number>();
    for (const protocol of PROTOCOLS) {
      const entries = this.#entries.get(protocol) ?? [];
      for (const { from, to } of connections.intervals(protocol)) {
        for (let at = countUpTo(entries, to) - 1; (entries[at]?.furthest ?? 0) >= from; at -= 1) {
          const entry = entries[at];
          if (entry !== undefined && entry.to >= from) found.add(entry.index);
        }
      }
    }
    return [...found].sort((a, b) => a - b).flatMap((index) => this.#items[index] ?? []);
  }
}

function entriesOf(items: readonly { readonly connections: ConnectionSet }[], protocol: Protocol): Entry[] {
  return items.flatMap(({ connections }, index) =>
    connections.intervals(protocol).map(({ from, to }) => ({ from, to, index, furthest: to })),
  );
}

function sorted(entries: Entry[]): readonly Entry[] {
  entries.sort((a, b) => a.from - b.from);
  let furthest = 0;
  for (const entry of entries) entry.furthest = furthest = Math.max(furthest, entry.to);
  return entries;
}

/** How many begin at `port` or before it. */
function countUpTo(entries: readonly Entry[], port: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.from ?? 0) <= port) low = middle + 1;
    else high = middle;
  }
  return low;
}
