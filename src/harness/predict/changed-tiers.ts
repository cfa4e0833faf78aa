import type { AdminPolicy } from '../inventory/admin-model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { concerning, policyName } from './classes/concerning.ts';
import { Engine } from './engine.ts';
import type { Prediction, Predictor } from './model.ts';
import type { Member } from './classes/rule-match.ts';
import { variantsOf } from './ends/variants.ts';
import { JoinedPrediction, MixedPrediction, type Ends } from './predictions.ts';
import { predictorOf } from './predictor.ts';
import type { Side } from './sets/side-table.ts';
import { nodeTraffic } from './sides/node-traffic.ts';

/**
 * Predictions after changes of policies in tiers, one after the other. The policies of one end decide there alone: of
 * pods that neither what was there nor what takes its place selects, the answer is that of before; for the others, the
 * policies that select any of them are all that is needed.
 */
export class ChangedTiers {
  readonly #inventory: Inventory;
  readonly #workloads: readonly Workload[];
  readonly #before: Engine;

  /** @param workloads all that will be asked about */
  constructor(inventory: Inventory, workloads: readonly Workload[]) {
    this.#inventory = inventory;
    this.#workloads = workloads;
    this.#before = new Engine(inventory, {});
  }

  /** With `by` in the place of `replaced`. */
  after(replaced: readonly AdminPolicy[], by: readonly AdminPolicy[]): Predictor {
    const touched = this.#touched(replaced, by);
    const names = new Set([...touched].flatMap((one) => namesAt(this.#before, one)));
    const homes = new Set([...touched].map(({ namespace }) => namespace));
    const { adminPolicies, policies } = this.#inventory;
    const kept = adminPolicies.filter((one) => !replaced.includes(one) && names.has(policyName(one)));
    const after = new Engine(
      {
        ...this.#inventory,
        adminPolicies: [...kept, ...by],
        policies: policies.filter(({ namespace }) => homes.has(namespace)),
      },
      {},
    );
    return joined(this.#before, after, touched);
  }

  /** Whom the policies select, before or after, or may; and pods that differ among themselves, which are not taken apart. */
  #touched(replaced: readonly AdminPolicy[], by: readonly AdminPolicy[]): ReadonlySet<Workload> {
    const names = replaced.map(policyName);
    const widened = by.filter(({ subject }) => replaced.every((one) => one.subject !== subject));
    const engines = widened.length === 0 ? [this.#before] : [this.#before, this.#alone(widened)];
    const isSelected = (one: Workload): boolean =>
      engines.some((engine) => namesAt(engine, one).some((name) => names.includes(name)));
    return new Set(this.#workloads.filter((one) => variantsOf(one).length > 1 || isSelected(one)));
  }

  /** Of policies that select others than before: whom. */
  #alone(adminPolicies: readonly AdminPolicy[]): Engine {
    return new Engine({ ...this.#inventory, policies: [], adminPolicies, unmodelled: [] }, {});
  }
}

function namesAt(engine: Engine, workload: Workload): readonly string[] {
  return engine.membersOf(workload).flatMap(({ podClass }) => [...concerning(podClass)]);
}

/** Each end as the engine says that knows its policies. */
function joined(before: Engine, after: Engine, touched: ReadonlySet<Workload>): Predictor {
  const engineOf = (workload: Workload): Engine => (touched.has(workload) ? after : before);
  const [old, changed] = [predictorOf(before), predictorOf(after)];
  const predictorAt = (workload: Workload): Predictor => (touched.has(workload) ? changed : old);
  const taken = translator(after);
  return {
    between: (from, to) =>
      engineOf(from) === engineOf(to)
        ? predictorAt(from).between(from, to)
        : between(engineOf(from), engineOf(to), from, to, taken),
    toAddresses: (from, addresses) => predictorAt(from).toAddresses(from, addresses),
    fromAddresses: (addresses, to) => predictorAt(to).fromAddresses(addresses, to),
    isolatedBy: (workload, direction) => predictorAt(workload).isolatedBy(workload, direction),
    classOf: (workload) => `${old.classOf(workload)} ${changed.classOf(workload)}`,
    selectedBy: (policyId) => old.selectedBy(policyId),
    mayConcern: (policy, workload) => predictorAt(workload).mayConcern(policy, workload),
  };
}

/** An end that is not touched has pods that are all alike. */
function between(
  ofSource: Engine,
  ofTarget: Engine,
  from: Workload,
  to: Workload,
  taken: (side: Side, by: Engine) => Side,
): Prediction {
  const traffic = nodeTraffic(from, to, ofSource.dialect);
  const pairs = variantsOf(from).flatMap((source) =>
    variantsOf(to).map((target) => {
      const at = (engine: Engine): Ends => ({ engine, from: only(engine, source), to: only(engine, target) });
      return new JoinedPrediction(at(ofSource), at(ofTarget), traffic, taken);
    }),
  );
  const [first, ...others] = pairs;
  if (first === undefined) throw new TypeError('a workload has at least one variant');
  return others.length === 0 ? first : new MixedPrediction([first, ...others], [...new Set([from, to])]);
}

function only(engine: Engine, variant: Workload): Member {
  const [member] = engine.membersOf(variant);
  if (member === undefined) throw new TypeError('a workload has at least one class');
  return member;
}

/** A side as the table of another engine has it. */
function translator(to: Engine): (side: Side, by: Engine) => Side {
  const known = new Map<Side, Side>();
  return (side, by) => {
    if (by === to) return side;
    const found = known.get(side) ?? translate(side, by, to);
    known.set(side, found);
    return found;
  };
}

function translate({ allowed, unknown, notes }: Side, { table: from }: Engine, { table: to }: Engine): Side {
  const set = (id: Side['allowed']): Side['allowed'] => to.connections.intern(from.connections.get(id));
  return to.side(set(allowed), set(unknown), to.notes.intern(from.notes.get(notes)));
}
