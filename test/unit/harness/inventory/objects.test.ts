import { describe, expect, it } from 'vitest';
import { buildInventory } from '../../../../src/harness/inventory/build.ts';
import { errorOf, inventoryOf, refusalOf, sourcesOf } from './from-yaml.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';
const policy = (name: string, rest = '') =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: ${name}}${rest}}`;

describe('namespaces', () => {
  it('have the label of their name, whatever the file says', () => {
    const text = `{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {env: prod, ${NAME_LABEL}: liar}}}`;
    expect(inventoryOf(text).namespaces).toMatchObject([
      { name: 'shop', defined: true, labels: { env: 'prod', [NAME_LABEL]: 'shop' } },
    ]);
  });

  it('that are used but not defined are there, and said to be', () => {
    expect(inventoryOf(policy('p')).namespaces).toEqual([
      { name: 'default', defined: false, labels: { [NAME_LABEL]: 'default' } },
    ]);
  });

  it('are refused with a name that is none', () => {
    expect(refusalOf('{apiVersion: v1, kind: Namespace, metadata: {name: a.b}}')).toContain('"a.b" must be lower-case');
  });
});

describe('lists', () => {
  it('hold objects of any kind, and other lists; positions are those of the items', () => {
    const { policies } = inventoryOf(`apiVersion: v1
kind: List
items:
  - ${policy('one')}
  - apiVersion: v1
    kind: List
    items:
      - ${policy('two')}
`);
    expect(policies.map(({ id, position }) => [id, position.line])).toEqual([
      ['default/one', 4],
      ['default/two', 8],
    ]);
  });

  it('of one kind give it to their items, as the API server leaves it out', () => {
    const text = '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicyList, items: [{metadata: {name: p}}]}';
    expect(inventoryOf(text).policies.map(({ id }) => id)).toEqual(['default/p']);
  });

  it('may be empty', () => {
    expect(
      inventoryOf('{apiVersion: v1, kind: List, items: }\n---\n{apiVersion: v1, kind: PodList, items: []}'),
    ).toMatchObject({ workloads: [], notes: [] });
  });
});

describe('the same object twice', () => {
  const live = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: p
  namespace: default
  uid: 1-2-3
  resourceVersion: "7"
  generation: 2
  creationTimestamp: 2026-01-01T00:00:00Z
  managedFields: [{manager: kubectl}]
  annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}
spec: {policyTypes: [Ingress], podSelector: {}}
`;

  it('counts once with the same content, whatever a cluster added and whatever the order of keys', () => {
    expect(
      inventoryOf(`${policy('p', ', spec: {podSelector: {}, policyTypes: [Ingress]}')}\n---${live}`).policies,
    ).toHaveLength(1);
  });

  it('is an error with different content, naming both places and the difference', () => {
    const error = errorOf(() =>
      buildInventory([...sourcesOf(policy('p', ', spec: {policyTypes: [Egress]}')), ...sourcesOf(live, 'b.yaml')]),
    );
    expect(error.code).toBe('OBJECT_CONFLICT');
    expect(error.position).toMatchObject({ file: 'b.yaml', line: 2 });
    expect(error.message).toBe(
      'NetworkPolicy default/p is also at a.yaml:1:1, with different content (spec.policyTypes[0])',
    );
  });

  it('of a pod keeps the reading with the addresses', () => {
    const pod = (status: string) => `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: []}${status}}`;
    for (const texts of [
      ['', ', status: {podIP: 10.0.0.7}'],
      [', status: {podIP: 10.0.0.7}', ''],
    ]) {
      const { workloads } = inventoryOf(texts.map(pod).join('\n---\n'));
      expect(workloads[0]?.pods[0]?.addresses).toEqual(['10.0.0.7']);
    }
  });

  it('is two objects in two namespaces, or of two kinds', () => {
    const other = policy('p').replace('name: p', 'name: p, namespace: other');
    const service = '{apiVersion: v1, kind: Service, metadata: {name: p}}';
    const inventory = inventoryOf([policy('p'), other, service].join('\n---\n'));
    expect(inventory.policies.map(({ id }) => id)).toEqual(['default/p', 'other/p']);
    expect(inventory.services).toHaveLength(1);
  });
});

