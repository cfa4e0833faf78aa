import { describe, expect, it } from 'vitest';
import { detectPlugin, judgePlugin } from '../../../../../../src/harness/clusters/kubeconfig/plugin/judge.ts';
import type { DaemonSetSign, NodeSign } from '../../../../../../src/harness/clusters/kubeconfig/plugin/signs.ts';
import { fakeKube, object } from '../fake-kube.ts';

const agent = (id: string, image: string, args: string[] = [], running = true): DaemonSetSign => ({
  id,
  namespace: id.split('/')[0] ?? '',
  name: id.split('/')[1] ?? '',
  running,
  containers: [{ image, args }],
});
const node = (annotations: Record<string, string> = {}, kubeletVersion = 'v1.34.4'): NodeSign => ({
  name: 'n1',
  uid: 'u1',
  annotations,
  kubeletVersion,
});

describe('a plugin that runs as a DaemonSet', () => {
  it.each([
    ['kube-system/cilium', 'quay.io/cilium/cilium:v1.18.2@sha256:abc', [], 'cilium', 'v1.18.2'],
    ['kube-system/anetd', 'gke.gcr.io/agent@sha256:abc', [], 'cilium', undefined],
    ['kube-system/cilium', 'registry:5000/mirrored-cilium-cilium:v1.17.1', [], 'cilium', 'v1.17.1'],
    ['calico-system/calico-node', 'docker.io/calico/node:v3.30.1', [], 'calico', 'v3.30.1'],
    ['kube-system/rke2-canal', 'rancher/hardened-calico:v3.29.0-build20241104', [], 'calico', 'v3.29.0-build20241104'],
    ['kube-system/antrea-agent', 'antrea/antrea-agent-ubuntu:v2.4.0', [], 'antrea', 'v2.4.0'],
    ['openshift-ovn-kubernetes/ovnkube-node', 'quay.io/release@sha256:abc', [], 'ovn-kubernetes', undefined],
    ['kube-system/weave-net', 'weaveworks/weave-npc:2.8.1', [], 'weave', '2.8.1'],
    ['kube-system/kube-router', 'cloudnativelabs/kube-router:v2.5.0', ['--run-firewall=true'], 'kube-router', 'v2.5.0'],
    [
      'kube-system/aws-node',
      'ecr/amazon/aws-network-policy-agent:v1.2.0',
      ['--enable-network-policy=true'],
      'aws',
      'v1.2.0',
    ],
  ])('%s with %s', (id, image, args, name, version) => {
    const plugin = judgePlugin({ daemonSets: [agent(id, image, args)], nodes: [node()] });
    expect(plugin.name).toBe(name);
    expect(plugin.version).toBe(version);
    expect(plugin.seenBy?.[0]).toContain(id);
    expect(plugin.seenBy?.[0]).toContain(image);
  });

  it.each([
    ['quay.io/cilium/cilium-envoy:v1.34.0'],
    ['quay.io/cilium/operator-generic:v1.18.2'],
    ['quay.io/calico/kube-controllers:v3.30.1'],
    ['node:24'],
  ])('is not %s', (image) => {
    expect(judgePlugin({ daemonSets: [agent('kube-system/x', image)], nodes: [node()] }).name).toBe('unknown');
  });

  it('counts no more where it is wanted on no node', () => {
    const off = agent('kube-system/calico-node', 'calico/node:v3.30.1', [], false);
    expect(judgePlugin({ daemonSets: [off], nodes: [node()] }).name).toBe('unknown');
  });

  it('enforces nothing where its policies are switched off', () => {
    const aws = agent('kube-system/aws-node', 'ecr/aws-network-policy-agent:v1.2.0', ['--enable-network-policy=false']);
    const plugin = judgePlugin({ daemonSets: [aws], nodes: [node()] });
    expect(plugin.name).toBe('none');
    expect(plugin.seenBy?.[0]).toContain('enforces no policies');
    expect(judgePlugin({ daemonSets: [agent('a/flannel', 'flannel/flannel:v0.27.0')], nodes: [] }).name).toBe('none');
  });

  it('is taken where another only moves packets', () => {
    const plugin = judgePlugin({
      daemonSets: [
        agent('kube-system/aws-node', 'ecr/amazon-k8s-cni:v1.20.0'),
        agent('calico-system/calico-node', 'calico/node:v3.30.1'),
      ],
      nodes: [node()],
    });
    expect(plugin).toMatchObject({ name: 'calico', version: 'v3.30.1' });
  });

  it('is unknown where two enforce, or where its ways are not modelled', () => {
    const cilium = agent('kube-system/cilium', 'cilium/cilium:v1.18.2');
    const both = judgePlugin({ daemonSets: [cilium, agent('a/calico-node', 'calico/node:v3.30.1')], nodes: [] });
    expect(both.name).toBe('unknown');
    expect(both.seenBy).toHaveLength(3);
    const kindnet = judgePlugin({
      daemonSets: [agent('kube-system/kindnet', 'kindest/kindnetd:v20250512')],
      nodes: [],
    });
    expect(kindnet.name).toBe('unknown');
    expect(kindnet.seenBy?.[0]).toContain('kindnet');
  });

  it("tells Cilium's policy mode, or that it is not known", () => {
    const daemonSets = [agent('kube-system/cilium', 'cilium/cilium:v1.18.2')];
    const settings = { 'enable-policy': 'never', debug: 'false' };
    expect(judgePlugin({ daemonSets, nodes: [], ciliumConfig: settings }).seenBy?.[1]).toBe(
      'config map cilium-config: enable-policy=never',
    );
    expect(judgePlugin({ daemonSets, nodes: [], ciliumConfig: 'it may not be read' }).seenBy?.[1]).toContain(
      'not known',
    );
  });
});

