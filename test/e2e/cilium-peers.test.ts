/** Whom Cilium's own policies mean by service accounts and services: predicted, and on a network of Cilium 1.15. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Evidence } from '../../src/harness/evidence/schema.ts';
import { externalHost, type ExternalHost } from './support/docker.ts';
import { requirementOf, theCell } from './support/evidence.ts';
import { deployment, namespace, service } from './support/objects.ts';
import { sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const PORT = 9000;
const ACCOUNT = 'io.cilium.k8s.policy.serviceaccount';

const account = (name: string): string =>
  `{apiVersion: v1, kind: ServiceAccount, metadata: {name: ${name}, namespace: peers}}`;
/** A workload without pods of its own. */
const client = (name: string): string =>
  deployment(`peers/${name}`, [], { replicas: 0 }).replace(/^ +containers:/m, `      serviceAccountName: ${name}\n$&`);
const ciliumPolicy = (name: string, spec: string): string =>
  `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: peers}, spec: {${spec}}}`;
const toService = (name: string): string => `{toServices: [{k8sService: {serviceName: ${name}, namespace: peers}}]}`;

/** @param address of the one endpoint that somebody made for the service `old` */
const objects = (address: string): readonly string[] => [
  namespace('peers'),
  ...['luke', 'yoda', 'vader'].flatMap((name) => [account(name), client(name)]),
  deployment('peers/server', ['8080'], { replicas: 0 }),
  deployment('peers/back', ['8080'], { replicas: 0 }),
  service('peers/back', '{port: 80, targetPort: 8080}'),
  `{apiVersion: v1, kind: Service, metadata: {name: old, namespace: peers}, spec: {ports: [{port: ${PORT}}]}}`,
  `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: old-1, namespace: peers, labels: {kubernetes.io/service-name: old}}, addressType: IPv4, ports: [{port: ${PORT}, protocol: TCP}], endpoints: [{addresses: [${address}]}]}`,
  ciliumPolicy(
    'server-in',
    `endpointSelector: {matchLabels: {app: server}}, ingress: [{fromEndpoints: [{matchLabels: {${ACCOUNT}: luke}}]}]`,
  ),
  ciliumPolicy(
    'luke-out',
    `endpointSelector: {matchLabels: {"k8s:${ACCOUNT}": luke}}, egress: [{toEndpoints: [{}]}, ${toService('old')}]`,
  ),
  ciliumPolicy('vader-out', `endpointSelector: {matchLabels: {app: vader}}, egress: [${toService('back')}]`),
];

const requirements = (elsewhere: string): string => `
requirements: peers
cases:
  - {id: ACCOUNT, from: peers/luke, mayReach: peers/server, on: [8080]}
  - {id: OTHER-ACCOUNT, from: peers/yoda, mayNotReach: peers/server, on: [8080]}
  - {id: MADE-BY-HAND, from: peers/luke, mayReach: {service: peers/old}, on: [${PORT}]}
  - {id: ELSEWHERE, from: peers/luke, mayNotReach: {cidr: ${elsewhere}/32}, on: [${PORT}]}
  - {id: CONTROL, from: peers/yoda, mayReach: {cidr: ${elsewhere}/32}, on: [${PORT}]}
  - {id: WITH-SELECTOR, from: peers/vader, mayNotReach: peers/back, on: [8080]}
`;

let cluster: SharedCluster;
let hosts: readonly ExternalHost[] = [];
let files: Workspace;
let evidence: Evidence;

beforeAll(async () => {
  cluster = await sharedCluster('enforcing');
  const [old, elsewhere] = [externalHost([PORT]), externalHost([PORT])];
  hosts = [old, elsewhere];
  files = workspace(requirements(elsewhere.address));
  await cluster.apply(...objects(old.address));
  evidence = (await cluster.probe(files)).evidence();
});
afterAll(async () => {
  for (const host of hosts) host.remove();
  await cluster.removeNamespaces('peers');
  await cluster.close();
  files.remove();
});

test.each([
  ['ACCOUNT', 'allowed'],
  ['OTHER-ACCOUNT', 'denied'],
  ['MADE-BY-HAND', 'allowed'],
  ['ELSEWHERE', 'denied'],
  ['CONTROL', 'allowed'],
  // Before 1.17 a service with a selector is nobody.
  ['WITH-SELECTOR', 'denied'],
])('%s: the network does what is predicted', (id, predicted) => {
  expect(requirementOf(evidence, id)).toMatchObject({ verdict: 'met', basis: 'observed' });
  expect(theCell(evidence, id)).toMatchObject({ predicted, attributedTo: 'policy' });
});

test('a service without a selector is asked at the address that was made its endpoint, at its port there', () => {
  expect(theCell(evidence, 'MADE-BY-HAND')).toMatchObject({ via: 'address', to: hosts[0]?.address, port: PORT });
});
