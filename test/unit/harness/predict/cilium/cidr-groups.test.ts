import { describe, expect, it } from 'vitest';
import { AddressSet } from '../../../../../src/harness/predict/sets/addresses.ts';
import { refusalOf } from '../../inventory/from-yaml.ts';
import { cnp, scene } from './scene.ts';

const group = (name: string, cidrs: string, labels = '{}') =>
  `{apiVersion: cilium.io/v2, kind: CiliumCIDRGroup, metadata: {name: ${name}, labels: ${labels}}, spec: {externalCIDRs: [${cidrs}]}}`;
const GROUPS = [
  group('vpn', '10.48.0.0/24, "fd00:48::/64"', '{role: vpn, site: a}'),
  group('office', '10.16.0.0/24', '{role: vpn, site: b}'),
  group('partner', '192.0.2.0/24', '{role: partner}'),
];
const byName = (name: string) => `fromCIDRSet: [{cidrGroupRef: ${name}}]`;
const byLabels = (selector: string) => `fromCIDRSet: [{cidrGroupSelector: {${selector}}}]`;

/** What each address may do at shop/db: `allowed`, `denied` or `unknown`. */
function from(
  objects: readonly string[],
  addresses: readonly string[],
  version?: string,
  way: 'ingress' | 'egress' = 'ingress',
) {
  const { predictor, find } = scene(objects, { name: 'cilium', ...(version !== undefined && { version }) });
  const db = find('shop/db');
  return addresses.map((text) => {
    const one = AddressSet.of(`${text}/${text.includes(':') ? 128 : 32}`);
    const [part] = way === 'ingress' ? predictor.fromAddresses(one, db) : predictor.toAddresses(db, one);
    return part?.prediction.decide('TCP', 80).outcome;
  });
}

function reasonOf(objects: readonly string[], version?: string): string | undefined {
  const { between } = scene(objects, { name: 'cilium', ...(version !== undefined && { version }) });
  const decision = between('ops/tool', 'shop/db').decide('TCP', 80);
  expect(decision.outcome).toBe('unknown');
  return decision.reason;
}

