import { describe, expect, it } from 'vitest';
import { cnp, egress, gnp, ingress, into, outOf, outTo } from './scene.ts';

const allow = (source: string, more = '') => `{action: Allow, ${more}source: {${source}}}`;
const WEB = "selector: app == 'web'";

/** https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#entityrule */
describe('whom a rule of Calico names', () => {
  it.each<[string, string, Record<string, string>]>([
    ['pods of its own namespace', allow(WEB), { 'shop/web': 'all', 'ops/tool': 'none' }],
    ['all of its own namespace, and no other', allow('selector: all()'), { 'shop/web': 'all', 'ops/tool': 'none' }],
    ['part of a value', allow("selector: tier contains 'ont-'"), { 'shop/web': 'all', 'ops/tool': 'none' }],
    ['anyone where nothing is asked', '{action: Allow}', { 'shop/web': 'all', 'ops/tool': 'all', 'ops/node': 'all' }],
    [
      'namespaces by their labels',
      allow("namespaceSelector: env == 'test'"),
      { 'shop/web': 'none', 'ops/tool': 'all', 'ops/node': 'none' },
    ],
    [
      'namespaces by their name',
      allow("namespaceSelector: projectcalico.org/name == 'ops', selector: has(app)"),
      { 'shop/web': 'none', 'ops/tool': 'all', 'wild/cat': 'none' },
    ],
    [
      'every namespace',
      allow('namespaceSelector: all()'),
      { 'shop/web': 'all', 'ops/tool': 'all', 'ops/node': 'none' },
    ],
    ['no pod by global()', allow('namespaceSelector: global()'), { 'shop/web': 'none', 'ops/tool': 'none' }],
    [
      'whom a notSelector leaves: in its own namespace',
      allow("notSelector: app == 'web'"),
      { 'shop/web': 'none', 'shop/db': 'all', 'ops/tool': 'none' },
    ],
    [
      'what a selector has and a notSelector has not',
      allow("selector: has(app), notSelector: app == 'web'"),
      { 'shop/web': 'none', 'shop/db': 'all' },
    ],
    [
      'service accounts by their name',
      allow('serviceAccounts: {names: [web, other]}'),
      { 'shop/web': 'all', 'shop/db': 'none', 'ops/tool': 'none' },
    ],
    [
      'service accounts by the name that Calico gives them as a label',
      allow("serviceAccounts: {selector: projectcalico.org/name == 'default'}, namespaceSelector: all()"),
      { 'shop/web': 'none', 'ops/tool': 'all' },
    ],
    [
      'labels that Calico adds',
      allow("selector: projectcalico.org/serviceaccount == 'web' && projectcalico.org/orchestrator == 'k8s'"),
      { 'shop/web': 'all', 'shop/db': 'none' },
    ],
    ['pods by their addresses, by nets', allow('nets: [0.0.0.0/0]'), { 'shop/web': 'all', 'ops/node': 'all' }],
    [
      'but not those outside of nets',
      allow('nets: [203.0.113.0/24]'),
      { 'shop/web': 'none', 'ops/node': 'none ? all' },
    ],
    ['those that notNets leaves', allow('notNets: [203.0.113.0/24]'), { 'shop/web': 'all', 'ops/node': 'none ? all' }],
  ])('%s', (_case, rule, expected) => {
    // A node whose address is not known is anywhere.
    for (const [from, answer] of Object.entries(expected)) {
      expect([from, into([cnp(ingress(rule))], from)]).toEqual([from, answer]);
    }
  });

  it('in a policy of the whole cluster: everywhere, unless a namespaceSelector says otherwise', () => {
    const policy = (source: string) => gnp(`selector: "app == 'db'", ${ingress(allow(source))}`);
    expect(into([policy("selector: app == 'tool'")], 'ops/tool')).toBe('all');
    expect(into([policy("selector: app == 'tool'")], 'shop/web')).toBe('none');
    expect(into([policy('selector: all()')], 'shop/web')).toBe('all');
    expect(into([policy('selector: all()')], 'ops/node')).toBe('none');
    expect(into([policy("notSelector: app == 'tool'")], 'ops/tool')).toBe('none');
    expect(into([policy("notSelector: app == 'tool'")], 'ops/node')).toBe('all');
    expect(into([policy("selector: projectcalico.org/namespace == 'ops'")], 'ops/tool')).toBe('all');
  });

  it('asks for both ends, of its own pods too', () => {
    const rule = (destination: string) => `{action: Allow, source: {${WEB}}, destination: {${destination}}}`;
    expect(into([cnp(ingress(rule("selector: app == 'db'")))], 'shop/web')).toBe('all');
    expect(into([cnp(ingress(rule("selector: app == 'other'")))], 'shop/web')).toBe('none');
    expect(into([cnp(ingress(rule("notSelector: app == 'db'")))], 'shop/web')).toBe('none');
    expect(into([cnp(ingress(rule('nets: [0.0.0.0/0]')))], 'shop/web')).toBe('all');
    expect(into([cnp(ingress(rule('nets: [203.0.113.0/24]')))], 'shop/web')).toBe('none');
    expect(into([cnp(ingress(rule('nets: [10.0.0.0/8]')))], 'shop/web')).toBe('none ? all');
    expect(into([cnp(ingress(rule('serviceAccounts: {names: [default]}')))], 'shop/web')).toBe('all');
  });

  it('one IP version alone', () => {
    const rule = (version: number) => `{action: Allow, ipVersion: ${version}, destination: {}}`;
    const policies = [cnp(egress(rule(4)))];
    expect([outTo(policies, '203.0.113.7'), outTo(policies, '2001:db8::1')]).toEqual(['all', 'none']);
    expect([outTo([cnp(egress(rule(6)))], '203.0.113.7')]).toEqual(['none']);
    expect(outTo([cnp(egress(rule(6)))], '2001:db8::1')).toBe('all');
    expect(outOf(policies, 'shop/web')).toBe('all');
  });
});

