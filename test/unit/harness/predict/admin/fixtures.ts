import fc from 'fast-check';
import type {
  AdminAction,
  AdminKind,
  AdminPeer,
  AdminPolicy,
  AdminRule,
} from '../../../../../src/harness/inventory/admin-model.ts';
import type { Protocol } from '../../../../../src/requirements/model.ts';
import { selector, type SelectorSpec } from '../fixtures.ts';

/** Short forms of rules: whom, what, and on which ports (`80`, or `80/udp`, `80-90`, `name`); all without. */
export interface AdminRuleSpec {
  readonly action: AdminAction;
  readonly namespaces?: SelectorSpec;
  readonly pods?: SelectorSpec;
  readonly networks?: readonly string[];
  readonly nodes?: SelectorSpec;
  readonly domainNames?: readonly string[];
  readonly ports?: readonly {
    readonly protocol?: Protocol;
    readonly port: number | string;
    readonly endPort?: number;
  }[];
}

export interface AdminSpec {
  readonly kind?: AdminKind;
  readonly tier?: AdminPolicy['tier'];
  readonly priority?: number;
  readonly namespaces?: SelectorSpec;
  readonly pods?: SelectorSpec;
  readonly ingress?: readonly AdminRuleSpec[];
  readonly egress?: readonly AdminRuleSpec[];
}

/** `admin('guard', {…})`: the policy at line 1 of `guard.yaml`, rule n at line 10 * n. */
export function admin(id: string, spec: AdminSpec): AdminPolicy {
  const { tier = 'admin', kind = tier === 'admin' ? 'AdminNetworkPolicy' : 'BaselineAdminNetworkPolicy' } = spec;
  const at = (line: number) => ({ file: `${id}.yaml`, line, column: 1 });
  const rule = (one: AdminRuleSpec, index: number): AdminRule => ({
    index,
    action: one.action,
    peers: peersOf(one, at(10 * (index + 1))),
    ...(one.ports && { ports: one.ports.flatMap((port) => portsOf(port, at(10 * (index + 1)))) }),
    position: at(10 * (index + 1)),
  });
  return {
    kind,
    id,
    tier,
    priority: spec.priority ?? 0,
    subject: { namespaceSelector: selector(spec.namespaces ?? {}), podSelector: selector(spec.pods ?? {}) },
    ingress: (spec.ingress ?? []).map(rule),
    egress: (spec.egress ?? []).map(rule),
    position: at(1),
    raw: {},
  };
}

function portsOf(
  { protocol, port, endPort }: NonNullable<AdminRuleSpec['ports']>[number],
  position: AdminRule['position'],
): NonNullable<AdminRule['ports']> {
  const protocols =
    protocol === undefined && typeof port === 'string' ? (['TCP', 'UDP', 'SCTP'] as const) : [protocol ?? 'TCP'];
  return protocols.map((one) => ({ protocol: one, port, ...(endPort !== undefined && { endPort }), position }));
}

function peersOf(spec: AdminRuleSpec, position: AdminRule['position']): readonly AdminPeer[] {
  const { namespaces, pods, networks, nodes, domainNames } = spec;
  const peers: AdminPeer[] = [];
  if (namespaces ?? pods) {
    peers.push({
      kind: 'pods',
      namespaceSelector: selector(namespaces ?? {}),
      podSelector: selector(pods ?? {}),
      position,
    });
  }
  if (networks) peers.push({ kind: 'networks', cidrs: networks, position });
  if (nodes) peers.push({ kind: 'nodes', selector: selector(nodes), position });
  if (domainNames) peers.push({ kind: 'domainNames', names: domainNames, position });
  return peers;
}

const VALUES = ['x', 'y', 'z'] as const;
const labelled = (key: string): fc.Arbitrary<SelectorSpec> =>
  fc.oneof(
    fc.constant({}),
    fc.constantFrom(...VALUES).map((value) => ({ matchLabels: { [key]: value } })),
    fc.constantFrom('Exists', 'DoesNotExist').map((operator) => ({ matchExpressions: [{ key, operator }] })),
  );

const podPeer = fc.record({ namespaces: labelled('env'), pods: labelled('app') });
const network = fc
  .subarray(['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '172.16.0.0/12', '203.0.113.0/24', '::/0', 'fd00::/8'], {
    minLength: 1,
    maxLength: 2,
  })
  .map((networks) => ({ networks }));
const nodes = fc.constant({ nodes: {} });
const numbered = fc.oneof(
  fc.record({
    protocol: fc.constantFrom<Protocol>('TCP', 'UDP'),
    port: fc.constantFrom(1, 53, 80, 443),
  }),
  fc.record({ port: fc.constantFrom(1, 79, 80), endPort: fc.constantFrom(81, 8080, 65535) }),
);
const named = fc.constantFrom('http', 'dns').map((port) => ({ port }));

function rule(
  actions: readonly AdminAction[],
  peer: fc.Arbitrary<Omit<AdminRuleSpec, 'action'>>,
): fc.Arbitrary<AdminRuleSpec> {
  return fc
    .record({
      action: fc.constantFrom(...actions),
      peer,
      ports: fc.option(fc.array(numbered, { minLength: 1, maxLength: 2 })),
      name: fc.option(named),
    })
    .map(({ action, peer: who, ports, name }) => {
      const wanted = [...(ports ?? []), ...(name !== null && !('networks' in who) && !('nodes' in who) ? [name] : [])];
      return { action, ...who, ...(wanted.length > 0 && { ports: wanted }) };
    });
}

function policyOf(kind: AdminKind, tier: AdminPolicy['tier'], priority: fc.Arbitrary<number>): fc.Arbitrary<AdminSpec> {
  const actions: readonly AdminAction[] =
    kind === 'BaselineAdminNetworkPolicy' ? ['accept', 'deny'] : ['accept', 'deny', 'pass'];
  return fc.record({
    kind: fc.constant(kind),
    tier: fc.constant(tier),
    priority,
    namespaces: labelled('env'),
    pods: labelled('app'),
    ingress: fc.array(rule(actions, podPeer), { maxLength: 3 }),
    egress: fc.array(rule(actions, fc.oneof(podPeer, network, nodes)), { maxLength: 3 }),
  });
}

/** One kind, and no two of a priority: the API settles everything. */
export const settledPolicies: fc.Arbitrary<AdminPolicy[]> = fc
  .record({
    first: fc.array(policyOf('ClusterNetworkPolicy', 'admin', fc.constant(0)), { maxLength: 3 }),
    last: fc.array(policyOf('ClusterNetworkPolicy', 'baseline', fc.constant(0)), { maxLength: 2 }),
  })
  .map(({ first, last }) =>
    [...first, ...last].map((spec, index) => admin(`a${index}`, { ...spec, priority: 10 - index })),
  );

/** Kinds mixed, priorities shared. */
export const mixedPolicies: fc.Arbitrary<AdminPolicy[]> = fc
  .array(
    fc.oneof(
      policyOf('ClusterNetworkPolicy', 'admin', fc.constantFrom(1, 2)),
      policyOf('AdminNetworkPolicy', 'admin', fc.constantFrom(1, 2)),
      policyOf('ClusterNetworkPolicy', 'baseline', fc.constantFrom(1, 2)),
      policyOf('BaselineAdminNetworkPolicy', 'baseline', fc.constant(0)),
    ),
    { maxLength: 4 },
  )
  .map((specs) => specs.map((spec, index) => admin(`a${index}`, spec)));
