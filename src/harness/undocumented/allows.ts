import type { Direction } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import type { AddressSet } from '../predict/sets/addresses.ts';
import type { CompiledRule } from '../predict/rules/compile.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import { matrixAddresses } from '../predict/matrix.ts';
import type { AddressPrediction, PolicyRef, Prediction, Predictor } from '../predict/model.ts';
import { subtractAllows, type AddressAllow, type Documented } from './documented.ts';
import { firstOf, gateKey, Gates, policyKey, sharesOf, type DecideAt, type Gate } from './gates.ts';
import { Groups, type Group } from './groups.ts';

/** What the policies let through and no requirement names. */
export interface Undocumented {
  readonly groups: readonly Group[];
  /** By the policy that is why, where one is. */
  readonly unknown: readonly Doubt[];
}

/** Pairs of workloads of which it is not known whether the policies let something through, and the first reason. */
export interface Doubt {
  readonly policy?: PolicyRef;
  readonly pairs: number;
  readonly reason: string;
}

/**
 * Over every ordered pair of workloads, and each workload with the addresses of the matrix: what is surely allowed,
 * less what is documented. A workload to itself is one replica to another, so a lone pod is left out. What nobody can
 * close is left out too: between nodes, and a node's traffic to its own pods.
 *
 * Each allow stands under the gates where it would be closed: the rules of the destination that let it in; where no
 * policy isolates the destination, the rules of the source that let it out; where nothing isolates either, the
 * destination itself. Where several rules let it through it stands under each, for it has to be closed at each.
 */
export function undocumentedAllows(inventory: Inventory, predictor: Predictor, documented: Documented): Undocumented {
  return new Search(inventory, predictor, documented).run();
}

class Search {
  readonly #inventory: Inventory;
  readonly #predictor: Predictor;
  readonly #documented: Documented;
  readonly #gates: Gates;
  readonly #groups: Groups;
  readonly #unknown = new Map<string, Doubt>();

  constructor(inventory: Inventory, predictor: Predictor, documented: Documented) {
    this.#inventory = inventory;
    this.#predictor = predictor;
    this.#documented = documented;
    this.#gates = new Gates(inventory, predictor);
    this.#groups = new Groups(inventory);
  }

  run(): Undocumented {
    const { workloads } = this.#inventory;
    const addresses = matrixAddresses(this.#inventory);
    for (const to of workloads) {
      this.#outside(to, 'ingress', this.#predictor.fromAddresses(addresses, to));
      for (const from of workloads) if (from !== to || from.kind !== 'Pod') this.#pair(from, to);
      this.#outside(to, 'egress', this.#predictor.toAddresses(to, addresses));
    }
    return { groups: this.#groups.finish(), unknown: [...this.#unknown.values()] };
  }

  #pair(from: Workload, to: Workload): void {
    const prediction = this.#predictor.between(from, to);
    if (prediction.allowed.isEmpty && prediction.unknown.isEmpty) return;
    const documented = this.#documented.between(from.id, to.id);
    if (!prediction.unknown.isEmpty) this.#doubt(prediction, documented);
    const open = documented === ConnectionSet.NONE ? prediction.allowed : prediction.allowed.subtract(documented);
    if (open.isEmpty) return;
    const ingress = this.#gates.rulesOf(to, 'ingress');
    const egress = ingress === undefined ? this.#gates.rulesOf(from, 'egress') : undefined;
    const rules = ingress ?? egress;
    if (rules !== undefined) {
      const direction = ingress === undefined ? 'egress' : 'ingress';
      const shares = sharesOf(open, rules, to, (protocol, port) => prediction.decide(protocol, port)[direction]);
      for (const { rule, connections } of shares) this.#groups.add({ kind: 'rule', rule }, from, to, connections);
    } else if (!to.hostNetwork) {
      this.#groups.add({ kind: 'gap', workload: to, direction: 'ingress' }, from, to, open);
    } else if (!from.hostNetwork) {
      this.#groups.add({ kind: 'gap', workload: from, direction: 'egress' }, from, to, open);
    }
  }

  #outside(workload: Workload, direction: Direction, parts: readonly AddressPrediction[]): void {
    if (workload.hostNetwork) return;
    const { id } = workload;
    const documented = direction === 'ingress' ? this.#documented.fromAddresses(id) : this.#documented.toAddresses(id);
    const rules = this.#gates.rulesOf(workload, direction);
    const found = new AddressShares();
    for (const { addresses, prediction } of parts) {
      const open = subtractAllows({ addresses, connections: prediction.allowed }, documented);
      for (const piece of open.filter(({ connections }) => !connections.isEmpty)) {
        if (rules === undefined) found.add({ kind: 'gap', workload, direction }, piece);
        else this.#shareOutside(workload, direction, rules, piece, found);
      }
    }
    for (const { gate, addresses, connections } of found.all()) {
      const [from, to] = direction === 'ingress' ? [{ addresses }, workload] : [workload, { addresses }];
      this.#groups.add(gate, from, to, connections);
    }
  }

