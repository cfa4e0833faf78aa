import { describe, expect, it } from 'vitest';
import type { NetworkPolicy } from '../../../../src/harness/inventory/model.ts';
import { inventoryOf, refusalOf } from './from-yaml.ts';

const HEAD = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n';

function policyOf(spec: string): NetworkPolicy {
  const [policy] = inventoryOf(`${HEAD}spec: ${spec}`).policies;
  if (policy === undefined) throw new Error('no policy');
  return policy;
}

describe('the defaults of the API', () => {
  it.each([
    ['no policyTypes: ingress', '{podSelector: {}}', ['ingress']],
    ['no policyTypes, ingress rules only', '{podSelector: {}, ingress: [{}]}', ['ingress']],
    ['no policyTypes, egress rules', '{podSelector: {}, egress: [{}]}', ['ingress', 'egress']],
    ['no policyTypes, an empty list of egress rules', '{podSelector: {}, egress: []}', ['ingress']],
    ['an empty list of policyTypes', '{podSelector: {}, policyTypes: [], egress: [{}]}', ['ingress', 'egress']],
    ['Egress alone', '{podSelector: {}, policyTypes: [Egress], ingress: [{}]}', ['egress']],
    ['both, in any order', '{podSelector: {}, policyTypes: [Egress, Ingress]}', ['ingress', 'egress']],
  ])('%s', (_case, spec, directions) => {
    expect(policyOf(spec).directions).toEqual(directions);
  });

  it('selects every pod without a podSelector, and without a spec', () => {
    const everything = { matchLabels: {}, matchExpressions: [] };
    expect(policyOf('{policyTypes: [Ingress]}').podSelector).toEqual(everything);
    expect(inventoryOf(HEAD).policies[0]).toMatchObject({ podSelector: everything, directions: ['ingress'] });
  });

  it.each(['{}', '', '{from: [], ports: []}', '{from: , ports: }'])(
    'lets anyone in on every port by the rule "%s"',
    (rule) => {
      const [read] = policyOf(`\n  podSelector: {}\n  ingress:\n  - ${rule}\n`).ingress;
      expect(read).toMatchObject({ index: 0 });
      expect(read).not.toHaveProperty('peers');
      expect(read).not.toHaveProperty('ports');
    },
  );

  it('takes TCP for the protocol, and every port of a protocol alone', () => {
    const spec =
      '{egress: [{ports: [{port: 80}, {protocol: UDP}, {port: 1, endPort: 9}, {port: 7, endPort: 7}, {port: dns, protocol: SCTP}]}]}';
    expect(policyOf(spec).egress[0]?.ports).toMatchObject([
      { protocol: 'TCP', port: 80 },
      { protocol: 'UDP' },
      { protocol: 'TCP', port: 1, endPort: 9 },
      { protocol: 'TCP', port: 7, endPort: 7 },
      { protocol: 'SCTP', port: 'dns' },
    ]);
    expect(policyOf(spec).egress[0]?.ports?.[1]).not.toHaveProperty('port');
  });

  it('takes a port name of fifteen characters', () => {
    expect(policyOf('{ingress: [{ports: [{port: fifteen-letters}]}]}').ingress[0]?.ports).toMatchObject([
      { port: 'fifteen-letters' },
    ]);
  });

  it('keeps what a peer has and what it lacks', () => {
    const spec = `{ingress: [{from: [
      {podSelector: {}}, {namespaceSelector: {}}, {podSelector: {matchLabels: {a: b}}, namespaceSelector: {}},
      {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]}`;
    const [mine, all, both, block] = policyOf(spec).ingress[0]?.peers ?? [];
    expect(mine).toMatchObject({ kind: 'pods', podSelector: { matchLabels: {} } });
    expect(mine).not.toHaveProperty('namespaceSelector');
    expect(all).not.toHaveProperty('podSelector');
    expect(both).toMatchObject({ podSelector: { matchLabels: { a: 'b' } }, namespaceSelector: { matchLabels: {} } });
    expect(block).toMatchObject({ kind: 'ipBlock', cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] });
  });
});

it('points rules, peers and ports at their own lines, and keeps the object as it was', () => {
  const text = `${HEAD}spec:
  podSelector: {}
  ingress:
    - from:
        - podSelector: {}
      ports:
        - port: 80
    - {}
`;
  const [policy] = inventoryOf(text).policies;
  expect(policy?.position).toEqual({ file: 'a.yaml', line: 1, column: 1 });
  expect(policy?.ingress.map(({ position }) => position.line)).toEqual([7, 11]);
  expect(policy?.ingress[0]?.peers?.[0]?.position.line).toBe(8);
  expect(policy?.ingress[0]?.ports?.[0]?.position.line).toBe(10);
  expect(policy?.raw).toMatchObject({ spec: { ingress: [{ from: [{ podSelector: {} }] }, {}] } });
});

