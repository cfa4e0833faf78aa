import { describe, expect, it } from 'vitest';
import type { NetworkPlugin } from '../../../../../src/harness/inventory/model.ts';
import { AddressSet, ALL_ADDRESSES } from '../../../../../src/harness/predict/sets/addresses.ts';
import { Storyteller } from '../../../../../src/harness/explain/story.ts';
import { ConnectionSet } from '../../../../../src/harness/predict/sets/connections.ts';
import { ccnp, cnp, into, knp, scene } from './scene.ts';

describe('what a CiliumNetworkPolicy allows', () => {
  const web = 'fromEndpoints: [{matchLabels: {app: web}}]';
  const port = (text: string) => `toPorts: [{ports: [${text}]}]`;

  it.each([
    ['endpoints of its own namespace', `{${web}}`, { 'shop/web': 'all', 'ops/tool': 'none' }],
    [
      'labels with their source',
      '{fromEndpoints: [{matchLabels: {"k8s:app": web}}, {matchLabels: {"any:app": tool}}]}',
      { 'shop/web': 'all', 'ops/tool': 'none' },
    ],
    ['an empty selector: all of its namespace', '{fromEndpoints: [{}]}', { 'shop/web': 'all', 'ops/tool': 'none' }],
    [
      'another namespace by name',
      '{fromEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": ops}}]}',
      { 'shop/web': 'none', 'ops/tool': 'all' },
    ],
    [
      'namespaces by their labels: its own alone, and only if it has them',
      '{fromEndpoints: [{matchLabels: {"k8s:io.cilium.k8s.namespace.labels.env": test}}]}',
      { 'shop/web': 'none', 'ops/tool': 'none' },
    ],
    [
      'its own namespace by its labels',
      '{fromEndpoints: [{matchLabels: {"k8s:io.cilium.k8s.namespace.labels.env": prod}}]}',
      { 'shop/web': 'all', 'ops/tool': 'none' },
    ],
    [
      'namespaces by expressions',
      '{fromEndpoints: [{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}]}',
      { 'shop/web': 'all', 'ops/tool': 'all' },
    ],
    ['everyone at a port', `{${port('{port: "80", protocol: TCP}')}}`, { 'shop/web': 'TCP 80', 'ops/tool': 'TCP 80' }],
    [
      'a port of any protocol',
      `{${web}, ${port('{port: "80"}')}}`,
      { 'shop/web': 'SCTP 80; TCP 80; UDP 80', 'ops/tool': 'none' },
    ],
    [
      'a range',
      `{${port('{port: "80", endPort: 90, protocol: UDP}')}}`,
      { 'shop/web': 'UDP 80-90', 'ops/tool': 'UDP 80-90' },
    ],
    [
      'every port of a protocol',
      `{${port('{port: "0", protocol: TCP}')}}`,
      { 'shop/web': 'TCP 1-65535', 'ops/tool': 'TCP 1-65535' },
    ],
    [
      'a named port of its own',
      `{${port('{port: web, protocol: TCP}')}}`,
      { 'shop/web': 'TCP 80', 'ops/tool': 'TCP 80' },
    ],
    ['nothing by the empty rule: the default deny alone', '{}', { 'shop/web': 'none', 'ops/tool': 'none' }],
    ['the entity all', '{fromEntities: [all]}', { 'shop/web': 'all', 'ops/tool': 'all', 'ops/node': 'all' }],
    ['the entity cluster', '{fromEntities: [cluster]}', { 'shop/web': 'all', 'ops/tool': 'all', 'ops/node': 'all' }],
    ['the entity world', '{fromEntities: [world]}', { 'shop/web': 'none', 'ops/tool': 'none' }],
    [
      'the entity host, of nodes that are not told apart',
      '{fromEntities: [remote-node]}',
      { 'shop/web': 'none', 'ops/node': 'none ? all' },
    ],
    ['CIDRs, which never match pods', '{fromCIDR: [0.0.0.0/0]}', { 'shop/web': 'none', 'ops/tool': 'none' }],
    ['ICMP alone', `{${web}, icmps: [{fields: [{type: 8}]}]}`, { 'shop/web': 'none' }],
  ])('%s', (_case, rule, expected: Readonly<Record<string, string>>) => {
    for (const [from, answer] of Object.entries(expected))
      expect([from, into([cnp(`ingress: [${rule}]`)], from)]).toEqual([from, answer]);
  });

  it('isolates by the direction of its rules, an empty list being none', () => {
    expect(into([cnp('ingress: []')], 'shop/web')).toBe('all');
    expect(into([cnp('egress: [{}]')], 'shop/web')).toBe('all');
    const { predictor, find } = scene([cnp('egress: [{}]')]);
    expect(predictor.isolatedBy(find('shop/db'), 'egress').map(({ policy }) => policy)).toEqual([
      'CiliumNetworkPolicy shop/guard',
    ]);
    expect(predictor.isolatedBy(find('shop/db'), 'ingress')).toEqual([]);
    expect(predictor.isolatedBy(find('shop/web'), 'egress')).toEqual([]);
  });

  it('adds to what a NetworkPolicy allows, and its denials win', () => {
    const byKubernetes = knp('ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]');
    const others = cnp('ingress: [{fromEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: ops}}]}]');
    expect(into([byKubernetes, others], 'shop/web')).toBe('all');
    expect(into([byKubernetes, others], 'ops/tool')).toBe('all');
    const denial = cnp(
      'ingressDeny: [{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]',
      'denial',
    );
    expect(into([byKubernetes, denial], 'shop/web')).toBe('SCTP 1-65535; TCP 1-79,81-65535; UDP 1-65535');
    expect(into([others, denial], 'ops/tool')).toBe('all');
    expect(into([denial], 'ops/tool')).toBe('none');
    const both = cnp('ingress: [{fromEndpoints: [{}]}], ingressDeny: [{fromEndpoints: [{matchLabels: {app: web}}]}]');
    expect(into([both], 'shop/web')).toBe('none');
    expect(into([cnp(`ingress: [{${web}}]`), denial], 'shop/web')).toBe('SCTP 1-65535; TCP 1-79,81-65535; UDP 1-65535');
    const wide = ccnp('endpointSelector: {}, ingressDeny: [{fromEntities: [all]}]');
    expect(into([cnp(`ingress: [{${web}}]`), wide], 'shop/web')).toBe('none');
  });

  it('of the whole cluster selects in all namespaces', () => {
    const shut = ccnp('endpointSelector: {}, ingress: [{}]');
    expect(into([shut], 'shop/web')).toBe('none');
    expect(into([shut, cnp(`ingress: [{${web}}]`)], 'shop/web')).toBe('all');
    const only = ccnp('endpointSelector: {matchLabels: {"k8s:io.kubernetes.pod.namespace": ops}}, ingress: [{}]');
    expect(into([only], 'shop/web')).toBe('all');
    expect(into([ccnp('endpointSelector: {}, ingress: [{fromEndpoints: [{}]}]')], 'ops/tool')).toBe('all');
    const test = 'fromEndpoints: [{matchLabels: {"k8s:io.cilium.k8s.namespace.labels.env": test}}]';
    expect(into([ccnp(`endpointSelector: {}, ingress: [{${test}}]`)], 'ops/tool')).toBe('all');
    expect(into([ccnp(`endpointSelector: {}, ingress: [{${test}}]`)], 'shop/web')).toBe('none');
  });
});

