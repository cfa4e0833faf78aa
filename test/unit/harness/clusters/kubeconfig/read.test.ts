import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KubeApiError } from '../../../../../src/harness/clusters/api/errors.ts';
import { readCluster } from '../../../../../src/harness/clusters/kubeconfig/read.ts';
import { fakeKube, object, type FakeCluster } from './fake-kube.ts';

const policy = object('NetworkPolicy', 'web', {
  apiVersion: 'networking.k8s.io/v1',
  metadata: { namespace: 'shop' },
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
});
const pod = (namespace: string, name: string) =>
  object('Pod', name, {
    metadata: { namespace, labels: { app: name } },
    spec: { containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 80 }] }] },
    status: { phase: 'Running', podIPs: [{ ip: '10.42.0.7' }] },
  });
const objects: FakeCluster['objects'] = {
  '/api/v1/namespaces': [
    object('Namespace', 'shop', { metadata: { labels: { env: 'prod' } } }),
    object('Namespace', 'data'),
  ],
  '/api/v1/pods': [pod('shop', 'web'), pod('data', 'db')],
  '/apis/networking.k8s.io/v1/networkpolicies': [policy],
  '/api/v1/nodes': [
    object('Node', 'n1', {
      metadata: { labels: { 'kubernetes.io/os': 'linux' } },
      status: {
        addresses: [
          { type: 'InternalIP', address: '172.17.0.3' },
          { type: 'Hostname', address: 'n1' },
        ],
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    }),
  ],
  '/apis/discovery.k8s.io/v1/endpointslices': [
    object('EndpointSlice', 'legacy-x', {
      apiVersion: 'discovery.k8s.io/v1',
      metadata: { namespace: 'shop', labels: { 'kubernetes.io/service-name': 'legacy' } },
      endpoints: [{ addresses: ['192.0.2.9'] }],
      ports: [{ port: 5432 }],
    }),
  ],
};
const ciliumPolicies = {
  name: 'ciliumnetworkpolicies',
  kind: 'CiliumNetworkPolicy',
  namespaced: true,
  verbs: ['list'],
};
const withCilium = {
  '/apis': { groups: [{ name: 'cilium.io', versions: [{ groupVersion: 'cilium.io/v2' }] }] },
  '/apis/cilium.io/v2': { resources: [ciliumPolicies] },
};

describe('readCluster', () => {
  it('makes one inventory of all lists, each object placed by its name in the cluster', async () => {
    const { inventory, facts } = await readCluster(fakeKube({ objects }).kube);
    expect(inventory.namespaces.map(({ name }) => name)).toEqual(['data', 'shop']);
    expect(inventory.nodes).toEqual([{ name: 'n1', labels: { 'kubernetes.io/os': 'linux' } }]);
    expect(inventory.workloads.map(({ id }) => id)).toEqual(['data/db[Pod]', 'shop/web[Pod]']);
    expect(inventory.policies.map(({ position }) => position)).toEqual([
      { file: 'cluster:networkpolicies/shop/web', line: 0, column: 0 },
    ]);
    expect(inventory.notes).toEqual([]);
    expect(facts.nodes).toEqual([{ name: 'n1', addresses: ['172.17.0.3'], ready: true }]);
    expect(facts.endpoints).toEqual([
      {
        service: 'shop/legacy',
        endpoints: [{ addresses: ['192.0.2.9'], ready: true }],
        ports: [{ protocol: 'TCP', port: 5432 }],
      },
    ]);
  });

  it('keeps of every list where it stood, how much it held and its hash', async () => {
    const { facts } = await readCluster(fakeKube({ objects }).kube);
    const record = facts.lists.find(({ path }) => path.endsWith('/networkpolicies'));
    const sha256 = createHash('sha256')
      .update(JSON.stringify([policy]))
      .digest('hex');
    expect(record).toEqual({
      path: '/apis/networking.k8s.io/v1/networkpolicies',
      resourceVersion: '7',
      items: 1,
      pages: 1,
      sha256,
    });
  });

  it('names every right that is missing, and reads no shorter list instead', async () => {
    const reading = readCluster(fakeKube({ objects, denied: ['networkpolicies', 'nodes'] }).kube);
    await expect(reading).rejects.toMatchObject({
      code: 'RIGHT_MISSING',
      message: 'user eve may not list networkpolicies\nuser eve may not list nodes',
    });
  });

  it('goes on without what only names things, and notes it', async () => {
    const { inventory } = await readCluster(fakeKube({ objects, denied: ['cronjobs'] }).kube);
    expect(inventory.notes).toEqual([{ text: 'cronjobs were not read: user eve may not list cronjobs' }]);
  });

  it('reads what was made for services without a selector, and does not insist on it', async () => {
    const legacy = object('Service', 'legacy', { metadata: { namespace: 'shop' }, spec: { ports: [{ port: 80 }] } });
    const cluster = { objects: { ...objects, '/api/v1/services': [legacy] } };
    const { inventory } = await readCluster(fakeKube(cluster).kube);
    expect(inventory.services.map(({ id, handMade }) => [id, handMade])).toEqual([
      ['shop/legacy', [{ address: '192.0.2.9', protocol: 'TCP', port: 5432 }]],
    ]);
    expect(inventory.notes).toEqual([]);
    const denied = await readCluster(fakeKube({ ...cluster, denied: ['endpointslices'] }).kube);
    expect(denied.inventory.services.map(({ handMade }) => handMade)).toEqual([undefined]);
    expect(denied.inventory.notes).toEqual([
      { text: 'endpointslices were not read: user eve may not list endpointslices' },
    ]);
    expect(denied.facts.endpoints).toEqual([]);
  });

  it('reads installed policy kinds, and insists on them', async () => {
    const path = '/apis/cilium.io/v2/ciliumnetworkpolicies';
    const cilium = object('CiliumNetworkPolicy', 'dns', {
      apiVersion: 'cilium.io/v2',
      metadata: { namespace: 'shop' },
      spec: {},
    });
    const { inventory, facts } = await readCluster(
      fakeKube({ objects: { ...objects, [path]: [cilium] }, texts: withCilium }).kube,
    );
    expect(inventory.unmodelled.map(({ id, kind }) => [kind, id])).toEqual([['CiliumNetworkPolicy', 'shop/dns']]);
    expect(facts.policyCollections.map(({ plural }) => plural)).toEqual(['ciliumnetworkpolicies']);
    const denied = fakeKube({ objects, texts: withCilium, denied: ['ciliumnetworkpolicies'] });
    await expect(readCluster(denied.kube)).rejects.toMatchObject({ code: 'RIGHT_MISSING' });
  });

  it('reads the CIDR groups that they name, and without the right to does not know those policies', async () => {
    const policies = '/apis/cilium.io/v2/ciliumnetworkpolicies';
    const groups = '/apis/cilium.io/v2alpha1/ciliumcidrgroups';
    const cluster: FakeCluster = {
      objects: {
        ...objects,
        [policies]: [
          object('CiliumNetworkPolicy', 'vpn', {
            apiVersion: 'cilium.io/v2',
            metadata: { namespace: 'shop' },
            spec: { endpointSelector: {}, ingress: [{ fromCIDRSet: [{ cidrGroupRef: 'vpn' }] }] },
          }),
        ],
        [groups]: [
          object('CiliumCIDRGroup', 'vpn', {
            apiVersion: 'cilium.io/v2alpha1',
            spec: { externalCIDRs: ['10.48.0.0/24'] },
          }),
        ],
      },
      texts: {
        '/apis': {
          groups: [
            {
              name: 'cilium.io',
              versions: [{ groupVersion: 'cilium.io/v2' }, { groupVersion: 'cilium.io/v2alpha1' }],
            },
          ],
        },
        '/apis/cilium.io/v2': { resources: [ciliumPolicies] },
        '/apis/cilium.io/v2alpha1': {
          resources: [{ ...ciliumPolicies, name: 'ciliumcidrgroups', kind: 'CiliumCIDRGroup', namespaced: false }],
        },
      },
    };
    const { inventory, facts } = await readCluster(fakeKube(cluster).kube);
    expect(inventory.unmodelled).toEqual([]);
    expect(inventory.adminPolicies.flatMap(({ ingress }) => ingress.flatMap(({ peers }) => peers))).toMatchObject([
      { kind: 'world', cidrs: ['10.48.0.0/24'] },
      { kind: 'everyone' },
    ]);
    expect(facts.policyCollections.map(({ plural }) => plural)).toEqual(['ciliumnetworkpolicies', 'ciliumcidrgroups']);
    const denied = await readCluster(fakeKube({ ...cluster, denied: ['ciliumcidrgroups'] }).kube);
    expect(denied.inventory.unmodelled).toMatchObject([
      { id: 'shop/vpn', reason: 'it names the CiliumCIDRGroup vpn, which is not in the input' },
    ]);
    expect(denied.inventory.notes).toEqual([
      { text: 'ciliumcidrgroups were not read: user eve may not list ciliumcidrgroups' },
    ]);
    expect(denied.facts.policyCollections.map(({ plural }) => plural)).toEqual(['ciliumnetworkpolicies']);
  });

  it('bears an extension server that is down, unless it may hold policies', async () => {
    const down = new KubeApiError('503', { code: 'CLUSTER_UNREACHABLE', status: 503 });
    const group = (name: string) => ({
      '/apis': { groups: [{ name, versions: [{ groupVersion: `${name}/v1` }] }] },
      [`/apis/${name}/v1`]: down,
    });
    const { inventory } = await readCluster(fakeKube({ objects, texts: group('weather.example.com') }).kube);
    expect(inventory.notes[0]?.text).toContain('weather.example.com');
    await expect(readCluster(fakeKube({ objects, texts: group('projectcalico.org') }).kube)).rejects.toBe(down);
  });

  it("reads Calico's policies once, and not Kubernetes' own a second time", async () => {
    const resources = { resources: [{ ...ciliumPolicies, name: 'networkpolicies', kind: 'NetworkPolicy' }] };
    const calico = (name: string) =>
      object('NetworkPolicy', name, { apiVersion: 'projectcalico.org/v3', metadata: { namespace: 'shop' } });
    const { inventory } = await readCluster(
      fakeKube({
        objects: {
          ...objects,
          '/apis/projectcalico.org/v3/networkpolicies': [calico('knp.default.web'), calico('mine')],
        },
        texts: {
          '/apis': { groups: [{ name: 'projectcalico.org', versions: [{ groupVersion: 'projectcalico.org/v3' }] }] },
          '/apis/projectcalico.org/v3': resources,
        },
      }).kube,
    );
    expect(inventory.adminPolicies.map(({ id }) => id)).toEqual(['shop/mine']);
    expect(inventory.policies.map(({ id }) => id)).toEqual(['shop/web']);
  });

  it('stays within the namespaces that are asked for, and says so', async () => {
    const { kube, asked } = fakeKube({ objects, denied: ['nodes'] });
    const { inventory } = await readCluster(kube, { namespaces: ['shop', 'nowhere'] });
    expect(inventory.workloads.map(({ id }) => id)).toEqual(['shop/web[Pod]']);
    expect(inventory.namespaces.map(({ name, labels }) => [name, labels.env])).toEqual([['shop', 'prod']]);
    expect(asked).toContain('/api/v1/namespaces/shop/pods');
    expect(asked).not.toContain('/api/v1/pods');
    expect(asked).not.toContain('/api/v1/namespaces');
    expect(inventory.notes.map(({ text }) => text)).toEqual([
      'nodes were not read: user eve may not list nodes',
      'only these namespaces were read: shop, nowhere',
      'the namespace nowhere does not exist',
    ]);
  });
});
