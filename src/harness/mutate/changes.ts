import type { Direction } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import type { AddressSet } from '../predict/sets/addresses.ts';
import { matrixAddresses } from '../predict/matrix.ts';
import type { Predictor } from '../predict/model.ts';
import { policyName } from '../predict/classes/concerning.ts';
import { outsider } from '../predict/ends/outsider.ts';
import { Comparison, type Difference } from './comparison.ts';
import type { Change, End, Mutant } from './model.ts';

/** What a mutant changes, over everything that the exact-set matrix holds, and an outsider. */
export interface Changes {
  /** Each a connection that is surely opened or surely closed. */
  readonly sure: readonly Change[];
  /** Something else changes, and this is why it is not known what becomes of it, or what it was. */
  readonly doubt?: string;
  /** Whether the assumed cluster DNS, which is in no inventory, would notice. */
  readonly dns: boolean;
}

export class ChangeSearch {
  readonly #base: Predictor;
  readonly #workloads: readonly Workload[];
  readonly #assumed: readonly Workload[];
  readonly #addresses: AddressSet;

  /** @param dns who answers for names: of the inventory, or assumed */
  constructor(inventory: Inventory, base: Predictor, dns: readonly Workload[]) {
    this.#base = base;
    this.#workloads = [outsider(), ...inventory.workloads];
    this.#assumed = dns.filter(({ assumed }) => assumed === true);
    this.#addresses = matrixAddresses(inventory);
  }

  /** Whom a policy that the mutant changes concerns, before or after: one that selects more decides for more. */
  touched({ policy, edit }: Mutant, mutated: Predictor): readonly Workload[] {
    const names = edit.list === 'adminPolicies' ? [...new Set(edit.replaced.map(policyName))] : [policy.name];
    return [...this.#workloads, ...this.#assumed].filter((one) =>
      names.some((name) => this.#base.mayConcern(name, one) || mutated.mayConcern(name, one)),
    );
  }

  of({ directions }: Mutant, touched: readonly Workload[], mutated: Predictor): Changes {
    const found = new Found();
    const compared = new Comparison(this.#base, mutated, this.#addresses);
    const subjects = new Set(touched.filter(({ assumed }) => assumed !== true));
    for (const subject of subjects) {
      if (directions.includes('ingress')) {
        for (const other of this.#workloads) addPair(found, other, subject, compared);
        addOutside(found, subject, 'ingress', compared);
      }
      if (directions.includes('egress')) {
        for (const other of this.#workloads) {
          const isSeen = directions.includes('ingress') && subjects.has(other);
          if (!isSeen) addPair(found, subject, other, compared);
        }
        addOutside(found, subject, 'egress', compared);
        for (const server of this.#assumed) this.#dns(found, subject, server, mutated);
      }
    }
    if (!directions.includes('ingress')) return found;
    for (const server of touched.filter(({ assumed }) => assumed === true)) {
      for (const other of this.#workloads) this.#dns(found, other, server, mutated);
    }
    return found;
  }

  #dns(found: Found, from: Workload, server: Workload, mutated: Predictor): void {
    if (found.dns) return;
    const [before, after] = [this.#base.between(from, server), mutated.between(from, server)];
    if (!before.allowed.equals(after.allowed)) found.dns = true;
  }
}

function addPair(found: Found, from: Workload, to: Workload, compared: Comparison): void {
  if (from === to && from.kind === 'Pod') return;
  const difference = compared.between(from, to);
  if (difference === undefined) return;
  found.add({ kind: 'workload', workload: from }, { kind: 'workload', workload: to }, difference);
}

/** Of strangers outside and strangers inside together nothing is asked. */
function addOutside(found: Found, subject: Workload, direction: Direction, compared: Comparison): void {
  if (subject === outsider()) return;
  const workload: End = { kind: 'workload', workload: subject };
  for (const { addresses, difference } of compared.outside(subject, direction)) {
    const outside: End = { kind: 'addresses', addresses };
    if (direction === 'ingress') found.add(outside, workload, difference);
    else found.add(workload, outside, difference);
  }
}

class Found implements Changes {
  readonly sure: Change[] = [];
  doubt?: string;
  dns = false;

  add(from: End, to: End, difference: Difference): void {
    if ('doubt' in difference) this.doubt ??= difference.doubt();
    else this.sure.push({ from, to, ...difference });
  }
}
