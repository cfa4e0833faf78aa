import type { Workload } from '../inventory/model.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';

/** Every source with every destination, on the same connections. */
export interface Block {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly connections: ConnectionSet;
  readonly pairs: number;
}

interface Table {
  readonly connections: ConnectionSet;
  /** The sources of each destination. */
  readonly sources: Map<string, Set<string>>;
}

/** Joins pairs that are alike, so that thousands become a few blocks. */
export class Blocks {
  readonly #tables = new Map<string, Table>();

  add(from: string, to: string, connections: ConnectionSet): void {
    const key = connections.format();
    const table: Table = this.#tables.get(key) ?? { connections, sources: new Map() };
    this.#tables.set(key, table);
    const sources = table.sources.get(to) ?? new Set<string>();
    table.sources.set(to, sources);
    sources.add(from);
  }

  /** Destinations with the same sources on the same connections are one block; the largest first. */
  finish(): readonly Block[] {
    return [...this.#tables.values()]
      .flatMap(({ connections, sources }) =>
        [...Map.groupBy(sources, ([, found]) => [...found].sort().join('\n')).values()].map((rows): Block => {
          const from = [...(rows[0]?.[1] ?? [])];
          const to = rows.map(([name]) => name);
          return { from, to, connections, pairs: from.length * to.length };
        }),
      )
      .sort((a, b) => b.pairs - a.pairs);
  }
}

/** How many names stand in one list. */
const MOST_NAMED = 6;

/** Lists workloads by name: `shop/*` for all of a namespace where there are several, and no more than a line holds. */
export class Names {
  readonly #byNamespace: ReadonlyMap<string, readonly string[]>;
  readonly #namespaceOf: ReadonlyMap<string, string>;

  constructor(workloads: readonly Workload[]) {
    this.#namespaceOf = new Map(workloads.map(({ id, namespace }) => [id, namespace]));
    this.#byNamespace = new Map(
      [...Map.groupBy(workloads, ({ namespace }) => namespace)].map(([name, all]) => [name, all.map(({ id }) => id)]),
    );
  }

  list(ids: readonly string[]): string {
    const given = new Set(ids);
    const names = [...new Set(ids.map((id) => this.#whole(id, given) ?? id))];
    const more = names.length - MOST_NAMED;
    return more > 1 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${more} more` : names.join(', ');
  }

  #whole(id: string, given: ReadonlySet<string>): string | undefined {
    const namespace = this.#namespaceOf.get(id);
    const all = namespace === undefined ? [] : (this.#byNamespace.get(namespace) ?? []);
    return all.length > 1 && all.every((one) => given.has(one)) ? `${namespace ?? ''}/*` : undefined;
  }
}