describe('what the API server refuses', () => {
  it.each([
    [
      'an unknown operator',
      '{podSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}}',
      'Did you mean `In`?',
    ],
    ['values with Exists', '{podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}', 'left out'],
    ['In without values', '{podSelector: {matchExpressions: [{key: a, operator: In}]}}', 'must not be empty'],
    ['an expression without a key', '{podSelector: {matchExpressions: [{operator: Exists}]}}', 'no label key'],
    ['a label value that is none', '{podSelector: {matchLabels: {a: "-b"}}}', '"-b" is no label value'],
    ['a label value that is a number', '{podSelector: {matchLabels: {a: 5}}}', 'Quote it: "5".'],
    ['a label value that is too long', `{podSelector: {matchLabels: {a: ${'b'.repeat(64)}}}}`, 'more than 63'],
    ['a label key that is none', '{podSelector: {matchLabels: {a/b/c: d}}}', 'no label key'],
    ['a port beyond the last', '{ingress: [{ports: [{port: 65536}]}]}', 'from 1 to 65535, not 65536'],
    ['the port 0', '{ingress: [{ports: [{port: 0}]}]}', 'from 1 to 65535, not 0'],
    ['a port in quotes', '{ingress: [{ports: [{port: "80"}]}]}', 'without quotes: 80'],
    ['a port name that is too long', '{ingress: [{ports: [{port: sixteen-letters1}]}]}', '1 to 15 characters'],
    ['an endPort below the port', '{ingress: [{ports: [{port: 80, endPort: 79}]}]}', '79 < 80'],
    ['an endPort with a name', '{ingress: [{ports: [{port: http, endPort: 80}]}]}', 'named port (http)'],
    ['an endPort without a port', '{ingress: [{ports: [{endPort: 80}]}]}', 'without a port'],
    ['a protocol in small letters', '{ingress: [{ports: [{protocol: tcp}]}]}', 'Write it in capitals.'],
    ['the protocol ICMP', '{ingress: [{ports: [{protocol: ICMP}]}]}', 'TCP, UDP, SCTP, not "ICMP"'],
    ['an address for a CIDR', '{ingress: [{from: [{ipBlock: {cidr: 10.0.0.1}}]}]}', '10.9.8.7/32'],
    ['a prefix that is too long', '{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33}}]}]}', 'must be a CIDR'],
    ['a CIDR that is left out', '{ingress: [{from: [{ipBlock: {}}]}]}', 'cidr must be given'],
    [
      'except outside its CIDR',
      '{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]}]}',
      'must lie within',
    ],
    [
      'except as large as its CIDR',
      '{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}]}]}',
      'smaller',
    ],
    [
      'except of the other family',
      '{egress: [{to: [{ipBlock: {cidr: "::/0", except: [10.0.0.0/8]}}]}]}',
      'must lie within',
    ],
    ['ipBlock beside a selector', '{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]}', 'together'],
    ['an empty peer', '{ingress: [{from: [{}]}]}', 'An empty peer is refused'],
    ['a peer that is null', '{ingress: [{from: [null]}]}', 'An empty peer is refused'],
    ['an unknown policy type', '{policyTypes: [ingress]}', 'Did you mean `Ingress`?'],
    ['a misspelt field of the spec', '{podSelectr: {}}', 'spec.podSelectr is not a field'],
    ['a misspelt field of a rule', '{ingress: [{form: []}]}', 'Did you mean `from`?'],
    ['to in an ingress rule', '{ingress: [{to: []}]}', 'spec.ingress[0].to is not a field'],
    ['a misspelt field of a peer', '{ingress: [{from: [{podSelectors: {}}]}]}', 'Did you mean `podSelector`?'],
    ['a list where a map belongs', '{podSelector: []}', 'must be a map, not a list'],
    ['a map where a list belongs', '{ingress: {from: []}}', 'must be a list, not a map'],
  ])('%s', (_case, spec, part) => {
    const refusal = refusalOf(`${HEAD}spec: ${spec}`);
    expect(refusal).toMatch(/^a\.yaml:\d+:\d+: NetworkPolicy shop\/p: /);
    expect(refusal).toContain(part);
    expect(refusal).toContain('[MANIFEST_INVALID]');
  });

  it('a name that is no name, and an apiVersion of long ago', () => {
    const text = (version: string, name: string) =>
      `{apiVersion: ${version}, kind: NetworkPolicy, metadata: {name: ${name}}}`;
    expect(refusalOf(text('networking.k8s.io/v1', 'Web_1'))).toContain('metadata.name "Web_1" must be lower-case');
    expect(refusalOf(text('extensions/v1beta1', 'web'))).toContain('Write apiVersion: networking.k8s.io/v1.');
    expect(refusalOf(text('networking.k8s.io/v1beta1', 'web'))).toContain('Write apiVersion: networking.k8s.io/v1.');
  });

  it('all at once, each at its own place', () => {
    const refusal = refusalOf(`${HEAD}spec:
  ingress:
    - ports:
        - port: 70000
        - port: 80
          endPort: 79
  podselector: {}
`);
    expect(refusal.split('\n')).toHaveLength(4);
    expect(refusal).toMatch(/^a\.yaml:7:17: .*70000/);
    expect(refusal).toContain('\na.yaml:9:20: ');
    expect(refusal).toContain('\na.yaml:10:3: ');
  });
});

