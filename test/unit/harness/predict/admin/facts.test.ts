import { describe, expect, it } from 'vitest';
import { AddressSet, ALL_IPV4 } from '../../../../../src/harness/predict/sets/addresses.ts';
import { Storyteller } from '../../../../../src/harness/explain/story.ts';
import { ConnectionSet } from '../../../../../src/harness/predict/sets/connections.ts';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { admin, type AdminSpec } from './fixtures.ts';
import { inventory, namespace, pod, policy, workload } from '../fixtures.ts';

/** Houses as the API's own conformance tests have them; each pod serves `web` at TCP 80. */
const HOUSES = ['gryffindor', 'slytherin', 'hufflepuff'];
const PORTS = [
  { name: 'web', protocol: 'TCP', port: 80 },
  { name: 'dns', protocol: 'UDP', port: 53 },
] as const;
const [harry, draco, cedric] = [
  workload('gryffindor/harry', { app: 'harry' }, { ports: PORTS }),
  workload('slytherin/draco', { app: 'draco' }, { ports: PORTS }),
  workload('hufflepuff/cedric', { app: 'cedric' }, { ports: PORTS }),
];
const node = workload('kube-system/proxy', {}, { hostNetwork: true, pods: [pod('192.168.1.1', 'n1')] });
const house = (name: string) => ({ matchLabels: { house: name } });

function inventoryOf(adminPolicies: readonly AdminSpec[], more: Parameters<typeof inventory>[0] = {}) {
  return inventory({
    namespaces: HOUSES.map((name) => namespace(name, { house: name })),
    workloads: [harry, draco, cedric, node],
    adminPolicies: adminPolicies.map((spec, index) => admin(`a${index}`, spec)),
    ...more,
  });
}

function predictorOf(adminPolicies: readonly AdminSpec[], more: Parameters<typeof inventory>[0] = {}) {
  return createPredictor(inventoryOf(adminPolicies, more));
}

const GUARD = { namespaces: house('gryffindor') };
const fromSlytherin = { namespaces: house('slytherin') };
const letIn = policy('gryffindor/let-in', { ingress: [{ from: [{ namespaceSelector: house('slytherin') }] }] });

describe('an admin policy, a NetworkPolicy and a baseline, as the conformance tests put them together', () => {
  const deny: AdminSpec = { ...GUARD, ingress: [{ action: 'deny', ...fromSlytherin }] };
  const pass: AdminSpec = { ...GUARD, ingress: [{ action: 'pass', ...fromSlytherin }] };
  const baseline: AdminSpec = { ...GUARD, tier: 'baseline', ingress: [{ action: 'deny', ...fromSlytherin }] };

  it.each([
    ['a Deny holds, whatever NetworkPolicies allow', [deny, baseline], [letIn], 'none'],
    ['a Pass leaves it to a NetworkPolicy', [pass, baseline], [letIn], 'all'],
    ['a Pass leaves it to the baseline where no NetworkPolicy isolates', [pass, baseline], [], 'none'],
    ['without a baseline, all is open', [pass], [], 'all'],
    [
      'an Allow opens what a NetworkPolicy would not',
      [{ ...GUARD, ingress: [{ action: 'accept', ...fromSlytherin }] }],
      [policy('gryffindor/shut', {})],
      'all',
    ],
    ['a baseline is not asked where a NetworkPolicy isolates', [baseline], [letIn], 'all'],
  ] as const)('%s', (_case, adminPolicies, policies, expected) => {
    const { allowed, unknown } = predictorOf(adminPolicies, { policies }).between(draco, harry);
    expect([allowed.format(), unknown.format()]).toEqual([expected, 'none']);
    expect(predictorOf(adminPolicies, { policies }).between(draco, cedric).allowed.isAll).toBe(true);
  });

  it('stories name the rule that decides, and the one that passes it on', () => {
    const draw = (...specs: readonly AdminSpec[]) => {
      const found = inventoryOf(specs);
      return new Storyteller(found, createPredictor(found)).story(
        { kind: 'workload', workload: draco },
        { kind: 'workload', workload: harry },
        ConnectionSet.port('TCP', 80),
      );
    };
    expect(draw(deny)).toContain('    denied by AdminNetworkPolicy a0 (a0.yaml:10), ingress rule 1.');
    expect(draw(deny)).toContain(
      '  put before AdminNetworkPolicy a0 (a0.yaml:10), ingress rule 1 a rule that accepts {pods: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: slytherin}}, podSelector: {matchLabels: {app: draco}}}} on TCP 80.',
    );
    const passed = draw(pass, baseline);
    expect(passed).toContain(
      '  entering gryffindor/harry[Deployment]: left to the next tier by AdminNetworkPolicy a0 (a0.yaml:10), ingress rule 1.',
    );
    expect(passed).toContain('    denied by BaselineAdminNetworkPolicy a1 (a1.yaml:10), ingress rule 1.');
    expect(draw({ ...GUARD, ingress: [{ action: 'accept', ...fromSlytherin }] })).toContain(
      '    allowed by AdminNetworkPolicy a0 (a0.yaml:10), ingress rule 1.',
    );
  });
});