  /** Cut along the blocks of the rules, so that each rule is told with the addresses that it names. */
  #shareOutside(
    workload: Workload,
    direction: Direction,
    rules: readonly CompiledRule[],
    open: AddressAllow,
    found: AddressShares,
  ): void {
    const destination = direction === 'ingress' ? workload : undefined;
    for (const addresses of cutAlong(open.addresses, rules)) {
      const [part] =
        direction === 'ingress'
          ? this.#predictor.fromAddresses(addresses, workload)
          : this.#predictor.toAddresses(workload, addresses);
      if (part === undefined) continue;
      const decide: DecideAt = (protocol, port) => part.prediction.decide(protocol, port)[direction];
      for (const { rule, connections } of sharesOf(open.connections, rules, destination, decide)) {
        found.add({ kind: 'rule', rule }, { addresses, connections });
      }
    }
  }

  #doubt(prediction: Prediction, documented: ConnectionSet): void {
    const { unknown } = prediction;
    if (unknown.subtract(documented).isEmpty) return;
    const { policy, reason } = whyUnknown(prediction);
    const key = policy === undefined ? '' : policyKey(policy);
    const known = this.#unknown.get(key) ?? { ...(policy && { policy }), pairs: 0, reason };
    this.#unknown.set(key, { ...known, pairs: known.pairs + 1 });
  }
}

function whyUnknown(prediction: Prediction): Pick<Doubt, 'policy' | 'reason'> {
  const point = firstOf(prediction.unknown);
  if (point === undefined) return { reason: '' };
  const { egress, ingress, reason = '' } = prediction.decide(point.protocol, point.from);
  const policy = egress.unknownBy ?? ingress.unknownBy;
  return { ...(policy && { policy }), reason };
}

/** What one workload's gates let through with addresses, those of one gate on the same connections together. */
class AddressShares {
  readonly #shares = new Map<string, AddressAllow & { readonly gate: Gate }>();

  add(gate: Gate, { addresses, connections }: AddressAllow): void {
    const key = `${gateKey(gate)} ${connections.format()}`;
    const known = this.#shares.get(key)?.addresses;
    this.#shares.set(key, { gate, connections, addresses: known?.union(addresses) ?? addresses });
  }

  all(): Iterable<AddressAllow & { readonly gate: Gate }> {
    return this.#shares.values();
  }
}

/** The largest parts that no block of the rules cuts. */
function cutAlong(addresses: AddressSet, rules: readonly CompiledRule[]): readonly AddressSet[] {
  const blocks = rules.flatMap((rule) => rule.blocks.map((block) => block.addresses));
  return blocks.reduce<readonly AddressSet[]>(
    (parts, block) =>
      parts.flatMap((part) => [part.intersect(block), part.subtract(block)].filter(({ isEmpty }) => !isEmpty)),
    [addresses],
  );
}
