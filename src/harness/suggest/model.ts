import type { Requirement } from '../../requirements/model.ts';
import type { LabelSelector } from '../../requirements/selector.ts';
import type { EvidenceRequirement } from '../evidence/schema.ts';
import type { NetworkPolicy, Workload } from '../inventory/model.ts';
import type { AddressSet } from '../predict/sets/addresses.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';
import type { Predictor } from '../predict/model.ts';

/** One end of a claim. An outsider is the workload that `outsider()` gives. */
export type ClaimEnd =
  | { readonly kind: 'workload'; readonly workload: Workload }
  | { readonly kind: 'addresses'; readonly label: string; readonly addresses: AddressSet };

/** What a requirement says of one source and one destination, at the destination's own ports. */
export interface Claim {
  readonly requirement: Requirement;
  readonly from: ClaimEnd;
  readonly to: ClaimEnd;
  readonly connections: ConnectionSet;
  /** True where the requirement does not name the destination, but the cluster's DNS must answer for a name it uses. */
  readonly forName: boolean;
}

/** Something that a requirement asks for and that no NetworkPolicy of ours can give. */
export interface Unserved {
  readonly requirement: Requirement;
  /** As a sentence. */
  readonly reason: string;
}

export type SuggestedPeer =
  /** Every pod of every namespace, outsiders included; no address outside the cluster. */
  | { readonly kind: 'every-pod' }
  /** Every pod of every namespace but these. */
  | { readonly kind: 'pods-elsewhere'; readonly namespaces: readonly string[] }
  | { readonly kind: 'pods'; readonly namespace: string; readonly selector: LabelSelector }
  | { readonly kind: 'block'; readonly cidr: string };

export interface SuggestedRule {
  readonly peers: readonly SuggestedPeer[];
  readonly connections: ConnectionSet;
  /** Ids of the requirements that it serves, in the order of the run. */
  readonly serves: readonly string[];
  /** True for the rule that lets names be resolved. */
  readonly forName: boolean;
}

export interface SuggestedPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly selector: LabelSelector;
  /** The workloads that it selects; none for a namespace's default deny, which selects all. */
  readonly workloads: readonly Workload[];
  readonly ingress: readonly SuggestedRule[];
  readonly egress: readonly SuggestedRule[];
  /** The requirements that it serves, in the order of the run. */
  readonly serves: readonly Requirement[];
}

/** A set of connections between two ends, as a matrix names them. */
export interface Flow {
  /** A workload's id, `outsider`, or addresses as text. */
  readonly from: string;
  readonly to: string;
  readonly connections: ConnectionSet;
}

/** What the suggestion allows and no requirement asks for. */
export interface Excess extends Flow {
  /** False: it may be allowed; that is not known. */
  readonly certain: boolean;
  readonly reason: string;
}

/** What the prediction says with the suggested policies and no others. */
export interface Proof {
  /** Every requirement, judged as `run` judges it. */
  readonly requirements: readonly EvidenceRequirement[];
  /** Of those that are not met, why not: by what was not served, else by the verdict's own text. */
  readonly notMet: readonly { readonly requirement: EvidenceRequirement; readonly reasons: readonly string[] }[];
  readonly excess: readonly Excess[];
}

export interface Suggestion {
  /** The namespaces that it isolates, sorted. */
  readonly namespaces: readonly string[];
  /** Default denies first in each namespace; sorted by namespace and name. */
  readonly suggested: readonly SuggestedPolicy[];
  /** The policies as one multi-document YAML text. */
  readonly yaml: string;
  /** The same, read back from the text. */
  readonly policies: readonly NetworkPolicy[];
  /** Of the inventory with these policies and no others. */
  readonly predictor: Predictor;
  readonly proof: Proof;
  /** What was assumed, left out, or may surprise, as sentences. */
  readonly notes: readonly string[];
}
