import type { Direction } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import type { AddressSet } from './addresses.ts';
import { Engine } from './engine.ts';
import type { AddressPrediction, PolicyRef, Prediction, Predictor } from './model.ts';
import type { PredictorOptions } from './namespaces.ts';
import { nodeTraffic } from './node-traffic.ts';
import { MixedPrediction, OutsidePrediction, PairPrediction } from './predictions.ts';
import type { Member } from './rule-match.ts';

export type { PredictorOptions } from './namespaces.ts';

/**
 * What the policies of an inventory say, for all of networking.k8s.io/v1 NetworkPolicy.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 *
 * Workloads that are not in the inventory (an outsider, a stand-in) may be asked about as well.
 * @throws MayreachError MANIFEST_INVALID for an ipBlock that is no CIDR
 */
export function createPredictor(inventory: Inventory, options: PredictorOptions = {}): Predictor {
  const engine = new Engine(inventory, options);
  return {
    between: (from, to) => between(engine, from, to),
    toAddresses: (from, addresses) => outside(engine, from, 'egress', addresses),
    fromAddresses: (addresses, to) => outside(engine, to, 'ingress', addresses),
    isolatedBy: (workload, direction) => isolatedBy(engine, workload, direction),
    selectedBy: (policyId) => selectedBy(engine, inventory, policyId),
  };
}

function between(engine: Engine, from: Workload, to: Workload): Prediction {
  const traffic = nodeTraffic(from, to);
  const [source, ...otherSources] = membersOf(engine, from);
  const [target, ...otherTargets] = membersOf(engine, to);
  if (source === undefined || target === undefined) throw new TypeError('a workload has at least one class');
  const first = new PairPrediction(engine, source, target, traffic);
  if (otherSources.length + otherTargets.length === 0) return first;
  const pairs = [source, ...otherSources].flatMap((a) => [target, ...otherTargets].map((b) => [a, b] as const));
  const others = pairs.slice(1).map(([a, b]) => new PairPrediction(engine, a, b, traffic));
  return new MixedPrediction([first, ...others], [...new Set([from, to])]);
}

function membersOf(engine: Engine, workload: Workload): readonly Member[] {
  return engine.classesOf(workload).map((podClass) => ({ podClass, id: workload.id }));
}

function outside(
  engine: Engine,
  workload: Workload,
  direction: Direction,
  addresses: AddressSet,
): readonly AddressPrediction[] {
  const [first, ...others] = membersOf(engine, workload).map((found) => partsOf(engine, found, direction, addresses));
  return others.reduce((parts, more) => refine(parts, more, workload), first ?? []);
}

function partsOf(
  engine: Engine,
  member: Member,
  direction: Direction,
  addresses: AddressSet,
): readonly AddressPrediction[] {
  const { table } = engine;
  const predict = (part: AddressSet, { allowed, unknown, notes } = table.unknown): AddressPrediction => ({
    addresses: part,
    prediction: new OutsidePrediction(engine, member, direction, part, { allowed, unknown, notes }),
  });
  if (addresses.isEmpty) return [];
  if (member.podClass.unmodelled.length > 0) return [predict(addresses)];
  return engine.addressParts(member.podClass, direction).flatMap((part) => {
    const common = part.addresses.intersect(addresses);
    return common.isEmpty ? [] : [predict(common, table.side(part.allowed, 0, 0))];
  });
}

/** Parts that are alike for every kind of the workload's pods. */
function refine(
  parts: readonly AddressPrediction[],
  others: readonly AddressPrediction[],
  workload: Workload,
): readonly AddressPrediction[] {
  return parts.flatMap((part) =>
    others.flatMap((other) => {
      const addresses = part.addresses.intersect(other.addresses);
      if (addresses.isEmpty) return [];
      return [{ addresses, prediction: new MixedPrediction([part.prediction, other.prediction], [workload]) }];
    }),
  );
}

function isolatedBy(engine: Engine, workload: Workload, direction: Direction): readonly PolicyRef[] {
  const refs = engine.classesOf(workload).map((podClass) => podClass.isolatedBy[direction].map(({ ref }) => ref));
  const [first = [], ...others] = refs;
  // A policy that selects some of a workload's pods only leaves the others open: it does not count.
  return first.filter((ref) => others.every((other) => other.includes(ref)));
}

function selectedBy(engine: Engine, inventory: Inventory, policyId: string): readonly Workload[] {
  const policies = engine.policies.filter(({ ref }) => ref.policy === policyId);
  return inventory.workloads.filter((workload) =>
    engine.classesOf(workload).some((podClass) => policies.some((policy) => podClass.selectedBy.includes(policy))),
  );
}