describe('the order in which admin policies are tried', () => {
  const open = (priority: number, action: 'accept' | 'deny' = 'accept'): AdminSpec => ({
    ...GUARD,
    priority,
    ingress: [{ action, ...fromSlytherin, ports: [{ port: 80 }] }],
  });
  const shut = (priority: number, kind?: AdminSpec['kind']): AdminSpec => ({
    ...GUARD,
    priority,
    ...(kind && { kind }),
    ingress: [{ action: 'deny', ...fromSlytherin, ports: [{ port: 79, endPort: 81 }] }],
  });

  it('is by priority, lower first, and within a policy by rule', () => {
    expect(
      predictorOf([open(1), shut(2)])
        .between(draco, harry)
        .allowed.contains('TCP', 80),
    ).toBe(true);
    expect(
      predictorOf([open(2), shut(1)])
        .between(draco, harry)
        .allowed.contains('TCP', 80),
    ).toBe(false);
    const both: AdminSpec = { ...GUARD, ingress: [...(open(1).ingress ?? []), ...(shut(1).ingress ?? [])] };
    expect(
      predictorOf([both])
        .between(draco, harry)
        .allowed.intersect(ConnectionSet.of('TCP', 79, 81))
        .format(),
    ).toBe('TCP 80');
  });

  it('is not settled for equal priorities, where they disagree', () => {
    const prediction = predictorOf([open(5), shut(5)]).between(draco, harry);
    expect(prediction.unknown.format()).toBe('TCP 80');
    expect(prediction.allowed.overlaps(ConnectionSet.of('TCP', 79, 81))).toBe(false);
    expect(prediction.decide('TCP', 80).reason).toMatch(
      /a0 .* and AdminNetworkPolicy a1 .*does not settle which is applied/,
    );
    expect(predictorOf([open(5, 'deny'), shut(5)]).between(draco, harry).unknown.isEmpty).toBe(true);
  });

  it('is not settled between kinds', () => {
    const prediction = predictorOf([open(1), shut(2, 'ClusterNetworkPolicy')]).between(draco, harry);
    expect(prediction.unknown.format()).toBe('TCP 80');
  });
});

