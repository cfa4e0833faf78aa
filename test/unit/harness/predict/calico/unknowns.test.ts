import { describe, expect, it } from 'vitest';
import { cnp, egress, gnp, ingress, into, outOf, outTo, scene } from './scene.ts';

const DB = `selector: "app == 'db'"`;
const reasonOf = (objects: readonly string[], from: string) =>
  scene(objects).between(from, 'shop/db').decide('TCP', 80).reason;

describe('what is not known of a rule of Calico', () => {
  it.each([
    [
      'HTTP matches, at their ports alone',
      "{action: Allow, protocol: TCP, http: {methods: [GET]}, source: {selector: app == 'web'}, destination: {ports: [80]}}",
      'none ? TCP 80',
      /ingress rule 1: it has an HTTP match/,
    ],
    [
      'ports of the source',
      "{action: Allow, protocol: TCP, source: {selector: app == 'web', ports: [1234]}, destination: {ports: [80]}}",
      'none ? TCP 80',
      /it has ports of the source/,
    ],
    [
      'types of ICMP that are left out of everything',
      '{action: Allow, notICMP: {type: 8}}',
      'none ? all',
      /it has notICMP/,
    ],
    [
      'service accounts by labels that are not known',
      "{action: Allow, source: {serviceAccounts: {selector: team == 'a'}}}",
      'none ? all',
      /the labels of service account shop\/web are not known/,
    ],
  ])('%s', (_case, rule, expected, reason) => {
    expect(into([cnp(ingress(rule))], 'shop/web')).toBe(expected);
    expect(reasonOf([cnp(ingress(rule))], 'shop/web')).toMatch(reason);
    const wide = gnp(`order: 1, ${DB}, types: [Ingress], ingress: [{action: Deny}]`);
    expect(into([cnp(`order: 2, ${ingress(rule)}`), wide], 'shop/web')).toBe('none');
  });

  it('a denial that is not known never lets what it names be allowed', () => {
    const rules = ingress(
      '{action: Deny, protocol: TCP, source: {ports: [1234]}, destination: {ports: [80]}}',
      '{action: Allow}',
    );
    expect(into([cnp(rules)], 'shop/web')).toBe('SCTP 1-65535; TCP 1-79,81-65535; UDP 1-65535 ? TCP 80');
  });

  it('domains: of addresses outside, and of pods', () => {
    const rule = egress('{action: Allow, destination: {domains: ["*.example.com"]}}');
    expect([outTo([cnp(rule)], '203.0.113.7'), outOf([cnp(rule)], 'shop/web')]).toEqual(['none ? all', 'none ? all']);
  });

  it('labels of service accounts that are in the input are known', () => {
    const rule = ingress("{action: Allow, source: {serviceAccounts: {selector: team == 'a'}}}");
    const account = '{apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop, labels: {team: a}}}';
    expect(into([cnp(rule), account], 'shop/web')).toBe('all');
    expect(into([cnp(rule), account.replace('team: a', 'team: b')], 'shop/web')).toBe('none');
    const subject = gnp(`serviceAccountSelector: "team == 'a'", types: [Ingress]`);
    expect(into([subject], 'shop/web')).toBe('none ? all');
    const own = account.replace('name: web', 'name: default');
    expect(into([subject, own], 'shop/web')).toBe('none');
    expect(into([subject, own.replace('team: a', 'team: b')], 'shop/web')).toBe('all');
  });

  it('namespaces that are not defined: unknown, or assumed to have no labels', () => {
    const rule = cnp(ingress("{action: Allow, source: {namespaceSelector: env != 'test'}}"));
    expect(into([rule], 'wild/cat')).toBe('none ? all');
    expect(reasonOf([rule], 'wild/cat')).toMatch(/namespace wild is used but not defined/);
    const assume = { assumeUndefinedNamespacesHaveNoLabels: true };
    const assumed = scene([rule], { name: 'calico' }, assume).between('wild/cat', 'shop/db');
    expect([assumed.allowed.isAll, assumed.notes]).toEqual([
      true,
      ['namespace wild is used but not defined: it is assumed to have no labels but its name'],
    ]);
    expect(into([cnp(ingress('{action: Allow, source: {namespaceSelector: all()}}'))], 'wild/cat')).toBe('all');
    const subject = (options = {}) =>
      scene([gnp('namespaceSelector: has(env), types: [Ingress]')], { name: 'calico' }, options).between(
        'shop/web',
        'wild/cat',
      );
    expect([subject().allowed.isEmpty, subject().unknown.isAll]).toEqual([true, true]);
    expect(subject().decide('TCP', 80).reason).toMatch(
      /whether GlobalNetworkPolicy wide \(.*\) selects wild\/cat\[Pod\] is not known/,
    );
    expect([subject(assume).allowed.isAll, subject(assume).notes.length]).toEqual([true, 1]);
  });
});

