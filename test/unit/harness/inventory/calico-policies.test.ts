import { describe, expect, it } from 'vitest';
import { inventoryOf, refusalOf } from './from-yaml.ts';

const HEAD = 'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n';
const GLOBAL = 'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\n';
const rule = (text: string) => `${HEAD}spec:\n  ingress:\n  - ${text}\n`;
const outward = (text: string) => `${HEAD}spec:\n  egress:\n  - ${text}\n`;

describe('what Calico refuses is an error at its line', () => {
  it.each([
    ['an unknown field', `${HEAD}spec: {selectr: all()}`, 'selectr is not a field'],
    ['a selector that is none', `${HEAD}spec: {selector: "a = 'b'"}`, 'spec.selector must have an operator'],
    ['global() where it means nothing', `${HEAD}spec: {selector: global()}`, 'must not have global()'],
    ['an order that is no number', `${HEAD}spec: {order: first}`, 'spec.order must be a number'],
    ['an unknown type', `${HEAD}spec: {types: [Inbound]}`, 'must be Ingress or Egress, not "Inbound"'],
    [
      'a namespaceSelector in a namespace',
      `${HEAD}spec: {namespaceSelector: all()}`,
      'namespaceSelector is not a field',
    ],
    ['an unknown action', rule('action: Accept'), 'must be Allow, Deny, Pass, Log, not "Accept"'],
    ['no action', rule('source: {}'), 'spec.ingress[0].action must be Allow, Deny, Pass, Log'],
    ['an unknown protocol', rule('{action: Allow, protocol: tcp}'), 'must be TCP, UDP, SCTP'],
    ['a protocol out of range', rule('{action: Allow, protocol: 256}'), 'a number from 1 to 255, not the number 256'],
    ['a port without a protocol', rule('{action: Allow, destination: {ports: [80]}}'), 'must stand beside protocol'],
    [
      'a port of ICMP',
      rule('{action: Allow, protocol: ICMP, destination: {notPorts: [web]}}'),
      'must stand beside protocol',
    ],
    [
      'a port out of range',
      rule('{action: Allow, protocol: TCP, destination: {ports: [65536]}}'),
      'must be a port from 1 to 65535',
    ],
    [
      'a range the wrong way round',
      rule('{action: Allow, protocol: TCP, destination: {ports: ["9:8"]}}'),
      'last port is not lower',
    ],
    [
      'a name of a port that is none',
      rule('{action: Allow, protocol: TCP, destination: {ports: ["a_b"]}}'),
      'is no port name',
    ],
    ['a net that is none', rule('{action: Allow, source: {nets: [10.0.0.0/33]}}'), 'must be a CIDR'],
    [
      'both families',
      rule('{action: Allow, source: {nets: [10.0.0.0/8], notNets: ["fd00::/8"]}}'),
      'both IPv4 and IPv6',
    ],
    [
      'another IP version than that of its nets',
      rule('{action: Allow, ipVersion: 6, source: {nets: [10.0.0.0/8]}}'),
      'must be that of the addresses',
    ],
    ['an IP version that is none', rule('{action: Allow, ipVersion: 5}'), 'must be 4 or 6'],
    ['ICMP without its protocol', rule('{action: Allow, icmp: {type: 8}}'), 'must stand beside protocol: ICMP'],
    [
      'a namespaceSelector with global() and more',
      rule('{action: Allow, source: {namespaceSelector: "global() || has(a)"}}'),
      'global() together',
    ],
    [
      'a service at the wrong end',
      rule('{action: Allow, destination: {services: {name: s}}}'),
      'must stand in the source of an ingress rule',
    ],
    [
      'a service with ports',
      outward('{action: Allow, protocol: TCP, destination: {services: {name: s}, ports: [80]}}'),
      'must not stand together with ports',
    ],
    [
      'a service without a name',
      outward('{action: Allow, destination: {services: {}}}'),
      'must have the name of a service',
    ],
    ['an unknown member of an end', rule('{action: Allow, source: {net: [10.0.0.0/8]}}'), 'net is not a field'],
    [
      'a tier of a fixed order',
      'apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: default}\nspec: {order: 5}',
      'must be 1000000 for the tier default',
    ],
    [
      'an end that is none',
      'apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: t}\nspec: {defaultAction: Allow}',
      'must be Deny or Pass',
    ],
    [
      'a net of a set',
      'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: s}\nspec: {nets: [nowhere]}',
      'must be a CIDR',
    ],
  ])('%s', (_case, text, message) => {
    expect(refusalOf(text)).toContain(message);
  });

  it('names the place and the policy', () => {
    expect(() => inventoryOf(rule('{action: Accept}'))).toThrow(
      expect.objectContaining({
        code: 'MANIFEST_INVALID',
        position: expect.objectContaining({ file: 'a.yaml', line: 6 }) as unknown,
        message: expect.stringContaining('NetworkPolicy shop/p') as unknown,
      }) as Error,
    );
  });

  it('of a live cluster it is noted, and the policy is not modelled', () => {
    const { adminPolicies, unmodelled, notes } = inventoryOf(`${GLOBAL}spec: {somethingNew: true}`, {
      origin: 'cluster',
    });
    expect(adminPolicies).toEqual([]);
    expect(unmodelled).toMatchObject([{ kind: 'GlobalNetworkPolicy', id: 'g' }]);
    expect(notes[0]?.text).toContain('not understood');
  });
});

