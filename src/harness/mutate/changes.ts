import { PROTOCOLS } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import type { AddressSet } from '../predict/sets/addresses.ts';
import { matrixAddresses } from '../predict/matrix.ts';
import type { AddressPrediction, Prediction, Predictor } from '../predict/model.ts';
import { policyName } from '../predict/classes/concerning.ts';
import { outsider } from '../predict/ends/outsider.ts';
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
    const subjects = new Set(touched.filter(({ assumed }) => assumed !== true));
    for (const subject of subjects) {
      if (directions.includes('ingress')) {
        for (const other of this.#workloads) this.#pair(found, other, subject, mutated);
        this.#fromOutside(found, subject, mutated);
      }
      if (directions.includes('egress')) {
        for (const other of this.#workloads) {
          const isSeen = directions.includes('ingress') && subjects.has(other);
          if (!isSeen) this.#pair(found, subject, other, mutated);
        }
        this.#toOutside(found, subject, mutated);
        for (const server of this.#assumed) this.#dns(found, subject, server, mutated);
      }
    }
    if (!directions.includes('ingress')) return found;
    for (const server of touched.filter(({ assumed }) => assumed === true)) {
      for (const other of this.#workloads) this.#dns(found, other, server, mutated);
    }
    return found;
  }

  #pair(found: Found, from: Workload, to: Workload, mutated: Predictor): void {
    if (from === to && from.kind === 'Pod') return;
    const [before, after] = [this.#base.between(from, to), mutated.between(from, to)];
    found.add({ kind: 'workload', workload: from }, { kind: 'workload', workload: to }, before, after);
  }

  #dns(found: Found, from: Workload, server: Workload, mutated: Predictor): void {
    const [before, after] = [this.#base.between(from, server), mutated.between(from, server)];
    if (!before.allowed.equals(after.allowed)) found.dns = true;
  }

  /** Of strangers outside and strangers inside together nothing is asked. */
  #fromOutside(found: Found, to: Workload, mutated: Predictor): void {
    if (to === outsider()) return;
    const parts = this.#base.fromAddresses(this.#addresses, to);
    for (const { addresses, before, after } of common(parts, (some) => mutated.fromAddresses(some, to))) {
      found.add({ kind: 'addresses', addresses }, { kind: 'workload', workload: to }, before, after);
    }
  }

  #toOutside(found: Found, from: Workload, mutated: Predictor): void {
    if (from === outsider()) return;
    const parts = this.#base.toAddresses(from, this.#addresses);
    for (const { addresses, before, after } of common(parts, (some) => mutated.toAddresses(from, some))) {
      found.add({ kind: 'workload', workload: from }, { kind: 'addresses', addresses }, before, after);
    }
  }
}

interface Common {
  readonly addresses: AddressSet;
  readonly before: Prediction;
  readonly after: Prediction;
}

/** Addresses that are answered alike before, and alike after. */
function common(
  parts: readonly AddressPrediction[],
  after: (addresses: AddressSet) => readonly AddressPrediction[],
): readonly Common[] {
  return parts.flatMap((part) =>
    after(part.addresses).map(({ addresses, prediction }) => ({
      addresses,
      before: part.prediction,
      after: prediction,
    })),
  );
}

class Found implements Changes {
  readonly sure: Change[] = [];
  doubt?: string;
  dns = false;

  add(from: End, to: End, before: Prediction, after: Prediction): void {
    const isSame = before.allowed.equals(after.allowed) && before.unknown.equals(after.unknown);
    if (isSame) return;
    const possible = before.allowed.union(before.unknown);
    const opened = after.allowed.subtract(possible);
    const closed = before.allowed.subtract(after.allowed).subtract(after.unknown);
    if (opened.isEmpty && closed.isEmpty) this.doubt ??= doubtOf([before, after]);
    else this.sure.push({ from, to, opened, closed, before: possible });
  }
}

function doubtOf(predictions: readonly Prediction[]): string {
  for (const prediction of predictions) {
    for (const protocol of PROTOCOLS) {
      const [first] = prediction.unknown.intervals(protocol);
      const reason = first && prediction.decide(protocol, first.from).reason;
      if (reason !== undefined) return reason;
    }
  }
  return 'what the policies say of it is not known';
}
