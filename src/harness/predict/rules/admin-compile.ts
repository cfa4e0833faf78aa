import type {
  AdminAction,
  AdminPeer,
  AdminPolicy,
  AdminRule,
  CalicoTier,
  Endpoints,
  NamespacedPods,
} from '../../inventory/admin-model.ts';
import type { ClusterNode, Inventory, PolicyPort } from '../../inventory/model.ts';
import type { Direction } from '../../../requirements/model.ts';
import { selects, type LabelSelector } from '../../../requirements/selector.ts';
import { AddressSet } from '../sets/addresses.ts';
import { ConnectionSet } from '../sets/connections.ts';
import { CalicoCompiler, type CompiledEnd } from './calico-compile.ts';
import { unlabelledOf, type Unlabelled } from '../dialects/cilium-dialect.ts';
import { rulePorts, sharePeer, type LabelledPods, type PodPeer, type RulePorts } from './compile.ts';
import { enforcementOf, type Enforcement } from '../dialects/enforcement.ts';
import type { NamespaceIndex } from '../ends/namespaces.ts';
import type { PolicyRef, RuleRef } from '../model.ts';

/** A rule of a tier, which decides connections in its turn. */
export interface TierRule {
  readonly ref: RuleRef;
  readonly action: AdminAction;
  /** Of a rule of Calico, in place of all other peers. */
  readonly peer?: CompiledEnd;
  /** What such a rule asks of the pods that its policy selects. */
  readonly own?: CompiledEnd;
  /** What it rests on that it concerns them, or (`isNever`) does not. */
  readonly notes?: readonly string[];
  readonly isNever?: true;
  readonly pods: readonly LabelledPods[];
  /** By address, pods and nodes included. */
  readonly networks: AddressSet;
  /** Everyone, whoever and wherever. */
  readonly everyone: boolean;
  /** Addresses outside alone. */
  readonly world: AddressSet;
  /** The API server, which may be a node or outside. */
  readonly apiserver: boolean;
  /** What has no labels at all: addresses outside, and nodes. */
  readonly unlabelled: Unlabelled;
  /** Why it is not known whether it takes what it names. */
  readonly doubt?: string;
  /** Nodes of certain labels are `some`, unless the nodes are known and are alike in that. */
  readonly nodes: 'none' | 'some' | 'all';
  /** Which addresses they stand for is known to nobody here. */
  readonly domainNames: readonly string[];
  readonly ports: RulePorts;
}

/** Where policies of a tier are tried. */
export type TierPlace = CalicoTier & {
  /** Of policies that are tried together: those of Kubernetes' administrators are, whatever their kind. */
  readonly key: string;
};

export interface TierPolicy {
  readonly ref: PolicyRef;
  /** Policies of a lane are ordered by priority; lanes have no order. */
  readonly lane: string;
  readonly kind: string;
  readonly name: string;
  /** Whether names order policies of one kind and priority. */
  readonly isOrderedByName: boolean;
  readonly isolates: boolean;
  readonly tier: TierPlace;
  readonly priority: number;
  readonly subject: PodPeer;
  /** The only namespace whose pods it selects. */
  readonly home?: string;
  /** The directions in which it has its say. */
  readonly directions: readonly Direction[];
  readonly rules: Readonly<Record<Direction, readonly TierRule[]>>;
  readonly enforcement: Enforcement;
}

/** Cilium's two kinds know no order between them. */
export const CILIUM_LANE = 'Cilium';

