import { describe, expect, test } from 'vitest';
import { compareWithCurrent } from '../../../../src/harness/suggest/compare.ts';
import type { Flow } from '../../../../src/harness/suggest/model.ts';
import { documents, inventoryOf, workload } from '../../support/predicted.ts';
import { object, SHOP, suggestFor } from './suggested.ts';

const CASES = '{id: A, from: shop/web, mayReach: shop/api, on: [8080]}';
const DENY = '{podSelector: {}, policyTypes: [Ingress, Egress]}';
const NAMED = 'endpoints: {db: data/db}\n';

function compare(policies: readonly string[], cases = CASES, head = '') {
  const manifests = documents(SHOP, ...policies);
  const {
    closed,
    opened,
    unknown,
    policies: becoming,
  } = compareWithCurrent(suggestFor(cases, manifests, head), inventoryOf(manifests));
  const text = (flows: readonly Flow[]) =>
    flows.map(({ from, to, connections }) => `${short(from)} → ${short(to)}: ${connections.format()}`);
  return {
    closed: text(closed),
    opened: text(opened),
    unknown: text(unknown),
    policies: Object.fromEntries(becoming.map(({ policy, becomes }) => [policy.id, becomes])),
  };
}

const short = (id: string): string => id.replace(/^.*\/(?=\w+\[)|\[.*\]$/gu, '').replace(/\[.*$/u, '');
const policy = (id: string, spec: string): string => object('NetworkPolicy', id, spec);

describe('beside the policies that are there', () => {
  test('where there are none, all that is not asked for is closed, and nothing opened', () => {
    const { closed, opened, policies } = compare([]);
    expect(opened).toEqual([]);
    expect(policies).toEqual({});
    expect(closed).toContain('web → api: SCTP 1-65535; TCP 1-8079,8081-65535; UDP 1-65535');
    expect(closed).toContain('api → every address: all');
    expect(closed).toContain('every address → api: all');
    expect(closed).toContain('db → web: all');
  });

  test('the suggestion itself is no difference', () => {
    const { yaml } = suggestFor(CASES);
    expect(compare([yaml])).toEqual({
      closed: [],
      opened: [],
      unknown: [],
      policies: { 'shop/allow-api': 'replaced', 'shop/allow-web': 'replaced', 'shop/default-deny': 'replaced' },
    });
  });

  test('what is asked for and denied now is opened', () => {
    expect(compare([policy('shop/default-deny', DENY)]).opened).toEqual(['web → api: TCP 8080']);
  });

  test('a range that is half allowed is compared exactly, addresses too', () => {
    const policies = [
      policy('shop/default-deny', DENY),
      policy(
        'shop/in',
        '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 80, endPort: 90}]}]}',
      ),
    ];
    const { closed, opened } = compare(
      policies,
      '{id: A, from: {cidr: 203.0.113.0/25}, mayReach: shop/web, on: [85-95]}',
    );
    expect(closed.toSorted()).toEqual(['203.0.113.0/25 → web: TCP 80-84', '203.0.113.128/25 → web: TCP 80-90']);
    expect(opened).toEqual(['203.0.113.0/25 → web: TCP 91-95']);
  });

  test('what is not known now is told apart', () => {
    const block = '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/9}}]}]}';
    const { opened, unknown } = compare([
      policy('shop/default-deny', DENY),
      policy('shop/out', block),
      policy('shop/in', '{podSelector: {}, ingress: [{}]}'),
    ]);
    expect(unknown).toContain('web → api: all');
    expect(opened).toEqual([]);
  });
});

test('addresses that change alike are told together', () => {
  const rule = '{from: [{ipBlock: {cidr: 203.0.113.0/24}}, {ipBlock: {cidr: 198.51.100.0/24}}], ports: [{port: 80}]}';
  const policies = [
    policy('shop/default-deny', DENY),
    policy('shop/in', `{podSelector: {matchLabels: {app: web}}, ingress: [${rule}]}`),
  ];
  expect(compare(policies).closed).toEqual(['198.51.100.0/24, 203.0.113.0/24 → web: TCP 80']);
});

describe('a policy that is there', () => {
  test.each([
    [
      'says what the suggestion says',
      '{podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 8080}]}]}',
      'unneeded',
    ],
    ['is another default deny', DENY, 'unneeded'],
    [
      'opens one end, while the other stays closed',
      '{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 9090}]}]}',
      'unneeded',
    ],
    ['lets in whoever is not isolated', '{podSelector: {}, ingress: [{}]}', 'opens'],
    [
      'lets out to an address',
      '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.7/32}}]}]}',
      'opens',
    ],
    [
      'may let out to a pod',
      '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/9}}]}]}',
      'opens',
    ],
    [
      'lets out to the cluster DNS',
      '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}], ports: [{protocol: UDP, port: 53}]}]}',
      'opens',
    ],
    ['selects nothing', '{podSelector: {matchLabels: {app: none}}, ingress: [{}]}', 'unneeded'],
  ])('that %s', (_, spec, becomes) => {
    expect(compare([policy('shop/old', spec)]).policies).toEqual({ 'shop/old': becomes });
  });

  test('and opens only together with another is told with it, and nobody else', () => {
    const { policies } = compare([
      policy('shop/elsewhere', '{podSelector: {matchLabels: {app: api}}, policyTypes: [Ingress]}'),
      policy(
        'shop/out',
        '{podSelector: {matchLabels: {app: api}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: 9090, endPort: 9099}]}]}',
      ),
      policy(
        'shop/in',
        '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 9095}]}]}',
      ),
      policy(
        'shop/bystander',
        '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 80}]}]}',
      ),
    ]);
    expect(policies).toEqual({
      'shop/bystander': 'unneeded',
      'shop/elsewhere': 'unneeded',
      'shop/in': 'opens',
      'shop/out': 'opens',
    });
  });

  test('and allows at one end what the suggestion allows there, is not to blame for who opens the other', () => {
    const { policies } = compare(
      [
        policy(
          'shop/out',
          '{podSelector: {matchLabels: {app: api}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: 80}]}]}',
        ),
        policy(
          'shop/in',
          '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]}',
        ),
      ],
      '{id: A, from: outsider, mayReach: shop/web, on: [80]}',
    );
    expect(policies).toEqual({ 'shop/in': 'unneeded', 'shop/out': 'opens' });
  });

  test('and may let something through is told as if it did', () => {
    const { policies } = compare([
      workload('loose/app'),
      policy(
        'shop/out',
        '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {env: prod}}}]}]}',
      ),
    ]);
    expect(policies).toEqual({ 'shop/out': 'opens' });
  });

  test('in a namespace that no set speaks of is none of ours', () => {
    const there = policy('data/old', '{podSelector: {}, ingress: [{}]}');
    expect(compare([there]).policies).toEqual({});
    expect(compare([there], CASES, NAMED).policies).toEqual({ 'data/old': 'opens' });
  });
});