describe('a CIDR in a form that newer API servers refuse', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['010.0.0.0/8', '10.0.0.0/8'],
    ['10.0.0.0/08', '10.0.0.0/8'],
    ['"::ffff:10.1.0.0/104"', '10.0.0.0/8'],
    ['"2001:db8::1/32"', '2001:db8::/32'],
  ])('%s is read as %s, and noted', (written, read) => {
    const inventory = inventoryOf(`${HEAD}spec: {ingress: [{from: [{ipBlock: {cidr: ${written}}}]}]}`);
    expect(inventory.policies[0]?.ingress[0]?.peers?.[0]).toMatchObject({ cidr: read });
    expect(inventory.notes[0]?.text).toContain(`is read as ${read}`);
    expect(inventory.notes[0]?.position?.line).toBe(4);
  });

  it.each(['0.0.0.0/0', '"::/0"', '10.0.0.1/32', '"2001:DB8::/32"'])('%s is not among them', (cidr) => {
    expect(inventoryOf(`${HEAD}spec: {ingress: [{from: [{ipBlock: {cidr: ${cidr}}}]}]}`).notes).toEqual([]);
  });

  it.each(['10.1/16', '0x0a.0.0.0/8', '10.0.0.0/-1', '10.0.0.0/', '/8', '"fe80::1%eth0/64"', '256.0.0.0/8'])(
    '%s is none at all',
    (cidr) => {
      expect(refusalOf(`${HEAD}spec: {ingress: [{from: [{ipBlock: {cidr: ${cidr}}}]}]}`)).toContain('must be a CIDR');
    },
  );
});

describe('policies that are not modelled', () => {
  it('are kept: of one namespace, or of the whole cluster', () => {
    const { unmodelled, policies } = inventoryOf(`
{apiVersion: k8s.ovn.org/v1, kind: EgressFirewall, metadata: {name: c, namespace: shop}}
---
{apiVersion: crd.antrea.io/v1beta1, kind: NetworkPolicy, metadata: {name: n}}
---
{apiVersion: networking.k8s.aws/v1alpha1, kind: ClusterNetworkPolicy, metadata: {name: a}}
`);
    expect(policies).toEqual([]);
    expect(unmodelled).toMatchObject([
      { kind: 'ClusterNetworkPolicy.networking.k8s.aws', id: 'a', reason: 'its kind is not modelled' },
      { kind: 'EgressFirewall', id: 'shop/c', namespace: 'shop' },
      { kind: 'NetworkPolicy.crd.antrea.io', id: 'default/n', namespace: 'default' },
    ]);
    expect(unmodelled[0]).not.toHaveProperty('namespace');
  });

  it('of a live cluster: those with a field that is not known here', () => {
    const inventory = inventoryOf(`${HEAD}spec: {podSelector: {}, ingress: [{from: [{fqdn: a.example}]}]}`, {
      origin: 'cluster',
    });
    expect(inventory.policies).toEqual([]);
    expect(inventory.unmodelled).toMatchObject([{ kind: 'NetworkPolicy.networking.k8s.io', id: 'shop/p' }]);
    expect(inventory.unmodelled[0]?.reason).toContain('spec.ingress[0].from[0].fqdn is not a field');
    expect(inventory.notes[0]?.text).toContain('not understood');
  });
});