/** https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#ports */
describe('which connections a rule of Calico takes', () => {
  const rule = (more: string, ports = '') => `{action: Allow, ${more}source: {${WEB}}, destination: {${ports}}}`;

  it.each([
    ['every protocol and port', rule(''), 'all'],
    ['a protocol', rule('protocol: UDP, '), 'UDP 1-65535'],
    ['a protocol by its number', rule('protocol: 132, '), 'SCTP 1-65535'],
    ['all but a protocol', rule('notProtocol: TCP, '), 'SCTP 1-65535; UDP 1-65535'],
    ['all but a protocol by its number', rule('notProtocol: 17, '), 'SCTP 1-65535; TCP 1-65535'],
    ['one that is looked at nowhere here', rule('protocol: ICMP, '), 'none'],
    ['ICMP types', rule('protocol: ICMPv6, icmp: {type: 128}, '), 'none'],
    ['another by its number', rule('protocol: 47, '), 'none'],
    ['a port', rule('protocol: TCP, ', 'ports: [443]'), 'TCP 443'],
    ['a port in quotes', rule('protocol: TCP, ', 'ports: ["443"]'), 'TCP 443'],
    ['a range', rule('protocol: TCP, ', 'ports: ["80:90", 443]'), 'TCP 80-90,443'],
    ['all but ports', rule('protocol: TCP, ', 'notPorts: ["80:65535"]'), 'TCP 1-79'],
    ['ports but for some', rule('protocol: TCP, ', 'ports: ["80:90"], notPorts: [81, "89:100"]'), 'TCP 80,82-88'],
    ['a named port', rule('protocol: TCP, ', 'ports: [web]'), 'TCP 80'],
    ['a named port of whatever protocol', rule('', 'ports: [web]'), 'TCP 80'],
    ['a named port of another protocol', rule('protocol: UDP, ', 'ports: [web]'), 'none'],
    ['all but a named port', rule('protocol: TCP, ', 'notPorts: [web, "82:65535"]'), 'TCP 1-79,81'],
    ['an empty list of ports: any', rule('protocol: TCP, ', 'ports: []'), 'TCP 1-65535'],
  ])('%s', (_case, one, expected) => {
    expect(into([cnp(ingress(one))], 'shop/web')).toBe(expected);
  });

  it('by name: the port of whichever pod is the destination', () => {
    const named = '{action: Allow, protocol: TCP, destination: {namespaceSelector: all(), ports: [web]}}';
    expect(outOf([cnp(egress(named))], 'ops/tool')).toBe('TCP 80');
    expect(outTo([cnp(egress(named))], '203.0.113.7')).toBe('none');
    const unnamed = '{action: Allow, protocol: TCP, destination: {notPorts: [web]}}';
    expect(outOf([cnp(egress(unnamed))], 'ops/tool')).toBe('TCP 1-79,81-65535');
    expect(outTo([cnp(egress(unnamed))], '203.0.113.7')).toBe('TCP 1-65535');
  });
});

