import type { Protocol } from '../../../../src/requirements/model.ts';
import type { LabelSelector } from '../../../../src/requirements/selector.ts';
import type { AdminPeer, AdminPolicy } from '../../../../src/harness/inventory/admin-model.ts';
import type {
  Inventory,
  NetworkPolicy,
  PolicyPeer,
  PolicyPort,
  Workload,
} from '../../../../src/harness/inventory/model.ts';

/**
 * A second reading of the NetworkPolicy API, kept naive on purpose and apart from the engine: one connection, one
 * world, plain loops. A world settles everything that an inventory may leave open.
 */
export interface World {
  /** The address at which each workload is met. */
  addressOf(workload: Workload): string;
  /** All labels of a namespace. */
  labelsOf(namespace: string): Readonly<Record<string, string>>;
  /** Whether a pod and a host-network pod run on the same node. */
  sharesNode(a: Workload, b: Workload): boolean;
  /** The order in which admin policies are tried, where the API leaves it open; lower first. Default: as they come. */
  rank?(policy: AdminPolicy): number;
}

export type End = { readonly workload: Workload } | { readonly address: string };

export function oracleAllows(
  inventory: Inventory,
  world: World,
  from: End,
  to: End,
  protocol: Protocol,
  port: number,
): boolean {
  if ('workload' in from && 'workload' in to) {
    const oneIsNode = from.workload.hostNetwork !== to.workload.hostNetwork;
    if (oneIsNode && world.sharesNode(from.workload, to.workload)) return true;
  }
  const out = !('workload' in from) || sideAllows(inventory, world, from.workload, to, 'egress', protocol, port, to);
  const into = !('workload' in to) || sideAllows(inventory, world, to.workload, from, 'ingress', protocol, port, to);
  return out && into;
}

function sideAllows(
  inventory: Inventory,
  world: World,
  subject: Workload,
  peer: End,
  direction: 'ingress' | 'egress',
  protocol: Protocol,
  port: number,
  destination: End,
): boolean {
  if (subject.hostNetwork) return true;
  const tier = (name: AdminPolicy['tier']): string | undefined =>
    tierSays(inventory.adminPolicies, name, world, subject, peer, direction, protocol, port, destination);
  const first = tier('admin');
  if (first === 'accept' || first === 'deny') return first === 'accept';
  let isolated = false;
  for (const policy of inventory.policies) {
    if (policy.namespace !== subject.namespace) continue;
    if (!policy.directions.includes(direction)) continue;
    if (!labelsMatch(policy.podSelector, subject.labels)) continue;
    isolated = true;
    for (const rule of policy[direction]) {
      const portOk =
        rule.ports === undefined || rule.ports.some((one) => portMatches(one, destination, protocol, port));
      const peerOk = rule.peers === undefined || rule.peers.some((one) => peerMatches(one, policy, peer, world));
      if (portOk && peerOk) return true;
    }
  }
  return isolated ? false : tier('baseline') !== 'deny';
}

function tierSays(
  policies: readonly AdminPolicy[],
  tier: AdminPolicy['tier'],
  world: World,
  subject: Workload,
  peer: End,
  direction: 'ingress' | 'egress',
  protocol: Protocol,
  port: number,
  destination: End,
): string | undefined {
  const ranked = policies.filter((policy) => policy.tier === tier).toSorted((a, b) => rankOf(a) - rankOf(b));
  for (const { subject: pods, [direction]: rules } of ranked) {
    if ('endpoints' in pods) throw new TypeError('an oracle of its own speaks for Calico');
    if (!labelsMatch(pods.podSelector, subject.labels)) continue;
    if (!labelsMatch(pods.namespaceSelector, world.labelsOf(subject.namespace))) continue;
    for (const { action, peers, ports } of rules) {
      if (ports !== undefined && !ports.some((one) => portMatches(one, destination, protocol, port))) continue;
      if (peers.some((one) => adminPeerMatches(one, peer, world))) return action;
    }
  }
  return undefined;

  function rankOf(policy: AdminPolicy): number {
    return world.rank?.(policy) ?? policy.priority;
  }
}

function adminPeerMatches(peer: AdminPeer, end: End, world: World): boolean {
  if (peer.kind === 'networks') {
    const address = 'address' in end ? end.address : world.addressOf(end.workload);
    return peer.cidrs.some((cidr) => inCidr(cidr, address));
  }
  if (!('workload' in end)) return false;
  const { hostNetwork, labels, namespace } = end.workload;
  if (peer.kind === 'nodes') return hostNetwork;
  if (peer.kind !== 'pods' || hostNetwork) return false;
  return labelsMatch(peer.podSelector, labels) && labelsMatch(peer.namespaceSelector, world.labelsOf(namespace));
}

function portMatches(spec: PolicyPort, destination: End, protocol: Protocol, port: number): boolean {
  if (spec.protocol !== protocol) return false;
  if (spec.port === undefined) return true;
  if (typeof spec.port === 'number') return port >= spec.port && port <= (spec.endPort ?? spec.port);
  if (!('workload' in destination) || destination.workload.hostNetwork) return false;
  for (const declared of destination.workload.ports) {
    if (declared.name === spec.port && declared.protocol === protocol && declared.port === port) return true;
  }
  return false;
}

function peerMatches(peer: PolicyPeer, policy: NetworkPolicy, end: End, world: World): boolean {
  if (peer.kind === 'ipBlock') {
    const address = 'address' in end ? end.address : world.addressOf(end.workload);
    return inCidr(peer.cidr, address) && !peer.except.some((hole) => inCidr(hole, address));
  }
  if (!('workload' in end) || end.workload.hostNetwork) return false;
  if (peer.namespaceSelector === undefined) {
    if (end.workload.namespace !== policy.namespace) return false;
  } else if (!labelsMatch(peer.namespaceSelector, world.labelsOf(end.workload.namespace))) return false;
  return peer.podSelector === undefined || labelsMatch(peer.podSelector, end.workload.labels);
}

export function labelsMatch(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const has = new Map(Object.entries(labels));
  for (const key of Object.keys(selector.matchLabels)) if (has.get(key) !== selector.matchLabels[key]) return false;
  for (const { key, operator, values } of selector.matchExpressions) {
    const isListed = values.some((value) => has.get(key) === value);
    if (operator === 'Exists' && !has.has(key)) return false;
    if (operator === 'DoesNotExist' && has.has(key)) return false;
    if (operator === 'In' && !isListed) return false;
    if (operator === 'NotIn' && has.has(key) && isListed) return false;
  }
  return true;
}

/** Bit strings: slow, and nothing to get wrong. */
export function inCidr(cidr: string, address: string): boolean {
  const [base = '', length] = cidr.split('/');
  const a = bitsOf(base);
  const b = bitsOf(address);
  return a.length === b.length && a.slice(0, Number(length)) === b.slice(0, Number(length));
}

function bitsOf(address: string): string {
  if (!address.includes(':')) {
    return address
      .split('.')
      .map((octet) => Number(octet).toString(2).padStart(8, '0'))
      .join('');
  }
  const [head = '', tail] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...(tail === undefined ? [] : zeros), ...right]
    .map((group) => parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}