describe('policies of Calico that are not modelled', () => {
  it.each([
    ['doNotTrack', 'doNotTrack: true, applyOnForward: true', /it has doNotTrack, which acts on host endpoints/],
    ['preDNAT', 'preDNAT: true, applyOnForward: true', /it has preDNAT, .* those are not in the input/],
    ['applyOnForward', 'applyOnForward: true', /it has applyOnForward/],
    ['a tier that is not in the input', 'tier: security', /its tier security is not in the input/],
    [
      'a service without its namespace',
      'egress: [{action: Allow, destination: {services: {name: s}}}]',
      /without its namespace/,
    ],
  ])('%s', (_case, spec, reason) => {
    const { inventory, between } = scene([gnp(spec)]);
    expect(inventory.adminPolicies).toEqual([]);
    expect(inventory.unmodelled).toMatchObject([{ kind: 'GlobalNetworkPolicy', id: 'wide' }]);
    expect(between('ops/tool', 'shop/db').unknown.isAll).toBe(true);
    expect(between('ops/tool', 'shop/db').decide('TCP', 80).reason).toMatch(reason);
  });

  it('what is said to be off is off', () => {
    expect(into([gnp('doNotTrack: false, preDNAT: false, applyOnForward: false, types: [Ingress]')], 'shop/web')).toBe(
      'none',
    );
  });

  it('its own resources without types', () => {
    const raw = cnp('ingress: [{action: Allow}]').replace('projectcalico.org/v3', 'crd.projectcalico.org/v1');
    expect(into([raw], 'shop/web')).toBe('none ? all');
    expect(reasonOf([raw], 'shop/web')).toMatch(/it has no types/);
    expect(into([raw.replace('ingress:', 'types: [Ingress], ingress:')], 'shop/web')).toBe('all');
  });

  it('host endpoints: what nodes may do is not known, nor whether selectors select them', () => {
    const host =
      '{apiVersion: projectcalico.org/v3, kind: HostEndpoint, metadata: {name: h, labels: {app: web}}, spec: {node: n2, interfaceName: "*"}}';
    const rules = cnp(ingress("{action: Allow, source: {selector: app == 'web'}}"));
    expect(into([rules, host], 'shop/web')).toBe('all');
    expect(into([rules, host], 'ops/node')).toBe('none ? all');
    expect(into([rules], 'ops/node')).toBe('none');
    expect(into([host], 'ops/node')).toBe('none ? all');
    expect(into([host], 'shop/web')).toBe('all');
  });

  it('staged policies enforce nothing', () => {
    const staged = gnp('types: [Ingress]').replace('GlobalNetworkPolicy', 'StagedGlobalNetworkPolicy');
    expect(into([staged], 'shop/web')).toBe('all');
    expect(scene([staged]).inventory.notes.map(({ text }) => text)).toEqual([
      'skipped: 1 StagedGlobalNetworkPolicy (projectcalico.org/v3), a kind that is not used',
    ]);
  });

  it("Kubernetes' own policies that Calico shows a second time are not counted twice", () => {
    const copy = cnp('types: [Ingress]', 'knp.default.k8s');
    expect(scene([copy]).inventory.adminPolicies).toEqual([]);
    expect(into([copy], 'shop/web')).toBe('all');
  });
});
