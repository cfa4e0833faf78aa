import type { Direction } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import type { AddressSet } from './sets/addresses.ts';
import { concerning } from './classes/concerning.ts';
import { Engine } from './engine.ts';
import type { AddressPrediction, PolicyRef, Prediction, Predictor } from './model.ts';
import type { PredictorOptions } from './ends/namespaces.ts';
import { nodeTraffic } from './sides/node-traffic.ts';
import { MixedPrediction, OutsidePrediction, PairPrediction } from './predictions.ts';
import type { Member } from './classes/rule-match.ts';
import type { Side } from './sets/side-table.ts';

export type { PredictorOptions } from './ends/namespaces.ts';

/**
 * What the policies of an inventory say, for all of networking.k8s.io/v1 NetworkPolicy, and the policies in tiers
 * around it: administrators', Cilium's, Calico's.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 * https://network-policy-api.sigs.k8s.io/
 *
 * Workloads that are not in the inventory (an outsider, a stand-in) may be asked about as well.
 * @throws MayreachError MANIFEST_INVALID for an ipBlock that is no CIDR
 */
export function createPredictor(inventory: Inventory, options: PredictorOptions = {}): Predictor {
  return predictorOf(new Engine(inventory, options));
}

/** The questions that one engine answers. */
export function predictorOf(engine: Engine): Predictor {
  return {
    between: (from, to) => between(engine, from, to),
    toAddresses: (from, addresses) => outside(engine, from, 'egress', addresses),
    fromAddresses: (addresses, to) => outside(engine, to, 'ingress', addresses),
    isolatedBy: (workload, direction) => isolatedBy(engine, workload, direction),
    classOf: (workload) =>
      engine
        .membersOf(workload)
        .map(({ podClass }) => podClass.index)
        .join(),
    selectedBy: (policyId) => selectedBy(engine, policyId),
    mayConcern: (policy, workload) =>
      engine.membersOf(workload).some(({ podClass }) => concerning(podClass).has(policy)),
  };
}

function between(engine: Engine, from: Workload, to: Workload): Prediction {
  const traffic = nodeTraffic(from, to, engine.dialect);
  const [sources, targets] = [engine.membersOf(from), engine.membersOf(to)];
  const [source, target] = [sources[0], targets[0]];
  // Most workloads are one class; of pairs of those there may be millions.
  if (sources.length === 1 && targets.length === 1 && source !== undefined && target !== undefined) {
    return new PairPrediction(engine, source, target, traffic);
  }
  const [first, ...others] = sources.flatMap((one) =>
    targets.map((other) => new PairPrediction(engine, one, other, traffic)),
  );
  if (first === undefined) throw new TypeError('a workload has at least one class');
  return others.length === 0 ? first : new MixedPrediction([first, ...others], [...new Set([from, to])]);
}

function outside(
  engine: Engine,
  workload: Workload,
  direction: Direction,
  addresses: AddressSet,
): readonly AddressPrediction[] {
  const [first, ...others] = engine.membersOf(workload).map((found) => partsOf(engine, found, direction, addresses));
  return others.reduce((parts, more) => refine(parts, more, workload), first ?? []);
}

function partsOf(
  engine: Engine,
  member: Member,
  direction: Direction,
  addresses: AddressSet,
): readonly AddressPrediction[] {
  const { table } = engine;
  const predict = (part: AddressSet, side: Side, pieces: readonly AddressSet[]): AddressPrediction => ({
    addresses: part,
    prediction: new OutsidePrediction(engine, member, direction, pieces, table.both(side, table.allowed)),
  });
  if (addresses.isEmpty) return [];
  if (member.podClass.unmodelled.length > 0) return [predict(addresses, table.unknown, [addresses])];
  return engine.addressParts(member.podClass, direction).flatMap((part) => {
    const common = part.addresses.intersect(addresses);
    const pieces = part.pieces.map((piece) => piece.intersect(addresses)).filter(({ isEmpty }) => !isEmpty);
    return common.isEmpty ? [] : [predict(common, part.side, pieces)];
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

/** Pods that differ are isolated if each kind of them is, by whatever policies. */
function isolatedBy(engine: Engine, workload: Workload, direction: Direction): readonly PolicyRef[] {
  const refs = engine
    .membersOf(workload)
    .map(({ podClass }) => [
      ...podClass.isolatedBy[direction].map(({ ref }) => ref),
      ...podClass.tiers[direction].isolatedBy,
    ]);
  return refs.some((found) => found.length === 0) ? [] : [...new Set(refs.flat())];
}

function selectedBy(engine: Engine, policyId: string): readonly Workload[] {
  const policies = engine.policies.filter(({ ref }) => ref.policy === policyId);
  return engine.workloads.filter((workload) =>
    engine.membersOf(workload).some(({ podClass }) => policies.some((policy) => podClass.selectedBy.includes(policy))),
  );
}
