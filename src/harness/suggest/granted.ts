import type { Inventory, Workload } from '../inventory/model.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import { outsider } from '../predict/ends/outsider.ts';
import type { AddressAllow } from '../undocumented/documented.ts';
import type { Claim } from './model.ts';
import type { Scope } from './scope.ts';

/**
 * What the requirements ask for, as exact sets: the measure of what a suggestion may allow. An outsider is whoever else
 * runs in the cluster, so what it may, workloads of namespaces that no set speaks of may as well.
 */
export class Granted {
  readonly #pairs = new Map<string, ConnectionSet>();
  readonly #into = new Map<Workload, AddressAllow[]>();
  readonly #out = new Map<Workload, AddressAllow[]>();
  readonly #strangers: ReadonlySet<Workload>;

  constructor(may: readonly Claim[], scope: Scope, { workloads }: Pick<Inventory, 'workloads'>) {
    this.#strangers = new Set(
      workloads.filter(({ namespace, hostNetwork }) => !hostNetwork && !scope.namespaces.includes(namespace)),
    );
    for (const claim of may) this.#add(claim);
  }

  between(from: Workload, to: Workload): ConnectionSet {
    const set = this.#pair(from, to);
    if (this.#strangers.has(from)) return set.union(this.#pair(outsider(), to));
    return this.#strangers.has(to) ? set.union(this.#pair(from, outsider())) : set;
  }

  fromAddresses(to: Workload): readonly AddressAllow[] {
    return this.#into.get(to) ?? [];
  }

  toAddresses(from: Workload): readonly AddressAllow[] {
    return this.#out.get(from) ?? [];
  }

  #pair(from: Workload, to: Workload): ConnectionSet {
    return this.#pairs.get(pairKey(from, to)) ?? ConnectionSet.NONE;
  }

  #add({ from, to, connections }: Claim): void {
    if (from.kind === 'workload' && to.kind === 'workload') {
      const key = pairKey(from.workload, to.workload);
      this.#pairs.set(key, this.#pairs.get(key)?.union(connections) ?? connections);
    } else if (from.kind === 'workload' && to.kind === 'addresses') {
      append(this.#out, from.workload, { addresses: to.addresses, connections });
    } else if (from.kind === 'addresses' && to.kind === 'workload') {
      append(this.#into, to.workload, { addresses: from.addresses, connections });
    }
  }
}

function pairKey(from: Workload, to: Workload): string {
  return `${from.id} ${to.id}`;
}

function append(map: Map<Workload, AddressAllow[]>, key: Workload, allow: AddressAllow): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [allow]);
  else known.push(allow);
}