describe('what a CiliumNetworkPolicy says of addresses', () => {
  it('is exact, exceptions included', () => {
    const { predictor, find } = scene([
      cnp(
        'egress: [{toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}, {toEntities: [world], toPorts: [{ports: [{port: "443", protocol: TCP}]}]}]',
      ),
    ]);
    const parts = predictor.toAddresses(find('shop/db'), ALL_ADDRESSES);
    const at = (address: string) =>
      parts.find(({ addresses }) => addresses.contains(address))?.prediction.allowed.format();
    expect([at('10.0.0.1'), at('10.1.0.1'), at('203.0.113.7'), at('fd00::1')]).toEqual([
      'all',
      'TCP 443',
      'TCP 443',
      'TCP 443',
    ]);
    expect(parts.reduce((sum, { addresses }) => sum.union(addresses), AddressSet.EMPTY).equals(ALL_ADDRESSES)).toBe(
      true,
    );
  });

  it('is not known of names and of the API server', () => {
    const peers = ['toFQDNs: [{matchName: api.example.com}]', 'toEntities: [kube-apiserver]'];
    for (const peer of peers) {
      const { predictor, find, between } = scene([cnp(`egress: [{${peer}}]`)]);
      const [part] = predictor.toAddresses(find('shop/db'), ALL_ADDRESSES);
      expect([part?.prediction.allowed.isEmpty, part?.prediction.unknown.isAll]).toEqual([true, true]);
      expect(between('shop/db', 'shop/web').unknown.isEmpty).toBe(true);
    }
  });
});