describe('peers of admin policies', () => {
  const shutOut = (rule: Omit<NonNullable<AdminSpec['egress']>[number], 'action'>): AdminSpec => ({
    ...GUARD,
    egress: [{ action: 'deny', ...rule }],
  });

  it('by networks are pods and nodes too, and addresses outside', () => {
    const predictor = predictorOf([shutOut({ networks: ['0.0.0.0/0', '::/0'] })]);
    for (const to of [draco, node]) expect(predictor.between(harry, to).allowed.isEmpty).toBe(true);
    expect(predictor.toAddresses(harry, ALL_IPV4).map(({ prediction }) => prediction.allowed.format())).toEqual([
      'none',
    ]);
    expect(predictor.fromAddresses(ALL_IPV4, harry)[0]?.prediction.allowed.isAll).toBe(true);
  });

  it('by networks that cover a part of what is private are not known, for pods without an address', () => {
    const predictor = predictorOf([shutOut({ networks: ['10.0.0.0/8'] })]);
    const prediction = predictor.between(harry, draco);
    expect([prediction.allowed.format(), prediction.unknown.format()]).toEqual(['none', 'all']);
    expect(prediction.decide('TCP', 80).reason).toMatch(
      /decides by networks; whether they cover the address of slytherin/,
    );
    const parts = predictor.toAddresses(harry, ALL_IPV4);
    expect(
      parts.map(({ addresses, prediction: { allowed } }) => [
        addresses.covers(AddressSet.parse('10.0.0.0/8')),
        allowed.format(),
      ]),
    ).toEqual([
      [true, 'none'],
      [false, 'all'],
    ]);
  });

  it('by nodes are pods on the host network; which nodes labels select is not known where none is read', () => {
    const elsewhere = { ...harry, pods: [pod('10.0.0.1', 'n2')] };
    expect(predictorOf([shutOut({ nodes: {} })]).between(elsewhere, node).allowed.isEmpty).toBe(true);
    expect(predictorOf([shutOut({ nodes: {} })]).between(harry, draco).allowed.isAll).toBe(true);
    const some = predictorOf([shutOut({ nodes: { matchLabels: { role: 'edge' } } })]).between(elsewhere, node);
    expect(some.unknown.isAll).toBe(true);
    expect(some.decide('TCP', 80).reason).toMatch(
      /selects some nodes by their labels, and which those are is not known/,
    );
  });

  it.each([
    ['all nodes', ['edge', 'edge'], 'denied'],
    ['no node', ['core', 'core'], 'allowed'],
    ['some nodes, which are not told apart', ['edge', 'core'], 'unknown'],
  ])('by nodes that are read, with labels that select %s', (_case, roles, outcome) => {
    const elsewhere = { ...harry, pods: [pod('10.0.0.1', 'n2')] };
    const nodes = roles.map((role, index) => ({ name: `n${index + 1}`, labels: { role } }));
    const found = predictorOf([shutOut({ nodes: { matchLabels: { role: 'edge' } } })], { nodes });
    expect(found.between(elsewhere, node).decide('TCP', 80).outcome).toBe(outcome);
  });

  it('by namespaces and pods leave out the host network, as subjects do', () => {
    const predictor = predictorOf([
      { egress: [{ action: 'deny', namespaces: {} }], ingress: [{ action: 'deny', namespaces: {} }] },
    ]);
    expect(predictor.between(node, harry).allowed.isAll).toBe(true);
    expect(predictor.between(harry, node).allowed.isAll).toBe(true);
    expect(predictor.between(harry, draco).allowed.isEmpty).toBe(true);
  });

  it('by domain names are not known, and never allowed', () => {
    const only: AdminSpec = {
      ...GUARD,
      egress: [
        { action: 'accept', domainNames: ['www.example.com'], ports: [{ port: 443 }] },
        { action: 'deny', networks: ['0.0.0.0/0', '::/0'] },
      ],
    };
    const [part] = predictorOf([only]).toAddresses(harry, ALL_IPV4);
    expect([part?.prediction.allowed.format(), part?.prediction.unknown.format()]).toEqual(['none', 'TCP 443']);
    expect(part?.prediction.decide('TCP', 443).reason).toMatch(
      /names the domain www\.example\.com, whose addresses are not known/,
    );
    expect(predictorOf([only]).between(harry, draco).unknown.isEmpty).toBe(true);
  });

  it('by a port name are the ports of the destination that have it, of whatever protocol', () => {
    const named: AdminSpec = { ...GUARD, egress: [{ action: 'deny', ...fromSlytherin, ports: [{ port: 'dns' }] }] };
    const { allowed } = predictorOf([named]).between(harry, draco);
    expect([allowed.contains('UDP', 53), allowed.contains('TCP', 53), allowed.contains('UDP', 54)]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('in a namespace that is used but not defined are not known, nor are such subjects', () => {
    const spaces = HOUSES.map((name) => namespace(name, {}, false));
    const asked = predictorOf([{ ...GUARD, ingress: [{ action: 'deny', namespaces: {} }] }], { namespaces: spaces });
    expect(asked.between(draco, harry).unknown.isAll).toBe(true);
    expect(asked.between(draco, harry).decide('TCP', 80).reason).toMatch(
      /namespace gryffindor is used but not defined, so whether AdminNetworkPolicy a0 \(a0\.yaml:1\) selects gryffindor\/harry/,
    );
  });
});
