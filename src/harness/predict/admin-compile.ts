import type { AdminAction, AdminPeer, AdminPolicy, AdminRule, NamespacedPods } from '../inventory/admin-model.ts';
import type { NetworkPlugin } from '../inventory/model.ts';
import type { Direction } from '../../requirements/model.ts';
import { AddressSet } from './addresses.ts';
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
  /** Nodes of certain labels are `some`: which nodes those are is not read. */
  readonly nodes: 'none' | 'some' | 'all';
  /** Which addresses they stand for is known to nobody here. */
  readonly domainNames: readonly string[];
  readonly ports: RulePorts;
}

export interface TierPolicy {
  readonly ref: PolicyRef;
  readonly kind: string;
  readonly tier: AdminPolicy['tier'];
  readonly priority: number;
  readonly subject: PodPeer;
  readonly rules: Readonly<Record<Direction, readonly TierRule[]>>;
  readonly enforcement: Enforcement;
}

export function compileAdminPolicies(
  policies: readonly AdminPolicy[],
  plugin: NetworkPlugin,
  known: Map<string, PodPeer>,
): readonly TierPolicy[] {
  return policies.map((policy) => {
    const ref = { policy: `${policy.kind} ${policy.id}`, isNamed: true, position: policy.position } as const;
    const compile = (direction: Direction) => (rule: AdminRule) => compileRule(ref, direction, rule, known);
    return {
      ref,
      kind: policy.kind,
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
  direction: Direction,
  { index, action, peers, ports, position }: AdminRule,
  known: Map<string, PodPeer>,
): TierRule {
  return {
    ref: { ...policy, position, direction, rule: index },
    action,
    pods: peers.flatMap((peer) => (peer.kind === 'pods' ? [peerOf(peer, known)] : [])),
    networks: AddressSet.of(...peers.flatMap((peer) => (peer.kind === 'networks' ? peer.cidrs : []))),
    nodes: nodesOf(peers),
    domainNames: peers.flatMap((peer) => (peer.kind === 'domainNames' ? peer.names : [])),
    ports: rulePorts(ports ?? []),
  };
}

function peerOf({ namespaceSelector, podSelector }: NamespacedPods, known: Map<string, PodPeer>): PodPeer {
  return sharePeer({ namespaces: { by: 'labels', selector: namespaceSelector }, pods: podSelector }, known);
}

function nodesOf(peers: readonly AdminPeer[]): TierRule['nodes'] {
  const selectors = peers.flatMap((peer) => (peer.kind === 'nodes' ? [peer.selector] : []));
  if (selectors.length === 0) return 'none';
  const isAll = selectors.some(
    ({ matchLabels, matchExpressions }) => Object.keys(matchLabels).length === 0 && matchExpressions.length === 0,
  );
  return isAll ? 'all' : 'some';
}
