import type { AdminAction, AdminPeer, AdminPolicy, AdminRule, NamespacedPods } from '../inventory/admin-model.ts';
import type { ClusterNode, Inventory, PolicyPort } from '../inventory/model.ts';
import type { Direction } from '../../requirements/model.ts';
import { selects, type LabelSelector } from '../../requirements/selector.ts';
import { AddressSet } from './addresses.ts';
import { ConnectionSet } from './connections.ts';
import { rulePorts, sharePeer, type PodPeer, type RulePorts } from './compile.ts';
import { enforcementOf, type Enforcement } from './enforcement.ts';
import type { PolicyRef, RuleRef } from './model.ts';

/** A rule of a tier, which decides connections in its turn. */
export interface TierRule {
  readonly ref: RuleRef;
  readonly action: AdminAction;
  readonly pods: readonly PodPeer[];
  /** By address, pods and nodes included. */
  readonly networks: AddressSet;
  /** Everyone, whoever and wherever. */
  readonly everyone: boolean;
  /** Addresses outside alone. */
  readonly world: AddressSet;
  /** The API server, which may be a node or outside. */
  readonly apiserver: boolean;
  /** Why it is not known whether it takes what it names. */
  readonly doubt?: string;
  /** Nodes of certain labels are `some`, unless the nodes are known and are alike in that. */
  readonly nodes: 'none' | 'some' | 'all';
  /** Which addresses they stand for is known to nobody here. */
  readonly domainNames: readonly string[];
  readonly ports: RulePorts;
}

export interface TierPolicy {
  readonly ref: PolicyRef;
  /** Policies of a lane are ordered by priority; lanes have no order. */
  readonly lane: string;
  readonly kind: string;
  readonly isolates: boolean;
  readonly tier: AdminPolicy['tier'];
  readonly priority: number;
  readonly subject: PodPeer;
  readonly rules: Readonly<Record<Direction, readonly TierRule[]>>;
  readonly enforcement: Enforcement;
}

export function compileAdminPolicies(
  { adminPolicies, plugin, nodes = [] }: Inventory,
  known: Map<string, PodPeer>,
): readonly TierPolicy[] {
  return adminPolicies.map((policy) => {
    const ref = { policy: `${policy.kind} ${policy.id}`, isNamed: true, position: policy.position } as const;
    const isDefault = policy.isolates === true;
    const compile = (direction: Direction) => (rule: AdminRule) => ({
      ...compileRule(ref, isDefault, direction, rule, known),
      nodes: nodesOf(rule.peers, nodes),
    });
    return {
      ref,
      lane: policy.kind.startsWith('Cilium') ? 'Cilium' : policy.kind,
      kind: policy.kind,
      isolates: policy.isolates === true,
      tier: policy.tier,
      priority: policy.priority,
      subject: peerOf(policy.subject, known),
      rules: { ingress: policy.ingress.map(compile('ingress')), egress: policy.egress.map(compile('egress')) },
      enforcement: enforcementOf(policy.kind, plugin),
    };
  });
}

function compileRule(
  policy: PolicyRef,
  isDefault: boolean,
  direction: Direction,
  { index, action, peers, ports, doubt, position }: AdminRule,
  known: Map<string, PodPeer>,
): Omit<TierRule, 'nodes'> {
  return {
    ref: { ...policy, position, direction, rule: index, ...(isDefault && { isDefault }) },
    action,
    pods: peers.flatMap((peer) => (peer.kind === 'pods' ? [peerOf(peer, known)] : [])),
    networks: AddressSet.of(...peers.flatMap((peer) => (peer.kind === 'networks' ? peer.cidrs : []))),
    everyone: peers.some(({ kind }) => kind === 'everyone'),
    world: peers.reduce((sum, peer) => sum.union(worldOf(peer)), AddressSet.EMPTY),
    apiserver: peers.some(({ kind }) => kind === 'apiserver'),
    ...(doubt !== undefined && { doubt }),
    domainNames: peers.flatMap((peer) => (peer.kind === 'domainNames' ? peer.names : [])),
    ports: ports === undefined ? rulePorts([]) : portsOf(ports),
  };
}

function peerOf({ namespaceSelector, podSelector }: NamespacedPods, known: Map<string, PodPeer>): PodPeer {
  return sharePeer({ namespaces: { by: 'labels', selector: namespaceSelector }, pods: podSelector }, known);
}

/** A list that is there and empty is no port at all. */
function portsOf(ports: readonly PolicyPort[]): RulePorts {
  return ports.length === 0 ? { numbered: ConnectionSet.NONE, named: [] } : rulePorts(ports);
}

function worldOf(peer: AdminPeer): AddressSet {
  if (peer.kind !== 'world') return AddressSet.EMPTY;
  return AddressSet.of(...peer.cidrs).subtract(AddressSet.of(...peer.except));
}

/** Nodes are told apart no further: labels that all of them have select all, labels that none has select none. */
function nodesOf(peers: readonly AdminPeer[], nodes: readonly ClusterNode[]): TierRule['nodes'] {
  const selectors = peers.flatMap((peer) => (peer.kind === 'nodes' ? [peer.selector] : []));
  if (selectors.length === 0) return 'none';
  const known = selectors.filter((one) => one !== 'some');
  if (known.some(selectsAll)) return 'all';
  if (nodes.length === 0 || known.length < selectors.length) return 'some';
  const selected = nodes.filter(({ labels }) => known.some((one) => selects(one, labels)));
  return selected.length === nodes.length ? 'all' : selected.length === 0 ? 'none' : 'some';
}

function selectsAll({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}
