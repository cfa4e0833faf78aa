import { describe, expect, it } from 'vitest';
import type { AdminPolicy } from '../../../../src/harness/inventory/admin-model.ts';
import { inventoryOf, refusalOf } from './from-yaml.ts';

const head = (kind: string, version: string, name = 'guard') =>
  `apiVersion: policy.networking.k8s.io/${version}\nkind: ${kind}\nmetadata: {name: ${name}}\n`;
const ADMIN = head('AdminNetworkPolicy', 'v1alpha1');
const CLUSTER = head('ClusterNetworkPolicy', 'v1alpha2');
const SUBJECT = 'priority: 7, subject: {namespaces: {}}';
const EVERYTHING = { matchLabels: {}, matchExpressions: [] };

function policyOf(text: string): AdminPolicy {
  const { adminPolicies, unmodelled } = inventoryOf(text);
  const [policy] = adminPolicies;
  if (policy === undefined || unmodelled.length > 0) throw new Error('not read');
  return policy;
}

describe('admin policies', () => {
  it('are read with their tier, priority, subject and rules in order, and the lines of those', () => {
    const policy = policyOf(`${ADMIN}spec:
  priority: 1000
  subject:
    pods: {namespaceSelector: {matchLabels: {zone: pci}}, podSelector: {}}
  ingress:
  - {name: watch, action: Allow, from: [{namespaces: {matchLabels: {team: watch}}}]}
  - action: Pass
    from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}]
    ports: [{portNumber: {port: 80}}, {portRange: {protocol: UDP, start: 1, end: 9}}, {namedPort: sql}]
`);
    expect(policy).toMatchObject({
      kind: 'AdminNetworkPolicy',
      id: 'guard',
      tier: 'admin',
      priority: 1000,
      subject: { namespaceSelector: { matchLabels: { zone: 'pci' } }, podSelector: EVERYTHING },
      egress: [],
      position: { line: 1 },
    });
    expect(policy.ingress).toMatchObject([
      { index: 0, name: 'watch', action: 'accept', position: { line: 9 } },
      { index: 1, action: 'pass', position: { line: 10 } },
    ]);
    expect(policy.ingress[0]).not.toHaveProperty('ports');
    expect(policy.ingress[1]?.ports).toMatchObject([
      { protocol: 'TCP', port: 80 },
      { protocol: 'UDP', port: 1, endPort: 9 },
      { protocol: 'TCP', port: 'sql' },
      { protocol: 'UDP', port: 'sql' },
      { protocol: 'SCTP', port: 'sql' },
    ]);
  });

  it('of egress name networks, nodes and domains too', () => {
    const peers = '[{networks: [10.0.0.0/8, "fd00::/8"]}, {nodes: {}}, {domainNames: ["*.example.com"]}]';
    expect(
      policyOf(`${ADMIN}spec: {${SUBJECT}, egress: [{action: Deny, to: ${peers}}]}`).egress[0]?.peers,
    ).toMatchObject([
      { kind: 'networks', cidrs: ['10.0.0.0/8', 'fd00::/8'] },
      { kind: 'nodes', selector: EVERYTHING },
      { kind: 'domainNames', names: ['*.example.com'] },
    ]);
  });

  it('of v1alpha2 have a tier of their own, and protocols', () => {
    const protocols =
      '[{tcp: {destinationPort: {number: 8080}}}, {udp: {destinationPort: {range: {start: 1, end: 9}}}}, {destinationNamedPort: sql}]';
    const rule = `{action: Accept, from: [{namespaces: {}}], protocols: ${protocols}}`;
    const policy = policyOf(`${CLUSTER}spec: {tier: Baseline, ${SUBJECT}, ingress: [${rule}]}`);
    expect(policy).toMatchObject({ kind: 'ClusterNetworkPolicy', tier: 'baseline', priority: 7 });
    expect(policy.ingress[0]?.ports?.map(({ protocol, port, endPort }) => [protocol, port, endPort])).toEqual([
      ['TCP', 8080, undefined],
      ['UDP', 1, 9],
      ['TCP', 'sql', undefined],
      ['UDP', 'sql', undefined],
      ['SCTP', 'sql', undefined],
    ]);
  });

  it('have one baseline in v1alpha1, of the name default', () => {
    const baseline = (name: string) =>
      `${head('BaselineAdminNetworkPolicy', 'v1alpha1', name)}spec: {subject: {namespaces: {}}}`;
    expect(policyOf(baseline('default'))).toMatchObject({ tier: 'baseline', priority: 0 });
    expect(refusalOf(baseline('other'))).toMatch(/metadata\.name must be default/);
  });

  it.each([
    [
      'a priority above 1000',
      ADMIN,
      'priority: 1001, subject: {namespaces: {}}',
      /a\.yaml:4:\d+: .*must be from 0 to 1000/,
    ],
    ['no priority', ADMIN, 'subject: {namespaces: {}}', /spec\.priority must be given/],
    ['no subject', ADMIN, 'priority: 1', /subject must have exactly one of namespaces, pods/],
    [
      'two subjects',
      ADMIN,
      'priority: 1, subject: {namespaces: {}, pods: {namespaceSelector: {}, podSelector: {}}}',
      /exactly one/,
    ],
    ['a tier that is none', CLUSTER, `tier: admin, ${SUBJECT}`, /tier must be Admin or Baseline, not "admin"/],
    [
      'the action of the other version',
      CLUSTER,
      `tier: Admin, ${SUBJECT}, ingress: [{action: Allow, from: [{namespaces: {}}]}]`,
      /action must be Accept or Deny or Pass, not "Allow"/,
    ],
    [
      'a Pass of the baseline of v1alpha1',
      head('BaselineAdminNetworkPolicy', 'v1alpha1', 'default'),
      'subject: {namespaces: {}}, ingress: [{action: Pass, from: [{namespaces: {}}]}]',
      /must be Allow or Deny/,
    ],
    ['a rule for nobody', ADMIN, `${SUBJECT}, ingress: [{action: Deny}]`, /from must have at least one entry/],
    [
      'networks of ingress',
      ADMIN,
      `${SUBJECT}, ingress: [{action: Deny, from: [{networks: [10.0.0.0/8]}]}]`,
      /networks is not a field/,
    ],
    [
      'a peer of two kinds',
      ADMIN,
      `${SUBJECT}, egress: [{action: Deny, to: [{nodes: {}, namespaces: {}}]}]`,
      /exactly one of/,
    ],
    ['no CIDR', ADMIN, `${SUBJECT}, egress: [{action: Deny, to: [{networks: [10.0.0.300/8]}]}]`, /must be a CIDR/],
    [
      'no domain name',
      ADMIN,
      `${SUBJECT}, egress: [{action: Allow, to: [{domainNames: ["a.*.com"]}]}]`,
      /must be a domain name/,
    ],
    [
      'a named port of networks',
      ADMIN,
      `${SUBJECT}, egress: [{action: Deny, to: [{networks: [10.0.0.0/8]}], ports: [{namedPort: sql}]}]`,
      /must not name a port/,
    ],
    [
      'a range from above',
      ADMIN,
      `${SUBJECT}, ingress: [{action: Deny, from: [{namespaces: {}}], ports: [{portRange: {start: 9, end: 1}}]}]`,
      /start below its end/,
    ],
    [
      'a version that is not known',
      head('ClusterNetworkPolicy', 'v1'),
      `tier: Admin, ${SUBJECT}`,
      /Write apiVersion: policy\.networking\.k8s\.io\/v1alpha2/,
    ],
  ])('are refused for %s', (_case, start, spec, message) => {
    expect(refusalOf(`${start}spec: {${spec}}`)).toMatch(message);
  });

  it('of a live cluster that are not understood are unmodelled', () => {
    const text = `${ADMIN}spec: {${SUBJECT}, ingress: [{action: Deny, from: [{serviceAccounts: {}}]}]}`;
    const { adminPolicies, unmodelled } = inventoryOf(text, { origin: 'cluster' });
    expect(adminPolicies).toEqual([]);
    expect(unmodelled).toMatchObject([{ kind: 'AdminNetworkPolicy', id: 'guard' }]);
    expect(unmodelled[0]?.reason).toContain('serviceAccounts is not a field');
  });
});