describe('a plugin that runs outside of the pods', () => {
  it('is Cilium where a node has its CiliumNode', () => {
    const plugin = judgePlugin({
      daemonSets: [],
      nodes: [node({ 'k3s.io/node-args': '["server"]' })],
      ciliumNodes: ['n1'],
    });
    expect(plugin.name).toBe('cilium');
    expect(plugin).not.toHaveProperty('version');
  });

  // https://docs.cilium.io/en/v1.15/network/kubernetes/compatibility/#cilium-crd-schema-validation
  it.each([
    ['1.28.3', '1.15'],
    ['1.27.1', '1.14'],
    ['1.30.5', undefined],
    ['', undefined],
  ])('is of the version that the schema of its kinds tells: %s', (ciliumSchema, version) => {
    const plugin = judgePlugin({ daemonSets: [], nodes: [node({})], ciliumNodes: ['n1'], ciliumSchema });
    expect(plugin.version).toBe(version);
    expect(plugin.seenBy?.[0]).toContain(version ?? 'version is not known');
  });

  it('shows by its annotations, unless two do', () => {
    const calico = { 'projectcalico.org/IPv4Address': '10.0.0.1/24' };
    expect(judgePlugin({ daemonSets: [], nodes: [node(calico)] }).name).toBe('calico');
    const both = node({ ...calico, 'node.antrea.io/mac-address': 'x' });
    expect(judgePlugin({ daemonSets: [], nodes: [both] }).name).toBe('unknown');
  });
});

describe('k3s', () => {
  const args = (...list: string[]) => node({ 'k3s.io/node-args': JSON.stringify(list) }, 'v1.34.6+k3s1');

  it('tells which kube-router runs at least, by the oldest node', () => {
    const atLeast = (...versions: readonly string[]) =>
      judgePlugin({ daemonSets: [], nodes: versions.map((version) => node({}, version)) }).atLeast;
    expect(atLeast('v1.34.6+k3s1', 'v1.25.0+k3s1')).toBe('1.5');
    expect(atLeast('v1.34.6+k3s1', 'v1.24.9+k3s1')).toBeUndefined();
    expect(judgePlugin({ daemonSets: [], nodes: [node()], k3sArgs: [] }).atLeast).toBeUndefined();
  });

  it("has kube-router's controller in itself, whatever its flannel does", () => {
    expect(judgePlugin({ daemonSets: [], nodes: [args('server')] }).name).toBe('kube-router');
    expect(judgePlugin({ daemonSets: [], nodes: [args('server', '--flannel-backend', 'none')] }).name).toBe(
      'kube-router',
    );
    expect(judgePlugin({ daemonSets: [], nodes: [node({}, 'v1.34.6+k3s1')] }).name).toBe('kube-router');
  });

  it.each([
    [['server', '--disable-network-policy']],
    [['server', '--disable-network-policy=true']],
    [['server', '--disable-network-policy', 'true']],
  ])('enforces nothing with %j', (list) => {
    const plugin = judgePlugin({ daemonSets: [], nodes: [args('agent'), args(...list)] });
    expect(plugin.name).toBe('none');
    expect(plugin.seenBy?.[0]).toContain('--disable-network-policy');
  });

  it('enforces where the flag is there and false', () => {
    const on = args('server', '--disable-network-policy', 'false');
    expect(judgePlugin({ daemonSets: [], nodes: [on] }).name).toBe('kube-router');
  });

  it('is known by what the run started it with', () => {
    expect(judgePlugin({ daemonSets: [], nodes: [node()], k3sArgs: ['--disable-network-policy'] }).name).toBe('none');
    expect(judgePlugin({ daemonSets: [], nodes: [node()], k3sArgs: [] }).name).toBe('kube-router');
  });

  it('is not deceived by an annotation that is no list', () => {
    expect(judgePlugin({ daemonSets: [], nodes: [node({ 'k3s.io/node-args': 'x' })] }).name).toBe('kube-router');
  });
});

