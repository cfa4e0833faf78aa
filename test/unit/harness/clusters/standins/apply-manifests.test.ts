import { expect, it } from 'vitest';
import { applyManifests } from '../../../../../src/harness/clusters/standins/apply-manifests.ts';
import { selectionDifferences } from '../../../../../src/harness/clusters/standins/selection.ts';
import type { AdminPolicy } from '../../../../../src/harness/inventory/admin-model.ts';
import type { Inventory, NetworkPolicy, Service } from '../../../../../src/harness/inventory/model.ts';
import type { KubeManifest } from '../../../../../src/harness/clusters/api/model.ts';
import { createFakeKube } from './fake-kube.ts';

const position = { file: 'shop.yaml', line: 1, column: 1 };
const web = { matchLabels: { app: 'web' }, matchExpressions: [] };
const policy: NetworkPolicy = {
  kind: 'NetworkPolicy',
  id: 'shop/web',
  namespace: 'shop',
  name: 'web',
  podSelector: web,
  directions: ['ingress'],
  ingress: [
    {
      index: 0,
      peers: [{ kind: 'pods', podSelector: { ...web, matchLabels: { tier: 'front' } }, position }],
      position,
    },
  ],
  egress: [],
  position,
  raw: { kind: 'NetworkPolicy', metadata: { name: 'web' }, spec: { podSelector: { matchLabels: { app: 'web' } } } },
};
const service: Service = {
  id: 'shop/web',
  namespace: 'shop',
  name: 'web',
  type: 'ClusterIP',
  headless: false,
  addresses: [],
  selector: { app: 'web' },
  publishNotReadyAddresses: false,
  ports: [],
  position,
  raw: {
    metadata: { name: 'web' },
    spec: { clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'], selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
};
const inventory: Inventory = {
  namespaces: [{ name: 'shop', labels: { env: 'prod', 'kubernetes.io/metadata.name': 'shop' }, defined: true }],
  workloads: [
    {
      id: 'shop/web[Deployment]',
      namespace: 'shop',
      name: 'web',
      kind: 'Deployment',
      labels: {},
      ports: [],
      hostNetwork: false,
      serviceAccount: 'web',
      pods: [],
      position,
    },
  ],
  services: [service],
  policies: [policy],
  unmodelled: [],
  adminPolicies: [],
  routes: [],
  plugin: { name: 'unknown' },
  notes: [],
};

async function applied(
  of: Inventory,
): Promise<{ sent: Map<string, KubeManifest>; order: string[]; notes: readonly string[] }> {
  const kube = createFakeKube();
  const sent = new Map<string, KubeManifest>();
  const apply = (object: KubeManifest): Promise<KubeManifest> => {
    sent.set(`${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`, object);
    return Promise.resolve(object);
  };
  const { notes } = await applyManifests({ ...kube, apply }, of);
  return { sent, order: [...sent.keys()], notes: notes.map(({ text }) => text) };
}

it('applies namespaces first, then accounts, services and policies, each as it was read', async () => {
  const { sent, order } = await applied(inventory);
  expect(order).toEqual([
    'Namespace /shop',
    'ServiceAccount shop/default',
    'ServiceAccount shop/web',
    'Service shop/web',
    'NetworkPolicy shop/web',
  ]);
  expect(sent.get('Namespace /shop')?.metadata.labels).toEqual(inventory.namespaces[0]?.labels);
  expect(sent.get('NetworkPolicy shop/web')).toEqual({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app: 'web' } } },
  });
});

it('leaves out the addresses that another cluster gave, and says so', async () => {
  const { sent, notes } = await applied(inventory);
  expect(sent.get('Service shop/web')?.['spec']).toEqual({ selector: { app: 'web' }, ports: [{ port: 80 }] });
  expect(notes).toEqual(['service shop/web was applied without clusterIP, clusterIPs: the cluster chooses its own']);
});

it('keeps a service without an address headless', async () => {
  const raw = { metadata: { name: 'web' }, spec: { clusterIP: 'None', clusterIPs: ['None'] } };
  const { sent, notes } = await applied({ ...inventory, services: [{ ...service, headless: true, raw }] });
  expect(sent.get('Service shop/web')?.['spec']).toEqual(raw.spec);
  expect(notes).toEqual([]);
});

it('names the selectors that tell a changed pod from the real ones', () => {
  const differences = (kept: Record<string, string>, namespace = 'shop') =>
    selectionDifferences(inventory, namespace, { app: 'web' }, kept);
  expect(differences({ app: 'web', 'injected-by': 'a webhook' })).toEqual([]);
  expect(differences({ app: 'web', tier: 'front' })).toEqual([
    { object: 'policy shop/web', selector: 'tier=front', selectsStandIn: true },
  ]);
  expect(differences({})).toEqual([
    { object: 'policy shop/web', selector: 'app=web', selectsStandIn: false },
    { object: 'service shop/web', selector: 'app=web', selectsStandIn: false },
  ]);
  // A peer without a namespace selector means the policy's own namespace.
  expect(differences({ tier: 'front' }, 'elsewhere')).toEqual([]);
});

it("names the selectors of Calico's policies as well", () => {
  const has = (key: string, value: string) => ({ is: 'in', key, values: [value] }) as const;
  const end = { selector: has('tier', 'front'), notSelector: has('projectcalico.org/namespace', 'ops') };
  const guard: AdminPolicy = {
    kind: 'GlobalNetworkPolicy',
    id: 'guard',
    tier: { name: 'default', order: 1_000_000, end: 'deny' },
    priority: 1,
    subject: { endpoints: { is: 'and', of: [has('pcns.env', 'prod'), has('app', 'web')] } },
    directions: ['ingress'],
    ingress: [{ index: 0, action: 'accept', peers: [], ends: { source: end, destination: {} }, position }],
    egress: [],
    position,
    raw: {},
  };
  const differences = (kept: Record<string, string>) =>
    selectionDifferences(
      { ...inventory, policies: [], services: [], adminPolicies: [guard] },
      'shop',
      { app: 'web' },
      kept,
    );
  expect(differences({ app: 'web', other: 'label' })).toEqual([]);
  expect(differences({ app: 'web', tier: 'front' })).toEqual([
    { object: 'GlobalNetworkPolicy guard', selector: "tier == 'front'", selectsStandIn: true },
  ]);
  expect(differences({})).toEqual([
    { object: 'GlobalNetworkPolicy guard', selector: "(pcns.env == 'prod') && (app == 'web')", selectsStandIn: false },
  ]);
});
