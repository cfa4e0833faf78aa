import { EVERYTHING, type LabelSelector } from '../../../requirements/selector.ts';
import type { Direction, Protocol } from '../../../requirements/model.ts';
import type { Expression } from '../../inventory/expression.ts';
import type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule, Workload } from '../../inventory/model.ts';
import { AddressSet } from '../sets/addresses.ts';
import type { Remarks, TakenPolicy } from '../dialects/taken.ts';
import { ConnectionSet } from '../sets/connections.ts';
import type { PolicyRef, RuleRef } from '../model.ts';

/** Pods. Equal peers of different rules are one object, so that each is matched once. */
export type PodPeer = LabelledPods | SelectedEndpoints;

/** By namespace and labels. */
export interface LabelledPods {
  readonly namespaces:
    { readonly by: 'name'; readonly name: string } | { readonly by: 'labels'; readonly selector: LabelSelector };
  readonly pods: LabelSelector;
}

/** As Calico selects endpoints. */
export interface SelectedEndpoints {
  readonly endpoints: Expression;
}

export interface BlockPeer {
  /** The block without its exceptions. */
  readonly addresses: AddressSet;
  /** `10.0.0.0/8 except 10.1.0.0/16`. */
  readonly text: string;
}

export interface RulePorts {
  readonly numbered: ConnectionSet;
  /** Named ports: which numbers they are depends on the destination. */
  readonly named: readonly { readonly protocol: Protocol; readonly name: string }[];
  /** Taken out of both. */
  readonly except?: RulePorts;
}

export interface CompiledRule {
  readonly ref: RuleRef;
  /** No peers: anyone. */
  readonly anyone: boolean;
  readonly pods: readonly LabelledPods[];
  readonly blocks: readonly BlockPeer[];
  readonly ports: RulePorts;
}

export interface CompiledPolicy {
  readonly ref: PolicyRef;
  readonly namespace: string;
  readonly podSelector: LabelSelector;
  readonly directions: readonly Direction[];
  readonly rules: Readonly<Record<Direction, readonly CompiledRule[]>>;
  /** What answers rest on for which it counts: where the plugin does not take it by the letter. */
  readonly remarks: Remarks;
}

/**
 * Policies made ready: selectors shared, blocks as address sets, ports as connection sets.
 * @param known peers that policies of other kinds share
 */
export function compilePolicies(
  policies: readonly TakenPolicy[],
  known: Map<string, PodPeer> = new Map(),
): readonly CompiledPolicy[] {
  return policies.map(({ policy, remarks }) => ({
    ref: { policy: policy.id, position: policy.position },
    namespace: policy.namespace,
    podSelector: policy.podSelector,
    directions: policy.directions,
    rules: {
      ingress: policy.ingress.map((rule) => compileRule(policy, 'ingress', rule, known)),
      egress: policy.egress.map((rule) => compileRule(policy, 'egress', rule, known)),
    },
    remarks,
  }));
}

/** The connections that `ports` allow towards a destination; addresses outside have no named ports. */
export function portsTowards(ports: RulePorts, destination: Workload | undefined): ConnectionSet {
  let set = ports.numbered;
  if (destination !== undefined && !destination.hostNetwork) {
    for (const { protocol, name } of ports.named) {
      for (const port of destination.ports) {
        if (port.name === name && port.protocol === protocol) set = set.union(ConnectionSet.port(protocol, port.port));
      }
    }
  }
  return ports.except === undefined ? set : set.subtract(portsTowards(ports.except, destination));
}

/** All names of ports that it speaks of. */
export function namesOfPorts({ named, except }: RulePorts): readonly string[] {
  return [...named.map(({ name }) => name), ...(except === undefined ? [] : namesOfPorts(except))];
}

function compileRule(
  policy: NetworkPolicy,
  direction: Direction,
  rule: PolicyRule,
  known: Map<string, PodPeer>,
): CompiledRule {
  const peers = rule.peers ?? [];
  return {
    ref: { policy: policy.id, position: rule.position, direction, rule: rule.index },
    anyone: peers.length === 0,
    pods: peers.flatMap((peer) => (peer.kind === 'pods' ? [podPeer(policy.namespace, peer, known)] : [])),
    blocks: peers.flatMap((peer) => (peer.kind === 'ipBlock' ? [blockPeer(peer)] : [])),
    ports: rulePorts(rule.ports ?? []),
  };
}

function podPeer(namespace: string, peer: PolicyPeer & { kind: 'pods' }, known: Map<string, PodPeer>): LabelledPods {
  const { namespaceSelector: selector, podSelector: pods = EVERYTHING } = peer;
  const namespaces =
    selector === undefined ? { by: 'name' as const, name: namespace } : { by: 'labels' as const, selector };
  return sharePeer({ namespaces, pods }, known);
}

/** The same object for equal peers. */
export function sharePeer<Peer extends PodPeer>(peer: Peer, known: Map<string, PodPeer>): Peer {
  const key = JSON.stringify('endpoints' in peer ? peer.endpoints : [peer.namespaces, peer.pods]);
  const same = known.get(key) ?? peer;
  known.set(key, same);
  // Peers of one kind alone have the same key.
  return same as Peer;
}

function blockPeer({ cidr, except, position }: PolicyPeer & { kind: 'ipBlock' }): BlockPeer {
  const addresses = except.reduce(
    (left, hole) => left.subtract(AddressSet.parse(hole, { position })),
    AddressSet.parse(cidr, { position }),
  );
  return { addresses, text: except.length === 0 ? cidr : `${cidr} except ${except.join(', ')}` };
}

/** An empty list is every port. */
export function rulePorts(ports: readonly PolicyPort[]): RulePorts {
  if (ports.length === 0) return { numbered: ConnectionSet.ALL, named: [] };
  let numbered = ConnectionSet.NONE;
  const named: { protocol: Protocol; name: string }[] = [];
  for (const { protocol, port, endPort } of ports) {
    if (typeof port === 'string') named.push({ protocol, name: port });
    else if (port === undefined) numbered = numbered.union(ConnectionSet.of(protocol));
    else numbered = numbered.union(ConnectionSet.of(protocol, port, endPort ?? port));
  }
  return { numbered, named };
}
