import { describe, expect, it } from 'vitest';
import { cnp, egress, gnp, ingress, into, knp, outOf, outTo, scene, tier } from './scene.ts';

const DB = `selector: "app == 'db'"`;
const from = (app: string, action: string, more = '') =>
  `{action: ${action}, ${more}source: {selector: app == '${app}'}}`;
const on = (app: string, action: string, port: number) =>
  `{action: ${action}, protocol: TCP, source: {selector: app == '${app}'}, destination: {ports: [${port}]}}`;

/** https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#spec */
describe('the directions of a policy of Calico', () => {
  it.each([
    ['ingress where there are no rules', '', 'none', 'all'],
    ['ingress for rules of ingress', 'ingress: [{action: Allow}]', 'all', 'all'],
    ['egress alone for rules of egress alone', `egress: [${from('none', 'Allow')}]`, 'all', 'none'],
    ['both for rules of both', 'ingress: [{action: Deny}], egress: [{action: Deny}]', 'none', 'none'],
    ['those that are said, whatever the rules', 'types: [Egress], ingress: [{action: Deny}]', 'all', 'none'],
    ['both that are said, without rules', 'types: [Ingress, Egress]', 'none', 'none'],
  ])('%s', (_case, spec, entering, leaving) => {
    expect([into([cnp(spec)], 'shop/web'), outOf([cnp(spec)], 'shop/web')]).toEqual([entering, leaving]);
  });

  it('nothing for pods that it does not select', () => {
    expect(into([cnp('types: [Ingress]').replace("'db'", "'web'")], 'shop/web')).toBe('all');
    expect(into([gnp('namespaceSelector: env == "test", types: [Ingress]')], 'shop/web')).toBe('all');
    expect(into([gnp('namespaceSelector: env == "prod", types: [Ingress]')], 'shop/web')).toBe('none');
    expect(into([gnp('serviceAccountSelector: projectcalico.org/name == "web", types: [Ingress]')], 'shop/web')).toBe(
      'all',
    );
    expect(
      into([gnp('serviceAccountSelector: projectcalico.org/name == "default", types: [Ingress]')], 'ops/tool'),
    ).toBe('none');
    expect(into([gnp('types: [Ingress]')], 'ops/tool')).toBe('none');
  });
});

/** https://docs.tigera.io/calico/latest/reference/resources/tier#how-policy-is-evaluated */
describe('order', () => {
  it('of rules: the first that matches decides, and one that logs does not', () => {
    const rules = ingress('{action: Log}', on('web', 'Deny', 80), from('web', 'Allow'), '{action: Deny}');
    expect(into([cnp(rules)], 'shop/web')).toBe('SCTP 1-65535; TCP 1-79,81-65535; UDP 1-65535');
    expect(into([cnp(rules)], 'ops/tool')).toBe('none');
  });

  it('of policies: lower first, without an order last', () => {
    const first = (order: string) => cnp(`${order}${ingress(from('web', 'Allow'))}`, 'first');
    const last = (order: string) => cnp(`${order}${ingress('{action: Deny}')}`, 'again');
    expect(into([first('order: 10, '), last('order: 20, ')], 'shop/web')).toBe('all');
    expect(into([first('order: 30, '), last('order: 20, ')], 'shop/web')).toBe('none');
    expect(into([first('order: -1.5, '), last('order: -1, ')], 'shop/web')).toBe('all');
    expect(into([first(''), last('order: 20, ')], 'shop/web')).toBe('none');
  });

  it('of equal orders: by name', () => {
    const open = (name: string) => cnp(`order: 5, ${ingress(from('web', 'Allow'))}`, name);
    const shut = (name: string) => cnp(`order: 5, ${ingress('{action: Deny}')}`, name);
    expect(into([open('a'), shut('b')], 'shop/web')).toBe('all');
    expect(into([open('b'), shut('a')], 'shop/web')).toBe('none');
    expect(into([open('default.b'), shut('c')], 'shop/web')).toBe('all');
  });

  it('of equal orders of a policy of a namespace and one of the cluster: not settled', () => {
    const objects = [
      cnp(`order: 5, ${ingress(from('web', 'Allow'))}`),
      gnp(`order: 5, ${DB}, ${ingress(on('web', 'Deny', 80))}`),
    ];
    expect(into(objects, 'shop/web')).toBe('SCTP 1-65535; TCP 1-79,81-65535; UDP 1-65535 ? TCP 80');
    expect(scene(objects).between('shop/web', 'shop/db').decide('TCP', 80).reason).toMatch(/the same priority/);
  });
});