describe('what is not used', () => {
  it('is noted once for each kind', () => {
    const config = (name: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`;
    const knative = '{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: a}}';
    const inventory = inventoryOf([config('a'), config('b'), knative].join('\n---\n'));
    expect(inventory.services).toEqual([]);
    expect(inventory.notes.map(({ text }) => text)).toEqual([
      'skipped: 2 ConfigMap (v1), a kind that is not used',
      'skipped: 1 Service (serving.knative.dev/v1), a kind that is not used',
    ]);
  });

  it('is no network of its own: pods on it may be kept apart, which no policy says', () => {
    const network = (kind: string) => `{apiVersion: k8s.ovn.org/v1, kind: ${kind}, metadata: {name: n, namespace: a}}`;
    const { unmodelled } = inventoryOf(
      `${network('UserDefinedNetwork')}\n---\n${network('ClusterUserDefinedNetwork')}`,
    );
    expect(unmodelled.map(({ id, namespace }) => [id, namespace])).toEqual([
      ['n', undefined],
      ['a/n', 'a'],
    ]);
  });

  it('is noted at its place where it is no object at all', () => {
    expect(inventoryOf(`replicas: 3\n---\n---\n- a\n`).notes).toEqual([
      { text: 'skipped: not a Kubernetes object', position: { file: 'a.yaml', line: 1, column: 1 } },
      { text: 'skipped: not a Kubernetes object', position: { file: 'a.yaml', line: 4, column: 1 } },
    ]);
  });

  it('is not a misspelt kind of ours, a wrong group, or half an identity', () => {
    const object = (head: string) => `{${head}, metadata: {name: a}}`;
    expect(refusalOf(object('apiVersion: networking.k8s.io/v1, kind: NetworkPolcy'))).toContain('`NetworkPolicy`');
    expect(refusalOf(object('apiVersion: v1, kind: Deployment'))).toContain('Write apiVersion: apps/v1.');
    expect(refusalOf(object('kind: NetworkPolicy'))).toContain('Write apiVersion: networking.k8s.io/v1.');
    expect(refusalOf(object('apiVersion: v1'))).toContain('kind must be given');
    expect(refusalOf('{apiVersion: v1, kindd: PodList, items: []}')).toContain('kind must be given');
    expect(refusalOf('{apiVersion: v1, kind: Service, metadata: {}}')).toContain('must have a name');
    expect(refusalOf('{apiVersion: v1, kind: Service, metadata: {name: 5}}')).toContain('Quote it: "5".');
  });

  it('is a custom kind that is near one of ours, and Helm values with a kind', () => {
    const texts = [
      '{apiVersion: stable.example.com/v1, kind: CronTab, metadata: {name: a}}',
      '{kind: DaemonSet, image: x}',
    ];
    expect(inventoryOf(texts.join('\n---\n'))).toMatchObject({ workloads: [] });
  });
});

it('gives the same inventory for any order of the input', () => {
  const texts = ['b', 'a', 'c'].map((name) => policy(name));
  const ids = (documents: readonly string[]) => inventoryOf(documents.join('\n---\n')).policies.map(({ id }) => id);
  expect(ids(texts)).toEqual(['default/a', 'default/b', 'default/c']);
  expect(ids(texts.toReversed())).toEqual(ids(texts));
});

it('takes labels that are the names of JavaScript`s own properties', () => {
  const text = '{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {constructor: x, toString: y}}}';
  expect(inventoryOf(text).namespaces[0]?.labels).toMatchObject({ constructor: 'x', toString: 'y' });
});
