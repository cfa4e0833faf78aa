import { describe, expect, it } from 'vitest';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { inventory, policy, workload } from './fixtures.ts';
import { answers, topology, type Placed } from './topology.ts';

type Fact = readonly [title: string, policies: readonly Placed[], expected: Readonly<Record<string, string>>];

/**
 * What the documentation says and the Kubernetes project's end-to-end tests check, in our words.
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/
 * https://github.com/kubernetes/kubernetes/tree/master/test/e2e/network/netpol
 */
const POD_A = { matchLabels: { pod: 'a' } };
const POD_B = { matchLabels: { pod: 'b' } };
const NS_Y = { matchLabels: { ns: 'y' } };
const toA = (ingress: NonNullable<Placed['ingress']>): Placed => ({ podSelector: POD_A, ingress });
const fromA = (egress: NonNullable<Placed['egress']>): Placed => ({
  podSelector: POD_A,
  policyTypes: ['Egress'],
  egress,
});

const ISOLATION: readonly Fact[] = [
  ['without a policy everything is open, to outsiders too', [], { 'y/a > x/a': 'all', 'outsider > x/a': 'all' }],
  [
    'a policy without rules closes its pods for ingress, and no others',
    [{}],
    { 'x/b > x/a': 'none', 'outsider > x/a': 'none', 'x/a > y/a': 'all', 'y/b > y/a': 'all' },
  ],
  [
    'a replica to another replica is under the policies as well',
    [{ podSelector: POD_A }],
    { 'x/a > x/a': 'none', 'x/b > x/b': 'all' },
  ],
  [
    'isolated for egress, a pod may still be reached',
    [{ policyTypes: ['Egress'] }],
    { 'x/a > y/a': 'none', 'x/a > x/b': 'none', 'y/a > x/a': 'all' },
  ],
  [
    'policyTypes Ingress ignores egress rules that are there',
    [{ policyTypes: ['Ingress'], egress: [{ to: [{ podSelector: POD_B }] }] }],
    { 'x/a > y/a': 'all', 'y/a > x/a': 'none' },
  ],
  [
    'a rule without peers allows anyone, as does one with an empty list',
    [toA([{}]), { podSelector: POD_B, ingress: [{ from: [], ports: [{ port: 80 }] }] }],
    { 'y/c > x/a': 'all', 'outsider > x/a': 'all', 'outsider > x/b': 'TCP 80' },
  ],
  [
    'egress and ingress must both allow, each in its own part',
    [
      fromA([{ to: [{ namespaceSelector: NS_Y }], ports: [{ port: 80 }, { port: 81 }] }]),
      { in: 'y', podSelector: POD_B, ingress: [{ ports: [{ port: 81, endPort: 90 }] }] },
    ],
    { 'x/a > y/b': 'TCP 81', 'x/a > y/c': 'TCP 80-81', 'x/b > y/b': 'TCP 81-90', 'x/a > z/b': 'none' },
  ],
  [
    'policies add up, and none takes away what another allows',
    [{}, toA([{ from: [{ podSelector: POD_B }] }]), toA([{ ports: [{ port: 80 }] }])],
    { 'x/b > x/a': 'all', 'x/c > x/a': 'TCP 80', 'x/c > x/b': 'none' },
  ],
];

const PEERS: readonly Fact[] = [
  [
    'a podSelector alone means pods of the own namespace',
    [toA([{ from: [{ podSelector: POD_B }] }])],
    { 'x/b > x/a': 'all', 'y/b > x/a': 'none', 'x/c > x/a': 'none' },
  ],
  [
    'a namespaceSelector alone means all pods of such namespaces',
    [toA([{ from: [{ namespaceSelector: NS_Y }] }])],
    { 'y/a > x/a': 'all', 'y/c > x/a': 'all', 'x/b > x/a': 'none', 'outsider > x/a': 'none' },
  ],
  [
    'both in one peer must both hold',
    [toA([{ from: [{ namespaceSelector: NS_Y, podSelector: POD_B }] }])],
    { 'y/b > x/a': 'all', 'y/c > x/a': 'none', 'x/b > x/a': 'none' },
  ],
  [
    'two peers are alternatives',
    [toA([{ from: [{ namespaceSelector: NS_Y }, { podSelector: POD_B }] }])],
    { 'y/c > x/a': 'all', 'x/b > x/a': 'all', 'z/b > x/a': 'none' },
  ],
  [
    "an empty namespaceSelector means every namespace, an outsider's included",
    [toA([{ from: [{ namespaceSelector: {} }] }])],
    { 'x/b > x/a': 'all', 'z/c > x/a': 'all', 'outsider > x/a': 'all' },
  ],
  [
    'an empty podSelector in a peer means all pods of the own namespace',
    [toA([{ from: [{ podSelector: {} }] }])],
    { 'x/c > x/a': 'all', 'y/c > x/a': 'none', 'outsider > x/a': 'none' },
  ],
  [
    'a namespace is selected by its name through the label that it always has',
    [toA([{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'z' } } }] }])],
    { 'z/b > x/a': 'all', 'y/b > x/a': 'none' },
  ],
  [
    'In, NotIn, Exists and DoesNotExist; what lacks the key satisfies NotIn and DoesNotExist',
    [
      toA([
        { from: [{ namespaceSelector: { matchExpressions: [{ key: 'ns', operator: 'NotIn', values: ['x', 'y'] }] } }] },
      ]),
      {
        podSelector: POD_B,
        ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'ns', operator: 'Exists' }] } }] }],
      },
      {
        podSelector: { matchExpressions: [{ key: 'pod', operator: 'In', values: ['c', 'd'] }] },
        ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'ns', operator: 'DoesNotExist' }] } }] }],
      },
    ],
    {
      'z/a > x/a': 'all',
      'y/a > x/a': 'none',
      'outsider > x/a': 'all',
      'z/a > x/b': 'all',
      'outsider > x/b': 'none',
      'outsider > x/c': 'all',
      'z/a > x/c': 'none',
    },
  ],
];