it('says what was looked for where nothing is found', () => {
  const plugin = judgePlugin({ daemonSets: [], nodes: [node()] });
  expect(plugin.name).toBe('unknown');
  expect(plugin.seenBy).toHaveLength(1);
});

describe('detectPlugin', () => {
  const nodes = [
    object('Node', 'n1', { metadata: { uid: 'u1' }, status: { nodeInfo: { kubeletVersion: 'v1.34.4' } } }),
  ];
  const ciliumNode = (name: string, uid: string) =>
    object('CiliumNode', name, { metadata: { ownerReferences: [{ kind: 'Node', uid }] } });

  it('counts a CiliumNode only for a node that is there', async () => {
    const path = '/apis/cilium.io/v2/ciliumnodes';
    const live = fakeKube({ objects: { '/api/v1/nodes': nodes, [path]: [ciliumNode('n1', 'u1')] } });
    expect((await detectPlugin(live.kube)).name).toBe('cilium');
    const kinds = object('CustomResourceDefinition', 'ciliumnetworkpolicies.cilium.io', {
      metadata: { labels: { 'io.cilium.k8s.crd.schema.version': '1.28.3' } },
    });
    const definitions = { '/apis/apiextensions.k8s.io/v1/customresourcedefinitions': [kinds] };
    const told = fakeKube({ objects: { '/api/v1/nodes': nodes, [path]: [ciliumNode('n1', 'u1')], ...definitions } });
    expect(await detectPlugin(told.kube)).toMatchObject({ name: 'cilium', version: '1.15' });
    const stale = fakeKube({ objects: { '/api/v1/nodes': nodes, [path]: [ciliumNode('n1', 'an earlier n1')] } });
    expect((await detectPlugin(stale.kube)).name).toBe('unknown');
  });

  it('reads images, arguments and settings', async () => {
    const daemonSet = object('DaemonSet', 'cilium', {
      metadata: { namespace: 'kube-system' },
      spec: { template: { spec: { containers: [{ image: 'quay.io/cilium/cilium:v1.18.2' }] } } },
      status: { desiredNumberScheduled: 1 },
    });
    const { kube } = fakeKube({
      objects: {
        '/api/v1/nodes': nodes,
        '/apis/apps/v1/daemonsets': [daemonSet],
        '/api/v1/namespaces/kube-system/configmaps': [
          object('ConfigMap', 'cilium-config', { data: { 'enable-policy': 'always' } }),
        ],
      },
    });
    const plugin = await detectPlugin(kube);
    expect(plugin).toMatchObject({ name: 'cilium', version: 'v1.18.2' });
    expect(plugin.seenBy?.[1]).toContain('enable-policy=always');
    expect(plugin.settings).toEqual({ 'enable-policy': 'always' });
  });

  it('says which right is missing', async () => {
    const { kube } = fakeKube({ objects: {}, denied: ['nodes'] });
    await expect(detectPlugin(kube)).rejects.toMatchObject({
      code: 'RIGHT_MISSING',
      message: 'user eve may not list nodes',
    });
  });
});
