import type { Direction, Protocol } from '../../requirements/model.ts';
import type { Position } from '../../source/position.ts';
import type { Workload } from '../inventory/model.ts';
import type { AddressSet } from './sets/addresses.ts';
import type { ConnectionSet } from './sets/connections.ts';

export type Allowance = 'allowed' | 'denied' | 'unknown';

/** One end of a connection as policies see it. An outsider is a workload without labels in a namespace of its own. */
export type Party =
  | { readonly kind: 'workload'; readonly workload: Workload }
  /** Addresses outside the cluster. */
  | { readonly kind: 'addresses'; readonly addresses: AddressSet };

export interface PolicyRef {
  /** `namespace/name` of a NetworkPolicy; `AdminNetworkPolicy name` of any other kind. */
  readonly policy: string;
  /** Whether `policy` says the kind. */
  readonly isNamed?: true;
  readonly position: Position;
}

export interface RuleRef extends PolicyRef {
  readonly direction: Direction;
  /** Index in `spec.ingress` or `spec.egress`, from 0; `position` is the rule's. */
  readonly rule: number;
  /** The default deny that comes with a policy of this kind: no rule of its own. */
  readonly isDefault?: true;
}

/** A rule that would allow a connection if it named the peer, or the port, as well. */
export interface NearMiss {
  readonly rule: RuleRef;
  readonly lacks: 'peer' | 'port';
}

/** What one end's policies say of one connection: the source's egress, or the destination's ingress. */
export interface SideDecision {
  readonly outcome: Allowance;
  /** Policies that select this end for this direction; empty: not isolated. */
  readonly isolatedBy: readonly PolicyRef[];
  readonly allowedBy: readonly RuleRef[];
  /** Rules of admin policies that deny it; those policies are then in `isolatedBy`. */
  readonly deniedBy?: readonly RuleRef[];
  /** Rules of admin policies that leave it to the next tier. */
  readonly passedBy?: readonly RuleRef[];
  /** Why no policy applies: outside the cluster, a node, a pod to itself. */
  readonly exempt?: string;
  readonly unknown?: string;
  /** Where a policy as a whole is why: which. */
  readonly unknownBy?: PolicyRef;
  /** Where it is denied: rules that nearly allow it, those that lack the port first. */
  readonly nearMisses?: readonly NearMiss[];
}

/** The answer for one protocol and port, with the rules that decide. */
export interface Decision {
  readonly outcome: Allowance;
  readonly egress: SideDecision;
  readonly ingress: SideDecision;
  /** Why unknown; or which assumption the answer rests on. */
  readonly reason?: string;
}

/** An exact set. What is in neither `allowed` nor `unknown` is denied; the two are disjoint. */
export interface Prediction {
  readonly allowed: ConnectionSet;
  readonly unknown: ConnectionSet;
  /** Assumptions this answer rests on, as sentences. */
  readonly notes: readonly string[];
  /** A membership test with reasons. */
  decide(protocol: Protocol, port: number): Decision;
}

/** Addresses that no policy tells apart, with their one prediction. */
export interface AddressPrediction {
  readonly addresses: AddressSet;
  readonly prediction: Prediction;
}

export interface Predictor {
  /** Between two workloads. */
  between(from: Workload, to: Workload): Prediction;
  /** From a workload to addresses outside, split into parts that answer alike; the parts cover `addresses`. */
  toAddresses(from: Workload, addresses: AddressSet): readonly AddressPrediction[];
  /** From addresses outside to a workload, likewise. */
  fromAddresses(addresses: AddressSet, to: Workload): readonly AddressPrediction[];
  /** Policies that select the workload for a direction; empty: not isolated. */
  isolatedBy(workload: Workload, direction: Direction): readonly PolicyRef[];
  /** Equal for workloads that no policy tells apart; where they run, and their names, are not looked at. */
  classOf(workload: Workload): string;
  /** Workloads that a policy selects. */
  selectedBy(policyId: string): readonly Workload[];
  /** Whether a policy of whatever kind, named as in a `PolicyRef`, selects a workload, or may. */
  mayConcern(policy: string, workload: Workload): boolean;
}