describe('policies of Calico in an inventory', () => {
  it('keep their tier, order, directions and rules, the numbers of rules that log included', () => {
    const { adminPolicies, calico } = inventoryOf(`${GLOBAL}spec:
  order: 12.5
  egress: [{action: Log}, {action: Pass, destination: {nets: [10.1.2.3/8, 192.0.2.1]}}]
---
{apiVersion: crd.projectcalico.org/v1, kind: NetworkSet, metadata: {name: s, namespace: ops, labels: {a: b}}, spec: {nets: [10.0.0.0/8]}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop, labels: {team: a}}}
`);
    expect(adminPolicies).toMatchObject([
      {
        kind: 'GlobalNetworkPolicy',
        id: 'g',
        tier: { name: 'default', order: 1_000_000, end: 'deny' },
        priority: 12.5,
        directions: ['egress'],
        egress: [{ index: 1, action: 'pass', ends: { destination: { nets: ['10.0.0.0/8', '192.0.2.1/32'] } } }],
      },
    ]);
    expect(calico).toEqual({
      networkSets: [{ namespace: 'ops', name: 's', labels: { a: 'b' }, nets: ['10.0.0.0/8'], hasDomains: false }],
      serviceAccounts: { 'shop/web': { team: 'a' } },
      hasHostEndpoints: false,
    });
  });
  // https://github.com/projectcalico/calico/blob/v3.30.0/libcalico-go/lib/backend/k8s/resources/resources.go
  it.each([
    [
      'an annotation',
      `{labels: {x: old, y: own}, annotations: {projectcalico.org/metadata: '{"labels":{"x":"b","z":"c"}}'}}`,
      { x: 'b', y: 'own', z: 'c' },
    ],
    [
      'an annotation without labels',
      `{labels: {x: a}, annotations: {projectcalico.org/metadata: '{"name":"s"}'}}`,
      { x: 'a' },
    ],
    ['one that is no JSON', `{labels: {x: a}, annotations: {projectcalico.org/metadata: '{'}}`, { x: 'a' }],
  ])('have the labels that Calico keeps in %s', (_case, metadata, labels) => {
    const own = `{apiVersion: crd.projectcalico.org/v1, kind: GlobalNetworkSet, metadata: {name: s, ${metadata.slice(1)}, spec: {nets: [10.0.0.0/8]}}`;
    expect(inventoryOf(own).calico?.networkSets.map((set) => set.labels)).toEqual([labels]);
  });
});
