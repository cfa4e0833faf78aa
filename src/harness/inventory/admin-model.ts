import type { LabelSelector } from '../../requirements/selector.ts';
import type { Position } from '../../source/position.ts';
import type { PolicyPort } from './model.ts';

export type AdminKind =
  | 'AdminNetworkPolicy'
  | 'BaselineAdminNetworkPolicy'
  | 'ClusterNetworkPolicy'
  | 'CiliumNetworkPolicy'
  | 'CiliumClusterwideNetworkPolicy'
  /** What a plugin or a mesh does of its own accord. */
  | 'Cilium'
  | 'Istio';

/** What becomes of a connection that a rule matches; `accept` is the Allow of v1alpha1. */
export type AdminAction = 'accept' | 'deny' | 'pass';

/**
 * A policy of the cluster's administrators: decided before the NetworkPolicies of namespaces (`admin`), or for pods
 * that none of those isolates (`baseline`). It never isolates: what no rule matches goes on.
 * https://network-policy-api.sigs.k8s.io/reference/spec/
 *
 * Policies of Cilium are read as several of these each: what they deny, what they allow, and their default deny, as a
 * baseline that isolates.
 */
export interface AdminPolicy {
  readonly kind: AdminKind;
  /** Its name, or `namespace/name` of one that lives in a namespace. */
  readonly id: string;
  readonly tier: 'admin' | 'baseline';
  /** 0 to 1000, lower first. The one BaselineAdminNetworkPolicy has none, and 0 here. */
  readonly priority: number;
  readonly subject: NamespacedPods;
  /** A default deny: whom it selects is isolated. */
  readonly isolates?: true;
  /** In the order in which they are tried. */
  readonly ingress: readonly AdminRule[];
  readonly egress: readonly AdminRule[];
  readonly position: Position;
  /** The object as it was read. */
  readonly raw: unknown;
}

/** Pods off the host network, by the labels of their namespace and their own. */
export interface NamespacedPods {
  readonly namespaceSelector: LabelSelector;
  readonly podSelector: LabelSelector;
}

export interface AdminRule {
  /** Index in its list, from 0. */
  readonly index: number;
  readonly name?: string;
  readonly action: AdminAction;
  readonly peers: readonly AdminPeer[];
  /** Absent: every protocol and port. A named port stands here once for each protocol. */
  readonly ports?: readonly PolicyPort[];
  /** Why it is not known whether it takes what it names, as a sentence's end: `it has rules of layer 7`. */
  readonly doubt?: string;
  readonly position: Position;
}

export type AdminPeer =
  | ({ readonly kind: 'pods'; readonly position: Position } & NamespacedPods)
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
  /** `some`: nodes that are not told apart here. */
  | { readonly kind: 'nodes'; readonly selector: LabelSelector | 'some'; readonly position: Position }
  | { readonly kind: 'domainNames'; readonly names: readonly string[]; readonly position: Position };