const PORTS: readonly Fact[] = [
  ['a port without a protocol is TCP', [toA([{ ports: [{ port: 80 }] }])], { 'y/a > x/a': 'TCP 80' }],
  [
    'a protocol without a port is every port of it',
    [toA([{ ports: [{ protocol: 'UDP' }] }])],
    { 'y/a > x/a': 'UDP 1-65535' },
  ],
  [
    'endPort is included, and ranges that touch are one',
    [toA([{ ports: [{ port: 32000, endPort: 32768 }, { port: 32769 }, { protocol: 'SCTP', port: 5 }] }])],
    { 'y/a > x/a': 'SCTP 5; TCP 32000-32769' },
  ],
  [
    "a named port of ingress is the selected pod's, of its protocol alone",
    [toA([{ ports: [{ port: 'serve-81-tcp' }, { protocol: 'UDP', port: 'serve-80-tcp' }] }])],
    { 'y/a > x/a': 'TCP 81' },
  ],
  [
    "a named port of egress is each destination's",
    [fromA([{ ports: [{ port: 'serve-80-tcp' }] }])],
    { 'x/a > y/b': 'TCP 80', 'x/a > outsider': 'none' },
  ],
  [
    'peers and ports of one rule hold together, not those of two',
    [
      toA([
        { from: [{ podSelector: POD_B }], ports: [{ port: 80 }] },
        { from: [{ namespaceSelector: NS_Y }], ports: [{ port: 81 }] },
      ]),
    ],
    { 'x/b > x/a': 'TCP 80', 'y/b > x/a': 'TCP 81', 'x/c > x/a': 'none' },
  ],
];

describe.each([
  ['isolation', ISOLATION],
  ['peers', PEERS],
  ['ports', PORTS],
])('%s', (_group, facts) => {
  it.each(facts)('%s', (_title, policies, expected) => {
    expect(answers(topology(...policies), Object.keys(expected))).toEqual(expected);
  });
});

describe('classes', () => {
  it('keep apart what a selector tells apart: a value that none names, and no value at all', () => {
    const guarded = workload('shop/db', { app: 'db' });
    const labelled = workload('shop/one', { team: 'unheard-of' });
    const bare = workload('shop/two', {});
    const named = workload('shop/three', { team: 'blue' });
    const exists = { matchExpressions: [{ key: 'team', operator: 'Exists' }] };
    const notBlue = { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['blue'] }] };
    const predictor = createPredictor(
      inventory({
        workloads: [guarded, labelled, bare, named],
        policies: [
          policy('shop/p', {
            podSelector: { matchLabels: { app: 'db' } },
            ingress: [
              { from: [{ podSelector: exists }], ports: [{ port: 1 }] },
              { from: [{ podSelector: notBlue }], ports: [{ port: 2 }] },
            ],
          }),
        ],
      }),
    );
    const text = [labelled, bare, named].map((from) => predictor.between(from, guarded).allowed.format());
    expect(text).toEqual(['TCP 1-2', 'TCP 2', 'TCP 1']);
  });
});

describe('which policies select what', () => {
  const guarded = workload('shop/db', { app: 'db' });
  const web = workload('shop/web', { app: 'web' });
  const found = inventory({
    workloads: [guarded, web, workload('other/db', { app: 'db' })],
    policies: [
      policy('shop/db', { podSelector: { matchLabels: { app: 'db' } } }),
      policy('shop/out', { policyTypes: ['Egress'] }),
      policy('shop/none', { podSelector: { matchLabels: { app: 'gone' } } }),
    ],
  });

  it('by direction, for a workload', () => {
    const predictor = createPredictor(found);
    const names = (direction: 'ingress' | 'egress') =>
      predictor.isolatedBy(guarded, direction).map(({ policy: id }) => id);
    expect([names('ingress'), names('egress')]).toEqual([['shop/db'], ['shop/out']]);
  });

  it('for a policy: workloads of its own namespace alone', () => {
    const predictor = createPredictor(found);
    expect(predictor.selectedBy('shop/db')).toEqual([guarded]);
    expect(predictor.selectedBy('shop/out')).toEqual([guarded, web]);
    expect(predictor.selectedBy('shop/none')).toEqual([]);
  });
});