describe('the end of a tier', () => {
  it('denies where a policy of the tier selects, and nothing else has a say', () => {
    expect(into([cnp(ingress(from('web', 'Allow')))], 'shop/web')).toBe('all');
    expect(into([cnp(ingress(from('web', 'Allow')))], 'ops/tool')).toBe('none');
    expect(outTo([cnp(egress('{action: Allow, destination: {nets: [203.0.113.0/24]}}'))], '203.0.113.7')).toBe('all');
    expect(outTo([cnp(egress('{action: Allow, destination: {nets: [203.0.113.0/24]}}'))], '203.0.114.1')).toBe('none');
  });

  it('passes where the tier says so', () => {
    const watch = (end: string) => [
      tier('watch', 100, `, defaultAction: ${end}`),
      gnp(`tier: watch, ${DB}, ${ingress(on('web', 'Deny', 80))}`),
    ];
    expect(into(watch('Pass'), 'shop/web')).toBe('SCTP 1-65535; TCP 1-79,81-65535; UDP 1-65535');
    expect(into(watch('Deny'), 'shop/web')).toBe('none');
  });

  it('is not reached by what a rule passes; behind the last tier everything is allowed', () => {
    const first = [tier('first', 100), gnp(`tier: first, ${DB}, ${ingress(from('web', 'Pass'))}`)];
    expect(into(first, 'shop/web')).toBe('all');
    expect(into(first, 'ops/tool')).toBe('none');
    expect(into([...first, cnp(ingress(on('web', 'Allow', 80)))], 'shop/web')).toBe('TCP 80');
    expect(into([gnp(`${DB}, ${ingress(from('web', 'Pass'))}`)], 'shop/web')).toBe('all');
  });

  it('of a tier that selects the pods in the other direction alone is passed over', () => {
    expect(into([tier('first', 100), gnp(`tier: first, ${DB}, types: [Egress]`)], 'shop/web')).toBe('all');
  });

  it('comes after all policies of the tier, whatever their order', () => {
    const objects = [
      cnp(`order: 1, ${ingress(from('tool', 'Allow'))}`, 'one'),
      cnp(`order: 2, ${ingress(from('web', 'Allow'))}`, 'two'),
    ];
    expect(into(objects, 'shop/web')).toBe('all');
  });
});

describe('tiers among each other', () => {
  const deny = (name: string, order: number) => [
    tier(name, order),
    gnp(`tier: ${name}, ${DB}, ${ingress(from('web', 'Deny'), '{action: Pass}')}`, name),
  ];
  const open = (name: string, order: number) => [
    tier(name, order),
    gnp(`tier: ${name}, ${DB}, ${ingress(from('web', 'Allow'), '{action: Pass}')}`, name),
  ];

  it('are tried by their order, and of equal ones by their name', () => {
    expect(into([...deny('a', 10), ...open('b', 20)], 'shop/web')).toBe('none');
    expect(into([...deny('a', 30), ...open('b', 20)], 'shop/web')).toBe('all');
    expect(into([...deny('a', 20), ...open('b', 20)], 'shop/web')).toBe('none');
    expect(into([...deny('b', 20), ...open('a', 20)], 'shop/web')).toBe('all');
  });

  /** https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy */
  it('the default tier is at 1,000,000', () => {
    const inDefault = cnp(ingress('{action: Deny}'));
    expect(into([...open('early', 999_999), inDefault], 'shop/web')).toBe('all');
    expect(into([...open('late', 1_000_001), inDefault], 'shop/web')).toBe('none');
    expect(into([...open('late', 1_000_001), inDefault], 'ops/tool')).toBe('none');
  });
});