// https://docs.cilium.io/en/stable/network/kubernetes/ciliumcidrgroup/
describe('groups of CIDRs', () => {
  const ADDRESSES = ['10.48.0.7', 'fd00:48::7', '10.16.0.7', '192.0.2.7', '203.0.113.7'];

  it.each([
    ['by its name', byName('vpn'), ['allowed', 'allowed', 'denied', 'denied', 'denied']],
    [
      'beside a CIDR',
      'fromCIDRSet: [{cidrGroupRef: office}, {cidr: 192.0.2.0/25}]',
      ['denied', 'denied', 'allowed', 'allowed', 'denied'],
    ],
    ['by a label', byLabels('matchLabels: {role: vpn}'), ['allowed', 'allowed', 'allowed', 'denied', 'denied']],
    ['by labels', byLabels('matchLabels: {role: vpn, site: b}'), ['denied', 'denied', 'allowed', 'denied', 'denied']],
    [
      'by expressions',
      byLabels(
        'matchExpressions: [{key: role, operator: In, values: [partner, vpn]}, {key: site, operator: NotIn, values: [b]}]',
      ),
      ['allowed', 'allowed', 'denied', 'allowed', 'denied'],
    ],
  ])('%s', (_case, rule, expected) => {
    expect(from([...GROUPS, cnp(`ingress: [{${rule}}]`)], ADDRESSES, '1.18.0')).toEqual(expected);
  });

  it('deny, and are reached, alike', () => {
    const shut = cnp(`ingress: [{fromEntities: [world]}], ingressDeny: [{${byName('vpn')}}]`);
    expect(from([...GROUPS, shut], ADDRESSES, '1.18.0')).toEqual(['denied', 'denied', 'allowed', 'allowed', 'allowed']);
    const out = cnp('egress: [{toCIDRSet: [{cidrGroupRef: partner}]}]');
    expect(from([...GROUPS, out], ADDRESSES, '1.16.0', 'egress')).toEqual([
      'denied',
      'denied',
      'denied',
      'allowed',
      'denied',
    ]);
  });

  it('are of what is outside: a pod is never met by one', () => {
    const all = [group('all', '0.0.0.0/0, "::/0"'), cnp(`ingress: [{${byName('all')}}]`)];
    expect(scene(all).between('shop/web', 'shop/db').allowed.format()).toBe('none');
    expect(from(all, ADDRESSES, '1.15.0')).toEqual(['allowed', 'allowed', 'allowed', 'allowed', 'allowed']);
  });

  // Agents refuse what the API server took; and an older API server refuses a selector of groups.
  it.each([
    ['a name for ingress', `ingress: [{${byName('vpn')}}]`, ['allowed', 'allowed', 'allowed', 'allowed']],
    [
      'a name for a denial',
      `ingress: [{fromEntities: [world]}], ingressDeny: [{${byName('partner')}}]`,
      ['unknown', 'allowed', 'allowed', 'unknown'],
    ],
    ['labels', `ingress: [{${byLabels('matchLabels: {site: a}')}}]`, ['unknown', 'unknown', 'allowed', 'allowed']],
  ])('by the version: %s', (_case, spec, expected) => {
    const outcomes = ['1.15.19', '1.16.0', '1.17.0', undefined].map(
      (version) => from([...GROUPS, cnp(spec)], ['10.48.0.7'], version)[0],
    );
    expect(outcomes).toEqual(expected);
  });

  it('by the version, with what else hangs on it', () => {
    const open = cnp(`enableDefaultDeny: {ingress: false}, ingress: [{${byLabels('matchLabels: {site: a}')}}]`);
    expect(from([...GROUPS, open], ['203.0.113.7'])).toEqual(['allowed']);
    expect(reasonOf([...GROUPS, open], '1.16.0')).toMatch(/cidrGroupSelector, which Cilium takes from 1\.17 on/);
  });

  it.each([
    ['one that is not there', byName('nowhere'), /names the CiliumCIDRGroup nowhere, which is not in the input/],
    ['labels that none has', byLabels('matchLabels: {role: none}'), /no group in the input has such labels/],
    [
      'labels that none must have',
      byLabels('matchExpressions: [{key: role, operator: NotIn, values: [vpn]}]'),
      /asks for no label/,
    ],
    ['everything', byLabels(''), /asks for no label/],
    [
      "a label of Cilium's own",
      byLabels('matchLabels: {io.cilium.policy.cidrgroupname/vpn: ""}'),
      /a label of Cilium's own/,
    ],
    [
      'exceptions of a group',
      'fromCIDRSet: [{cidrGroupRef: vpn, except: [10.48.0.0/28]}]',
      /except beside cidrGroupRef/,
    ],
    ['an empty group', byName('empty'), /CIDR groups that hold nothing/],
  ])('are not known: %s', (_case, rule, reason) => {
    expect(reasonOf([...GROUPS, group('empty', ''), cnp(`ingress: [{${rule}}]`)], '1.18.0')).toMatch(reason);
  });

  it('are not known by labels where one overlaps with another that has others', () => {
    const within = group('within', '10.48.0.128/25', '{role: db}');
    const select = (selector: string) => cnp(`ingress: [{${byLabels(selector)}}]`);
    expect(reasonOf([...GROUPS, within, select('matchLabels: {role: vpn}')], '1.18.0')).toMatch(
      /the CIDRs of vpn and within overlap/,
    );
    expect(from([...GROUPS, within, cnp(`ingress: [{${byName('vpn')}}]`)], ['10.48.0.200'], '1.18.0')).toEqual([
      'allowed',
    ]);
    const both = select('matchExpressions: [{key: role, operator: In, values: [vpn, db]}]');
    expect(from([...GROUPS, within, both], ['10.48.0.200', '10.48.0.1'], '1.18.0')).toEqual(['allowed', 'allowed']);
  });

  it('an empty one beside a CIDR adds nothing', () => {
    const policy = cnp('ingress: [{fromCIDRSet: [{cidrGroupRef: empty}, {cidr: 192.0.2.0/24}]}]');
    expect(from([group('empty', ''), policy], ['192.0.2.1', '203.0.113.7'])).toEqual(['allowed', 'denied']);
  });

  it('are read of either version of their API, and refused where the API server would', () => {
    expect(
      from(
        [group('old', '192.0.2.0/24').replace('/v2', '/v2alpha1'), cnp(`ingress: [{${byName('old')}}]`)],
        ['192.0.2.1'],
      ),
    ).toEqual(['allowed']);
    expect(refusalOf(group('bad', '10.0.0.0/33'))).toMatch(
      /a\.yaml:1:\d+.*CiliumCIDRGroup bad: spec\.externalCIDRs\[0\] must be a CIDR/s,
    );
    expect(refusalOf(group('bad', '10.0.0.1'))).toMatch(/must be a CIDR/);
    expect(refusalOf(group('bad', '10.0.0.0/8').replace('externalCIDRs', 'externalCidrs'))).toMatch(
      /Did you mean `externalCIDRs`/,
    );
    expect(refusalOf(group('bad', '10.0.0.0/8').replace('cilium.io/v2', 'cilium.io/v1'))).toMatch(
      /has no kind CiliumCIDRGroup/,
    );
    expect(refusalOf(cnp('ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, cidrGroupRef: vpn}]}]'))).toMatch(
      /must not have both cidr and cidrGroupRef/,
    );
  });
});