/** https://docs.tigera.io/calico/latest/reference/resources/networkset */
describe('network sets', () => {
  const set = (nets: string, labels = '{kind: partner}', namespace = 'shop') =>
    `{apiVersion: projectcalico.org/v3, kind: NetworkSet, metadata: {name: s, namespace: ${namespace}, labels: ${labels}}, spec: {nets: [${nets}]}}`;
  const global = (nets: string, labels = '{kind: partner}') =>
    `{apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: g, labels: ${labels}}, spec: {nets: [${nets}]}}`;
  const towards = (destination: string) => cnp(egress(`{action: Allow, destination: {${destination}}}`));
  const PARTNER = "selector: kind == 'partner'";
  const [inside, outside] = ['203.0.113.7', '198.51.100.9'];

  it('are selected by their labels, in the namespace of the policy', () => {
    const objects = [set('203.0.113.0/24'), towards(PARTNER)];
    expect([outTo(objects, inside), outTo(objects, outside)]).toEqual(['all', 'none']);
    expect(outTo([set('203.0.113.0/24', '{kind: other}'), towards(PARTNER)], inside)).toBe('none');
    expect(outTo([set('203.0.113.0/24', '{kind: partner}', 'ops'), towards(PARTNER)], inside)).toBe('none');
    const elsewhere = towards(`${PARTNER}, namespaceSelector: env == 'test'`);
    expect(outTo([set('203.0.113.0/24', '{kind: partner}', 'ops'), elsewhere], inside)).toBe('all');
  });

  it('of the whole cluster: by global(), or in a policy of the whole cluster', () => {
    const objects = [global('203.0.113.0/24')];
    expect(outTo([...objects, towards(PARTNER)], inside)).toBe('none');
    expect(outTo([...objects, towards(`${PARTNER}, namespaceSelector: global()`)], inside)).toBe('all');
    expect(outTo([...objects, towards(`${PARTNER}, namespaceSelector: all()`)], inside)).toBe('none');
    const wide = gnp(`selector: "app == 'db'", ${egress(`{action: Allow, destination: {${PARTNER}}}`)}`);
    expect(outTo([...objects, wide], inside)).toBe('all');
  });

  it('are left by a notSelector, and have the pods at their addresses', () => {
    const all = gnp(
      `selector: "app == 'db'", ${egress("{action: Allow, destination: {notSelector: kind == 'partner'}}")}`,
    );
    expect(outTo([global('203.0.113.0/24'), all], inside)).toBe('none');
    expect(outTo([global('203.0.113.0/24'), all], outside)).toBe('all');
    expect(outOf([global('0.0.0.0/0, "::/0"'), all], 'shop/web')).toBe('none');
    expect(outOf([set('0.0.0.0/0'), towards(PARTNER)], 'ops/tool')).toBe('all');
  });

  it('in a namespace whose labels are not known may be selected', () => {
    const wild = set('203.0.113.0/24', '{kind: partner}', 'wild');
    expect(outTo([wild, towards("namespaceSelector: env == 'test'")], inside)).toBe('none ? all');
    expect(outTo([wild, towards("namespaceSelector: projectcalico.org/name == 'wild'")], inside)).toBe('all');
  });

  it('with domain names may have any address outside', () => {
    const named =
      '{apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: g, labels: {kind: partner}}, spec: {allowedEgressDomains: [example.com]}}';
    const objects = [named, towards(`${PARTNER}, namespaceSelector: global()`)];
    expect([outTo(objects, inside), outOf(objects, 'shop/web')]).toEqual(['none ? all', 'none']);
  });
});

/** https://docs.tigera.io/calico/latest/network-policy/policy-rules/service-policy */
describe('services in rules', () => {
  const service = (spec: string) =>
    `{apiVersion: v1, kind: Service, metadata: {name: s, namespace: ops}, spec: {${spec}}}`;
  const tool = service(
    'selector: {app: tool}, ports: [{name: a, port: 8080, targetPort: web}, {name: b, port: 53, protocol: UDP}]',
  );
  const towards = (more = '') =>
    cnp(egress(`{action: Allow, ${more}destination: {services: {name: s, namespace: ops}}}`));

  it('are their pods, at the ports behind the service', () => {
    expect(outOf([tool, towards()], 'ops/tool')).toBe('TCP 80; UDP 53');
    expect(outOf([tool, towards('protocol: TCP, ')], 'ops/tool')).toBe('TCP 80');
    expect(outOf([tool, towards()], 'shop/web')).toBe('none');
    expect(outTo([tool, towards()], '203.0.113.7')).toBe('none');
  });

  it('as a source: their pods, from any port', () => {
    const from = cnp(ingress('{action: Allow, source: {services: {name: s, namespace: ops}}}'));
    expect([into([tool, from], 'ops/tool'), into([tool, from], 'shop/web')]).toEqual(['all', 'none']);
  });

  it.each([
    ['that are not in the input', []],
    ['whose endpoints are made by hand', [service('ports: [{port: 80}]')]],
    ['that are another name', [service('type: ExternalName, externalName: example.com')]],
  ])('%s are not known', (_case, objects) => {
    expect(outOf([...objects, towards()], 'ops/tool')).toBe('none ? all');
    expect(outTo([...objects, towards()], '203.0.113.7')).toBe('none ? all');
  });
});