/** https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy */
describe('NetworkPolicies of Kubernetes stand in the default tier, at the order 1000', () => {
  const byKubernetes = knp('ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]');
  const denial = (order: string) => gnp(`${order}${DB}, ${ingress(on('web', 'Deny', 80))}`);
  const LESS = 'SCTP 1-65535; TCP 1-79,81-65535; UDP 1-65535';

  it.each([
    ['a denial before them wins', 'order: 999, ', LESS],
    ['a denial behind them does not', 'order: 1001, ', 'all'],
    ['nor one without an order', '', 'all'],
    ['at the same order it is not settled', 'order: 1000, ', `${LESS} ? TCP 80`],
  ])('%s', (_case, order, expected) => {
    expect(into([byKubernetes, denial(order)], 'shop/web')).toBe(expected);
  });

  it('what they do not allow goes on, and is denied at the end of the tier', () => {
    const other = (order: string) => cnp(`${order}${ingress(on('web', 'Allow', 443))}`);
    const nobody = knp('ingress: []');
    for (const order of ['order: 5, ', 'order: 1000, ', 'order: 2000, ', '']) {
      expect(into([nobody, other(order)], 'shop/web')).toBe('TCP 443');
    }
    expect(into([nobody, cnp(`order: 5, ${ingress(from('web', 'Pass'))}`)], 'shop/web')).toBe('all');
    expect(into([nobody, cnp(`order: 2000, ${ingress(from('web', 'Pass'))}`)], 'shop/web')).toBe('all');
  });

  it('tiers before them may pass to them, and tiers behind are not reached', () => {
    const first = [tier('first', 100), gnp(`tier: first, ${DB}, ${ingress('{action: Pass}')}`, 'first')];
    expect(into([...first, byKubernetes], 'shop/web')).toBe('all');
    expect(into([...first, byKubernetes], 'ops/tool')).toBe('none');
    const last = [tier('last', 2_000_000), gnp(`tier: last, ${DB}, ${ingress('{action: Allow}')}`, 'last')];
    expect(into([...last, byKubernetes], 'ops/tool')).toBe('none');
  });

  it("administrators' policies have tiers before and behind them", () => {
    const admin = (action: string, tierName: string) =>
      `{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: c}, spec: {tier: ${tierName}, priority: 5, subject: {pods: {podSelector: {matchLabels: {app: db}}}}, ingress: [{action: ${action}, from: [{pods: {podSelector: {matchLabels: {app: web}}}}]}]}}`;
    const early = [tier('early', 999), gnp(`tier: early, ${DB}, ${ingress(from('web', 'Allow'), '{action: Pass}')}`)];
    const late = [tier('late', 1001), gnp(`tier: late, ${DB}, ${ingress(from('web', 'Allow'), '{action: Pass}')}`)];
    expect(into([...early, admin('Deny', 'Admin')], 'shop/web')).toBe('all');
    expect(into([...late, admin('Deny', 'Admin')], 'shop/web')).toBe('none');
    expect(into([...late, admin('Deny', 'Baseline')], 'shop/web')).toBe('all');
    expect(into([cnp(ingress(from('web', 'Pass'))), admin('Deny', 'Baseline')], 'shop/web')).toBe('none');
    const among = (order: number) => gnp(`tier: kube-admin, order: ${order}, ${DB}, ${ingress(from('web', 'Allow'))}`);
    expect(into([among(4), admin('Deny', 'Admin')], 'shop/web')).toBe('all');
    expect(into([among(6), admin('Deny', 'Admin')], 'shop/web')).toBe('none');
    expect(into([among(4)], 'ops/tool')).toBe('all');
  });
});