describe('a policy of Cilium in a story', () => {
  it('is named where it isolates, allows and denies', () => {
    const draw = (...policies: readonly string[]) => {
      const { inventory, predictor, find } = scene(policies);
      const [from, to] = ['shop/web', 'shop/db'].map((path) => ({ kind: 'workload' as const, workload: find(path) }));
      if (from === undefined || to === undefined) throw new RangeError('no pods');
      return new Storyteller(inventory, predictor).story(from, to, ConnectionSet.port('TCP', 80)).join('\n');
    };
    const web = 'fromEndpoints: [{matchLabels: {app: web}}]';
    expect(draw(cnp(`ingress: [{${web}}]`))).toMatch(/allowed by CiliumNetworkPolicy shop\/guard .*ingress rule 1/);
    expect(draw(cnp(`ingressDeny: [{${web}}]`))).toMatch(/denied by CiliumNetworkPolicy shop\/guard .*ingress rule 1/);
    expect(draw(cnp('ingress: [{}]'))).toMatch(/ingress is isolated by CiliumNetworkPolicy shop\/guard/);
  });

  it('counts for nothing where another plugin runs, and is taken with a note where none is known', () => {
    const shut = cnp('ingress: [{}]');
    const ask = (plugin: NetworkPlugin) => scene([shut], plugin).between('shop/web', 'shop/db').decide('TCP', 80);
    expect(ask({ name: 'kube-router' })).toMatchObject({
      outcome: 'allowed',
      reason: expect.stringContaining('does not know CiliumNetworkPolicy') as unknown,
    });
    expect(ask({ name: 'unknown' })).toMatchObject({
      outcome: 'denied',
      reason: expect.stringContaining('is taken as Cilium takes it') as unknown,
    });
  });
});

// https://docs.cilium.io/en/stable/network/kubernetes/concepts/#default-ingress-allow-from-local-host
describe('a node and its own pods, under policies of Cilium', () => {
  it('is let in beneath what is denied, and reached by rules alone', () => {
    const onNode = (path: string) => `
{apiVersion: v1, kind: Pod, metadata: {name: ${path}, namespace: shop, labels: {app: db}}, spec: {hostNetwork: ${path === 'host'}, nodeName: n1, containers: []}, status: {phase: Running, podIP: 10.0.0.${path.length}}}`;
    const ask = (spec: string) => {
      const { between } = scene([onNode('host'), onNode('own'), cnp(spec)]);
      for (const prediction of [between('shop/host', 'shop/own'), between('shop/own', 'shop/host')]) {
        for (const port of [79, 80, 81]) {
          const isIn = prediction.allowed.contains('TCP', port);
          expect(prediction.decide('TCP', port).outcome).toBe(isIn ? 'allowed' : 'denied');
        }
      }
      return [between('shop/host', 'shop/own'), between('shop/own', 'shop/host')].map(({ allowed }) =>
        allowed.format(),
      );
    };
    expect(ask('ingress: [{}], egress: [{}]')).toEqual(['all', 'none']);
    expect(ask('ingress: [{}], egress: [{toEntities: [all]}]')).toEqual(['all', 'all']);
    const at80 = 'toPorts: [{ports: [{port: "80", protocol: TCP}]}]';
    expect(ask(`ingressDeny: [{fromEntities: [cluster], ${at80}}]`)).toEqual([
      'SCTP 1-65535; TCP 1-79,81-65535; UDP 1-65535',
      'all',
    ]);
    expect(ask('ingressDeny: [{fromEndpoints: [{}]}]')).toEqual(['all', 'all']);
  });
});
