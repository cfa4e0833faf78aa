import type { Direction, Expectation } from '../../requirements/model.ts';
import type { Position } from '../../source/position.ts';
import type { AdminPolicy } from '../inventory/admin-model.ts';
import type { NetworkPolicy, UnmodelledPolicy, Workload } from '../inventory/model.ts';
import type { AddressSet } from '../predict/sets/addresses.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';

/**
 * What was done to a policy. `remove-…` takes something away, `widen-…` makes it mean more, `change-action` makes it do
 * something else, `swap-…` has things tried in another order.
 */
export type MutationKind =
  | 'remove-policy'
  | 'remove-direction'
  | 'widen-selector'
  | 'remove-rule'
  | 'widen-peers'
  | 'remove-peer'
  | 'widen-pods'
  | 'widen-namespaces'
  | 'widen-block'
  | 'remove-block'
  | 'remove-exception'
  | 'widen-nodes'
  | 'widen-ports'
  | 'remove-port'
  | 'widen-port'
  | 'remove-condition'
  | 'change-action'
  | 'swap-rules'
  | 'swap-order';

/** An object of the input in which mistakes are made. */
export interface PolicyObject {
  readonly kind: string;
  /** `namespace/name`, or `name` for a policy of the whole cluster. */
  readonly id: string;
  /** As predictions name it: `shop/db` of a NetworkPolicy, `CiliumNetworkPolicy shop/db` of any other kind. */
  readonly name: string;
}

/** What a mutant puts in the place of what. One object may be several policies to the engine: all of them change. */
export type Edit =
  /** Without `by` it is gone. */
  | { readonly list: 'policies'; readonly replaced: NetworkPolicy; readonly by?: NetworkPolicy }
  | { readonly list: 'adminPolicies'; readonly replaced: readonly AdminPolicy[]; readonly by: readonly AdminPolicy[] }
  | { readonly list: 'unmodelled'; readonly replaced: UnmodelledPolicy };

/** One policy with one mistake in it, as an editor's slip or a hasty mend would leave it. */
export interface Mutant {
  readonly kind: MutationKind;
  readonly policy: PolicyObject;
  readonly edit: Edit;
  /** The directions in which it can make a difference. */
  readonly directions: readonly Direction[];
  /** `ingress rule 1: TCP 5432 widened to every TCP port`. */
  readonly description: string;
  /** Of what was taken away, widened or changed. */
  readonly position: Position;
}

/** One end of a connection that a mutant opens or closes. */
export type End =
  | { readonly kind: 'workload'; readonly workload: Workload }
  | { readonly kind: 'addresses'; readonly addresses: AddressSet };

/** What a mutant changes for one pair: surely allowed now and surely denied before, or the other way round. */
export interface Change {
  readonly from: End;
  readonly to: End;
  readonly opened: ConnectionSet;
  readonly closed: ConnectionSet;
  /** What the policies as they are allow or may allow. */
  readonly before: ConnectionSet;
}

/** A case that is met by the policies as they are, and not by the mutant. Each text is YAML of the language. */
export interface CatchingCase {
  readonly id: string;
  readonly from: readonly string[];
  readonly expect: Expectation;
  readonly to: readonly string[];
  /** Absent for a mayNotReach on every protocol and port. */
  readonly on?: readonly string[];
}

export type Outcome =
  /** A requirement that was met is violated. */
  | { readonly outcome: 'killed'; readonly by: string }
  /** It changes what is allowed, and no requirement notices. */
  | { readonly outcome: 'survived'; readonly change: Change; readonly caughtBy: CatchingCase }
  /** Nothing that the inventory holds could tell; `why` says whether anything else could. */
  | { readonly outcome: 'equivalent'; readonly why: string }
  /** It is not judged: what it changes is not known before or after. `why`, as predictions say it. */
  | { readonly outcome: 'unknown'; readonly why: string };

export type JudgedMutant = Outcome & { readonly mutant: Mutant };

export interface MutationResult {
  /** In the order of files and lines. */
  readonly mutants: readonly JudgedMutant[];
  /** `killed` and `survived` alone count. */
  readonly killed: number;
  readonly survived: number;
  /** Percent of the counted that were killed; null where none counts. */
  readonly score: number | null;
  /** The cases that would catch all survivors. */
  readonly cases: readonly CatchingCase[];
  /** Requirements that are not met by the policies as they are: they cannot notice anything. */
  readonly blind: readonly { readonly id: string; readonly position: Position }[];
}
