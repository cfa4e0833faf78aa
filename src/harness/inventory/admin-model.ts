import type { LabelSelector } from '../../requirements/selector.ts';
import type { Position } from '../../source/position.ts';
import type { PolicyPort } from './model.ts';

export type AdminKind = 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy' | 'ClusterNetworkPolicy';

/** What becomes of a connection that a rule matches; `accept` is the Allow of v1alpha1. */
export type AdminAction = 'accept' | 'deny' | 'pass';

/**
 * A policy of the cluster's administrators: decided before the NetworkPolicies of namespaces (`admin`), or for pods
 * that none of those isolates (`baseline`). It never isolates: what no rule matches goes on.
 * https://network-policy-api.sigs.k8s.io/reference/spec/
 */
export interface AdminPolicy {
  readonly kind: AdminKind;
  /** Its name: it is of the whole cluster. */
  readonly id: string;
  readonly tier: 'admin' | 'baseline';
  /** 0 to 1000, lower first. The one BaselineAdminNetworkPolicy has none, and 0 here. */
  readonly priority: number;
  readonly subject: NamespacedPods;
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
  readonly position: Position;
}

export type AdminPeer =
  | ({ readonly kind: 'pods'; readonly position: Position } & NamespacedPods)
  /** By address, the cluster's own pods and nodes included. */
  | { readonly kind: 'networks'; readonly cidrs: readonly string[]; readonly position: Position }
  | { readonly kind: 'nodes'; readonly selector: LabelSelector; readonly position: Position }
  | { readonly kind: 'domainNames'; readonly names: readonly string[]; readonly position: Position };