export function compileAdminPolicies(
  inventory: Inventory,
  namespaces: NamespaceIndex,
  known: Map<string, PodPeer>,
): readonly TierPolicy[] {
  const calico = new CalicoCompiler(inventory, namespaces, known);
  return inventory.adminPolicies.map((policy) => {
    const ref = { policy: `${policy.kind} ${policy.id}`, isNamed: true, position: policy.position } as const;
    const isDefault = policy.isolates === true;
    const unlabelled = unlabelledOf(inventory.plugin);
    const compile = (direction: Direction) => (rule: AdminRule) =>
      rule.ends === undefined
        ? {
            ...compileRule(ref, { isDefault, unlabelled }, direction, rule, known),
            nodes: nodesOf(rule.peers, inventory.nodes ?? []),
          }
        : compileCalicoRule(ref, direction, rule, rule.ends, calico);
    const rules = { ingress: policy.ingress.map(compile('ingress')), egress: policy.egress.map(compile('egress')) };
    const { directions = DIRECTIONS.filter((direction) => rules[direction].length > 0), subject } = policy;
    const tier = placeOf(policy);
    return {
      ref,
      lane: policy.kind.startsWith('Cilium') ? CILIUM_LANE : tier.name,
      kind: policy.kind,
      name: nameIn(tier, policy.id),
      isOrderedByName: typeof policy.tier === 'object',
      isolates: policy.isolates === true,
      tier,
      priority: policy.priority,
      subject: 'endpoints' in subject ? sharePeer({ endpoints: subject.endpoints }, known) : peerOf(subject, known),
      ...homeOf(subject),
      directions,
      rules,
      enforcement: enforcementOf(policy.kind, inventory.plugin),
    };
  });
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/**
 * Calico gives Kubernetes' administrators' policies tiers of these names, before and behind its own.
 * https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy
 */
const OF_ADMINS: ReadonlyMap<string, string> = new Map([
  ['adminnetworkpolicy', 'admin'],
  ['kube-admin', 'admin'],
  ['baselineadminnetworkpolicy', 'baseline'],
  ['kube-baseline', 'baseline'],
]);

function placeOf({ kind, tier }: AdminPolicy): TierPlace {
  if (typeof tier === 'object') return { ...tier, key: OF_ADMINS.get(tier.name) ?? `tier ${tier.name}` };
  const isFirst = tier === 'admin';
  const first = kind === 'AdminNetworkPolicy' ? 'adminnetworkpolicy' : 'kube-admin';
  const last = kind === 'BaselineAdminNetworkPolicy' ? 'baselineadminnetworkpolicy' : 'kube-baseline';
  return { key: tier, name: isFirst ? first : last, order: isFirst ? 1000 : 10_000_000, end: 'pass' };
}

/** Calico's own resources say the tier before the name, and its API may. */
function nameIn({ name: tier }: TierPlace, id: string): string {
  const name = id.slice(id.indexOf('/') + 1);
  return name.startsWith(`${tier}.`) ? name.slice(tier.length + 1) : name;
}

function homeOf(subject: NamespacedPods | Endpoints): { readonly home?: string } {
  return 'endpoints' in subject && subject.namespace !== undefined ? { home: subject.namespace } : {};
}

/** What a rule of Calico asks of the other end, of its own, and of the destination's ports. */
function compileCalicoRule(
  policy: PolicyRef,
  direction: Direction,
  { index, action, ports, notPorts, doubt, position }: AdminRule,
  { source, destination }: NonNullable<AdminRule['ends']>,
  calico: CalicoCompiler,
): TierRule {
  const [peer, own] = direction === 'ingress' ? [source, destination] : [destination, source];
  const wanted = destination.service === undefined ? ports : calico.portsOfService(destination.service, ports);
  const open = wanted === undefined ? rulePorts([]) : portsOf(wanted);
  return {
    ref: { ...policy, position, direction, rule: index },
    action,
    peer: calico.end(peer),
    ...(Object.keys(own).length > 0 && { own: calico.end(own) }),
    ...(doubt !== undefined && { doubt }),
    ports: notPorts === undefined ? open : { ...open, except: portsOf(notPorts) },
    ...NO_PEERS,
  };
}

const NO_PEERS = {
  pods: [],
  networks: AddressSet.EMPTY,
  everyone: false,
  world: AddressSet.EMPTY,
  apiserver: false,
  nodes: 'none',
  domainNames: [],
  unlabelled: 'no',
} as const;

function compileRule(
  policy: PolicyRef,
  { isDefault, unlabelled }: { readonly isDefault: boolean; readonly unlabelled: Unlabelled },
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
    unlabelled: peers.some(({ kind }) => kind === 'unlabelled') ? unlabelled : 'no',
    ...(doubt !== undefined && { doubt }),
    domainNames: peers.flatMap((peer) => (peer.kind === 'domainNames' ? peer.names : [])),
    ports: ports === undefined ? rulePorts([]) : portsOf(ports),
  };
}

function peerOf({ namespaceSelector, podSelector }: NamespacedPods, known: Map<string, PodPeer>): LabelledPods {
  return sharePeer({ namespaces: { by: 'labels' as const, selector: namespaceSelector }, pods: podSelector }, known);
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
