import { type LabelSelector, NAMESPACE_NAME } from '../../requirements/selector.ts';
import { PROTOCOLS, type Direction } from '../../requirements/model.ts';
import { formatLine, type Position } from '../../source/position.ts';
import type { AdminPeer, AdminPolicy } from '../inventory/admin-model.ts';
import type { Inventory, NetworkPolicy, PolicyPeer, PolicyPort, Workload } from '../inventory/model.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';
import type { Party, RuleRef, SideDecision } from '../predict/model.ts';
import { OUTSIDER_NAMESPACE } from '../predict/ends/outsider.ts';
import type { Selectors } from '../suggest/selectors.ts';
import type { Edit } from './edits.ts';

/** One end that denies. */
export interface DeniedEnd {
  readonly subject: Workload;
  readonly peer: Party;
  readonly direction: Direction;
  readonly side: SideDecision;
  readonly connections: ConnectionSet;
}

const NOWHERE: Position = { file: 'what would let it through', line: 0, column: 0 };
const EVERY_POD: LabelSelector = { matchLabels: {}, matchExpressions: [] };
const LAST_PORT = 65535;
/** Rules and policies that are tried of each kind. */
const MOST_TRIED = 4;

/** Changes that would mend one end, those with the least to write first. */
export function candidatesFor(end: DeniedEnd, inventory: Inventory, selectors: Selectors): readonly Edit[] {
  const [denying] = end.side.deniedBy ?? [];
  return denying === undefined
    ? namespaceEdits(end, inventory, selectors)
    : adminEdits(end, denying, inventory, selectors);
}

function namespaceEdits(end: DeniedEnd, inventory: Inventory, selectors: Selectors): readonly Edit[] {
  const { subject, direction, side, connections } = end;
  const peers = peersOf(end.peer, subject.namespace, inventory, selectors);
  if (peers.length === 0) return [];
  const ports = portsOf(connections);
  const misses = side.nearMisses ?? [];
  const lacking = (lacks: 'port' | 'peer'): readonly RuleRef[] =>
    misses
      // Rules of other kinds are no rules of NetworkPolicies, and are left to their authors.
      .filter((miss) => miss.lacks === lacks && miss.rule.isNamed !== true)
      .slice(0, MOST_TRIED)
      .map(({ rule }) => rule);
  const isolating = inventory.policies.filter(({ id }) => side.isolatedBy.some(({ policy }) => policy === id));
  const rule = { peers, ...(ports.length === 0 ? {} : { ports }), position: NOWHERE };
  return [
    ...(ports.length === 0 ? [] : lacking('port').map((ref): Edit => ({ kind: 'port', rule: ref, ports }))),
    ...lacking('peer').map((ref): Edit => ({ kind: 'peer', rule: ref, peers })),
    ...isolating
      .slice(0, MOST_TRIED)
      .map((policy): Edit => ({ kind: 'rule', policy, direction, rule: { ...rule, index: policy[direction].length } })),
    { kind: 'policy', direction, policy: newPolicy(end, { ...rule, index: 0 }, selectors) },
  ];
}

function newPolicy(
  { subject, direction }: DeniedEnd,
  rule: NetworkPolicy['ingress'][number],
  selectors: Selectors,
): NetworkPolicy {
  const name = `let-${subject.name}-${direction === 'egress' ? 'out' : 'in'}`;
  return {
    kind: 'NetworkPolicy',
    id: `${subject.namespace}/${name}`,
    namespace: subject.namespace,
    name,
    podSelector: selectors.of(subject).selector,
    directions: [direction],
    ingress: [],
    egress: [],
    [direction]: [rule],
    position: NOWHERE,
    raw: undefined,
  };
}

/** Nothing overrides what Cilium denies, and Calico's rules say more: how they leave it out is for their author to say. */
function adminEdits(end: DeniedEnd, denying: RuleRef, inventory: Inventory, selectors: Selectors): readonly Edit[] {
  const { subject, direction, connections } = end;
  const policy = inventory.adminPolicies.find(
    (one) =>
      `${one.kind} ${one.id}` === denying.policy &&
      one[direction].some(
        ({ index, position }) => index === denying.rule && formatLine(position) === formatLine(denying.position),
      ),
  );
  const peers = adminPeersOf(end.peer, inventory, selectors);
  if (policy === undefined || peers.length === 0 || isOfPlugin(policy)) return [];
  const ports = portsOf(connections);
  const rule = { index: -1, action: 'accept', peers, ...(ports.length > 0 && { ports }), position: NOWHERE } as const;
  const edits: Edit[] = [{ kind: 'admin-rule', before: denying, policy, rule }];
  const priority = freePriority(policy, inventory);
  if (priority !== undefined && subject.namespace !== OUTSIDER_NAMESPACE) {
    const accepting = { ...adminPolicy(policy, priority, subject, selectors), [direction]: [{ ...rule, index: 0 }] };
    edits.push({ kind: 'admin-policy', before: denying, direction, policy: accepting });
  }
  return edits;
}

