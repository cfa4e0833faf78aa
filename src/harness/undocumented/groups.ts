import type { Inventory } from '../inventory/model.ts';
import type { AddressSet } from '../predict/sets/addresses.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';
import { gateKey, type Gate } from './gates.ts';

/** One end of an allow: a workload's id, or ranges of addresses, each as `first-last`. */
export type End = { readonly id: string } | { readonly addresses: AddressSet };

/** Every source with every destination, on the same connections. */
export interface Block {
  /** Workload ids, `namespace/*` for all of a namespace, address ranges. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly connections: ConnectionSet;
  /** How many pairs of a source and a destination these are; ranges that were found together count as one. */
  readonly pairs: number;
  /** Whether one end is outside the cluster. */
  readonly outside: boolean;
}

/** Everything undocumented that one gate lets through. */
export interface Group {
  readonly gate: Gate;
  readonly blocks: readonly Block[];
}

/** For one set of connections: the sources of each destination, by key. */
type Table = Map<string, Set<string>>;

interface Draft {
  readonly gate: Gate;
  readonly tables: Map<string, { readonly connections: ConnectionSet; readonly table: Table }>;
}

/** Gathers what gates let through and joins what is alike, so that a thousand pairs become a few blocks. */
export class Groups {
  readonly #drafts = new Map<string, Draft>();
  readonly #ranges = new Map<string, readonly string[]>();
  readonly #namespaces: ReadonlyMap<string, readonly string[]>;
  readonly #namespaceOf: ReadonlyMap<string, string>;

  constructor({ workloads }: Pick<Inventory, 'workloads'>) {
    this.#namespaceOf = new Map(workloads.map(({ id, namespace }) => [id, namespace]));
    this.#namespaces = new Map(
      [...Map.groupBy(workloads, ({ namespace }) => namespace)].map(([name, all]) => [name, all.map(({ id }) => id)]),
    );
  }

  add(gate: Gate, from: End, to: End, connections: ConnectionSet): void {
    const key = gateKey(gate);
    const draft: Draft = this.#drafts.get(key) ?? { gate, tables: new Map() };
    this.#drafts.set(key, draft);
    const text = connections.format();
    const table = draft.tables.get(text)?.table ?? new Map<string, Set<string>>();
    draft.tables.set(text, { connections, table });
    const toKey = this.#keyOf(to);
    const sources = table.get(toKey) ?? new Set<string>();
    table.set(toKey, sources);
    sources.add(this.#keyOf(from));
  }

  /** In the order in which gates were first met; in each, what comes from or goes outside first, then the largest. */
  finish(): readonly Group[] {
    return [...this.#drafts.values()].map(({ gate, tables }) => ({
      gate,
      blocks: [...tables.values()]
        .flatMap(({ connections, table }) => this.#blocks(connections, table))
        .sort((a, b) => Number(b.outside) - Number(a.outside) || b.pairs - a.pairs),
    }));
  }

  /** Destinations with the same sources are one block. */
  #blocks(connections: ConnectionSet, table: Table): readonly Block[] {
    const bySources = Map.groupBy(table, ([, sources]) => [...sources].sort().join('\n'));
    return [...bySources.values()].map((rows) => {
      const destinations = rows.map(([to]) => to);
      const sources = [...(rows[0]?.[1] ?? [])];
      return {
        from: this.#names(sources),
        to: this.#names(destinations),
        connections,
        pairs: sources.length * destinations.length,
        outside: [...sources, ...destinations].some((key) => this.#ranges.has(key)),
      };
    });
  }

  #keyOf(end: End): string {
    if ('id' in end) return end.id;
    const ranges = end.addresses.ranges();
    const key = ranges.join(', ');
    this.#ranges.set(key, ranges);
    return key;
  }

  /** All workloads of a namespace, where there are several, become `namespace/*`. */
  #names(keys: readonly string[]): readonly string[] {
    const named = new Set(keys);
    const names = new Set<string>();
    for (const key of keys) {
      const ranges = this.#ranges.get(key);
      if (ranges !== undefined) for (const range of ranges) names.add(range);
      else names.add(this.#wholeNamespace(key, named) ?? key);
    }
    return [...names];
  }

  #wholeNamespace(id: string, named: ReadonlySet<string>): string | undefined {
    const namespace = this.#namespaceOf.get(id);
    const all = namespace === undefined ? [] : (this.#namespaces.get(namespace) ?? []);
    return namespace !== undefined && all.length > 1 && all.every((one) => named.has(one))
      ? `${namespace}/*`
      : undefined;
  }
}
