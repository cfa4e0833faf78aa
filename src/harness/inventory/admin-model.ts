import type { Labels, LabelSelector } from '../../requirements/selector.ts';
import type { Direction } from '../../requirements/model.ts';
import type { Position } from '../../source/position.ts';
import type { Expression } from './expression.ts';
import type { PolicyPort } from './policy-model.ts';

export type AdminKind =
  | 'AdminNetworkPolicy'
  | 'BaselineAdminNetworkPolicy'
  | 'ClusterNetworkPolicy'
  | 'CiliumNetworkPolicy'
  | 'CiliumClusterwideNetworkPolicy'
  | CalicoKind
  /** What a plugin or a mesh does of its own accord. */
  | 'Cilium'
  | 'Istio'
  | 'NodeLocalDNS'
  | 'AmazonVPCCNI';

export type CalicoKind = 'NetworkPolicy.projectcalico.org' | 'GlobalNetworkPolicy';

/** What becomes of a connection that a rule matches; `accept` is the Allow of v1alpha1. */
export type AdminAction = 'accept' | 'deny' | 'pass';

/**
 * A policy of the cluster's administrators: decided before the NetworkPolicies of namespaces (`admin`), or for pods
 * that none of those isolates (`baseline`). It never isolates: what no rule matches goes on.
 * https://network-policy-api.sigs.k8s.io/reference/spec/
 *
 * Policies of Cilium are read as several of these each: what they deny, what they allow, and their default deny, as a
 * baseline that isolates. Those of Calico stand in tiers of its own.
 */
export interface AdminPolicy {
  readonly kind: AdminKind;
  /** Its name, or `namespace/name` of one that lives in a namespace. */
  readonly id: string;
  readonly tier: 'admin' | 'baseline' | CalicoTier;
  /** Lower first. The one BaselineAdminNetworkPolicy has none, and 0 here; a policy of Calico without one comes last. */
  readonly priority: number;
  /** Where that is written; absent: nowhere. */
  readonly priorityPosition?: Position;
  readonly subject: NamespacedPods | Endpoints;
  /** Absent: every version has it. */
  readonly since?: Since;
  /** A default deny: whom it selects is isolated. */
  readonly isolates?: true;
  /** Of a policy of Calico: where the end of its tier counts, rules or not. Absent: where it has rules. */
  readonly directions?: readonly Direction[];
  /** In the order in which they are tried. */
  readonly ingress: readonly AdminRule[];
  readonly egress: readonly AdminRule[];
  readonly position: Position;
  /** The object as it was read. */
  readonly raw: unknown;
}

/** What a plugin has from one of its versions on. */
export interface Since {
  /** `1016` for 1.16. */
  readonly minor: number;
  /** As a sentence's end: `it has …, which Cilium takes from 1.16 on`. */
  readonly why: string;
  /** Before, the API server refuses it: where it is, that version or a later one runs. */
  readonly isRefusedBefore?: true;
}

/** Pods off the host network, by the labels of their namespace and their own. */
export interface NamespacedPods {
  readonly namespaceSelector: LabelSelector;
  readonly podSelector: LabelSelector;
}

/** Endpoints of Calico, which pods are, by all labels that it gives them. */
export interface Endpoints {
  readonly endpoints: Expression;
  /** The namespace to which they are bound, where the policy is of one. */
  readonly namespace?: string;
}

/** https://docs.tigera.io/calico/latest/reference/resources/tier */
export interface CalicoTier {
  readonly name: string;
  /** Lower first; of equal ones the name decides. */
  readonly order: number;
  /** What becomes of connections of the endpoints that its policies select, where no rule decides. */
  readonly end: 'deny' | 'pass';
}

export interface AdminRule {
  /** Index in its list, from 0. */
  readonly index: number;
  readonly name?: string;
  readonly action: AdminAction;
  readonly peers: readonly AdminPeer[];
  /** Of a rule of Calico, in place of peers: what it asks of both ends, all of which must hold. */
  readonly ends?: { readonly source: CalicoEnd; readonly destination: CalicoEnd };
  /** Absent: every protocol and port. A named port stands here once for each protocol. */
  readonly ports?: readonly PolicyPort[];
  /** Out of those. */
  readonly notPorts?: readonly PolicyPort[];
  /** Why it is not known whether it takes what it names, as a sentence's end: `it has rules of layer 7`. */
  readonly doubt?: string;
  readonly position: Position;
}

export type AdminPeer =
  | ({ readonly kind: 'pods'; readonly since?: Since; readonly position: Position } & NamespacedPods)
  /** By address, the cluster's own pods and nodes included. */
  | { readonly kind: 'networks'; readonly cidrs: readonly string[]; readonly position: Position }
  | { readonly kind: 'everyone'; readonly position: Position }
  /** Addresses outside alone. */
  | {
      readonly kind: 'world';
      readonly cidrs: readonly string[];
      readonly except: readonly string[];
      readonly position: Position;
    }
  /** Wherever the API server is: a node, or outside. */
  | { readonly kind: 'apiserver'; readonly position: Position }
  /** What has no labels at all, addresses outside and nodes, if Cilium's version takes them so. */
  | { readonly kind: 'unlabelled'; readonly since?: Since; readonly position: Position }
  /** `some`: nodes that are not told apart here. */
  | { readonly kind: 'nodes'; readonly selector: LabelSelector | 'some'; readonly position: Position }
  | { readonly kind: 'domainNames'; readonly names: readonly string[]; readonly position: Position };

/** An EntityRule of Calico. https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#entityrule */
export interface CalicoEnd {
  /** Of its selector, its namespaceSelector and its service accounts together; absent: no endpoint need be meant. */
  readonly selector?: Expression;
  readonly notSelector?: Expression;
  readonly nets?: readonly string[];
  readonly notNets?: readonly string[];
  /** `namespace/name` of a service whose endpoints are meant. */
  readonly service?: string;
}

/** What selectors of Calico find besides pods, and what they read of them. */
export interface CalicoObjects {
  readonly networkSets: readonly NetworkSet[];
  /** Service accounts whose labels are known, by `namespace/name`. */
  readonly serviceAccounts: Readonly<Record<string, Labels>>;
  /** Whether nodes may be selected by labels that are not read. */
  readonly hasHostEndpoints: boolean;
}

/** https://docs.tigera.io/calico/latest/reference/resources/networkset */
export interface NetworkSet {
  /** Absent: a GlobalNetworkSet. */
  readonly namespace?: string;
  readonly name: string;
  readonly labels: Labels;
  readonly nets: readonly string[];
  /** Whether it has domain names, whose addresses are not known. */
  readonly hasDomains: boolean;
}