function isOfPlugin({ kind, tier }: AdminPolicy): boolean {
  return kind.startsWith('Cilium') || typeof tier === 'object';
}

/** The API does not say which of two policies of one priority is tried first. */
function freePriority({ kind, tier, priority }: AdminPolicy, { adminPolicies }: Inventory): number | undefined {
  if (kind === 'BaselineAdminNetworkPolicy') return undefined;
  const taken = new Set(
    adminPolicies.filter((one) => one.kind === kind && one.tier === tier).map((one) => one.priority),
  );
  for (let free = priority - 1; free >= 0; free -= 1) if (!taken.has(free)) return free;
  return undefined;
}

function adminPolicy(
  { kind, tier }: AdminPolicy,
  priority: number,
  subject: Workload,
  selectors: Selectors,
): AdminPolicy {
  return {
    kind,
    id: `let-${subject.namespace}-${subject.name}`,
    tier,
    priority,
    subject: { namespaceSelector: named(subject.namespace), podSelector: selectors.of(subject).selector },
    ingress: [],
    egress: [],
    position: NOWHERE,
    raw: undefined,
  };
}

/** As a NetworkPolicy of `namespace` names it; nothing where it cannot. */
function peersOf(
  peer: Party,
  namespace: string,
  { namespaces }: Inventory,
  selectors: Selectors,
): readonly PolicyPeer[] {
  if (peer.kind === 'addresses') return blocks(peer.addresses.toCidrs());
  const { workload } = peer;
  if (workload.hostNetwork) return blocks(workload.pods.flatMap(({ addresses }) => addresses).map(asBlock));
  const position = NOWHERE;
  if (workload.namespace === OUTSIDER_NAMESPACE) {
    return [{ kind: 'pods', namespaceSelector: elsewhere(namespaces.map(({ name }) => name)), position }];
  }
  const podSelector = selectors.of(workload).selector;
  const elsewhereIs = workload.namespace === namespace ? {} : { namespaceSelector: named(workload.namespace) };
  return [{ kind: 'pods', ...elsewhereIs, podSelector, position }];
}

function adminPeersOf(peer: Party, inventory: Inventory, selectors: Selectors): readonly AdminPeer[] {
  return peersOf(peer, '', inventory, selectors).map((one): AdminPeer =>
    one.kind === 'ipBlock'
      ? { kind: 'networks', cidrs: [one.cidr], position: NOWHERE }
      : {
          kind: 'pods',
          namespaceSelector: one.namespaceSelector ?? EVERY_POD,
          podSelector: one.podSelector ?? EVERY_POD,
          position: NOWHERE,
        },
  );
}

function blocks(cidrs: readonly string[]): readonly PolicyPeer[] {
  return cidrs.map((cidr) => ({ kind: 'ipBlock', cidr, except: [], position: NOWHERE }));
}

function asBlock(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

function named(namespace: string): LabelSelector {
  return { matchLabels: { [NAMESPACE_NAME]: namespace }, matchExpressions: [] };
}

/** Nobody knows an outsider's labels; where it is not, is known. */
function elsewhere(namespaces: readonly string[]): LabelSelector {
  if (namespaces.length === 0) return EVERY_POD;
  return { matchLabels: {}, matchExpressions: [{ key: NAMESPACE_NAME, operator: 'NotIn', values: namespaces }] };
}

/** Empty for every protocol and port, as a rule without ports. */
function portsOf(connections: ConnectionSet): readonly PolicyPort[] {
  if (connections.isAll) return [];
  return PROTOCOLS.flatMap((protocol) =>
    connections.intervals(protocol).map(({ from, to }) => {
      if (from === 1 && to === LAST_PORT) return { protocol, position: NOWHERE };
      return { protocol, port: from, ...(from === to ? {} : { endPort: to }), position: NOWHERE };
    }),
  );
}
