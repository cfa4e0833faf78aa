import { describe, expect, it } from 'vitest';
import { inventoryOf, refusalOf, workloadOf } from './from-yaml.ts';

const POD_SPEC = 'spec: {containers: [{name: c, ports: [{containerPort: 80, name: http}]}]}';
const TEMPLATE = `template: {metadata: {labels: {app: web}}, ${POD_SPEC}}`;

function owned(kind: string, name: string, by: string, rest = ''): string {
  const [ownerKind, ownerName] = by.split('/');
  const owner = `ownerReferences: [{kind: ${ownerKind ?? ''}, name: ${ownerName ?? ''}, controller: true}]`;
  const version = { Pod: 'v1', Job: 'batch/v1' }[kind] ?? 'apps/v1';
  const metadata = `metadata: {name: ${name}, namespace: shop, labels: {app: web}, ${owner}}`;
  return `{apiVersion: ${version}, kind: ${kind}, ${metadata}, ${kind === 'Pod' ? POD_SPEC : `spec: {${TEMPLATE}}`}${rest}}`;
}

function ids(...documents: readonly string[]): string[] {
  return inventoryOf(documents.join('\n---\n')).workloads.map(({ id }) => id);
}

describe('each kind of workload', () => {
  it.each([
    ['apps/v1', 'Deployment', TEMPLATE],
    ['apps/v1', 'StatefulSet', TEMPLATE],
    ['apps/v1', 'DaemonSet', TEMPLATE],
    ['apps/v1', 'ReplicaSet', TEMPLATE],
    ['v1', 'ReplicationController', TEMPLATE],
    ['batch/v1', 'Job', TEMPLATE],
    ['batch/v1', 'CronJob', `jobTemplate: {spec: {${TEMPLATE}}}`],
    ['extensions/v1beta1', 'Deployment', TEMPLATE],
  ])('%s %s', (apiVersion, kind, spec) => {
    const inventory = inventoryOf(`{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: web}, spec: {${spec}}}`);
    expect(inventory.workloads).toMatchObject([
      {
        id: `default/web[${kind}]`,
        namespace: 'default',
        labels: { app: 'web' },
        ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
        hostNetwork: false,
        serviceAccount: 'default',
        pods: [],
        position: { file: 'a.yaml', line: 1, column: 1 },
      },
    ]);
  });

  it('a pod alone, with its address', () => {
    const status = 'status: {phase: Running, podIP: 10.0.0.7, podIPs: [{ip: 10.0.0.7}, {ip: "fd00::7"}]}';
    const pod = `{apiVersion: v1, kind: Pod, metadata: {name: p, uid: u1, labels: {a: b}}, spec: {nodeName: n1}, ${status}}`;
    expect(inventoryOf(pod).workloads).toMatchObject([
      {
        id: 'default/p[Pod]',
        labels: { a: 'b' },
        pods: [{ name: 'p', uid: 'u1', node: 'n1', addresses: ['10.0.0.7', 'fd00::7'] }],
      },
    ]);
  });
});

describe('who a pod belongs to', () => {
  const pod = owned('Pod', 'web-5d4f8-x', 'ReplicaSet/web-5d4f8');
  const replicaSet = owned('ReplicaSet', 'web-5d4f8', 'Deployment/web');
  const deployment = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {${TEMPLATE}}}`;

  it('the owner of its owner, as far as the input goes', () => {
    expect(ids(pod, replicaSet, deployment)).toEqual(['shop/web[Deployment]']);
    expect(ids(pod, replicaSet)).toEqual(['shop/web[Deployment]']);
    expect(ids(pod)).toEqual(['shop/web-5d4f8[ReplicaSet]']);
    expect(ids(owned('Pod', 'n-1-x', 'Job/n-1'), owned('Job', 'n-1', 'CronJob/n'))).toEqual(['shop/n[CronJob]']);
  });

  it('one workload has all pods of one owner', () => {
    const inventory = inventoryOf([pod, owned('Pod', 'web-5d4f8-a', 'ReplicaSet/web-5d4f8')].join('\n---\n'));
    expect(inventory.workloads.map(({ pods }) => pods.map(({ name }) => name))).toEqual([
      ['web-5d4f8-a', 'web-5d4f8-x'],
    ]);
  });

  it('itself, where its owner makes no pods in general: a node, a custom resource', () => {
    expect(ids(owned('Pod', 'etcd-n1', 'Node/n1'), owned('Pod', 'kafka-0', 'StrimziPodSet/kafka'))).toEqual([
      'shop/etcd-n1[Pod]',
      'shop/kafka-0[Pod]',
    ]);
  });

  it('itself, where no owner is its controller', () => {
    const ownerless = pod.replace('controller: true', 'controller: false');
    expect(ids(ownerless)).toEqual(['shop/web-5d4f8-x[Pod]']);
  });

  it('someone, even where owners go in a circle', () => {
    expect(ids(owned('ReplicaSet', 'a', 'ReplicaSet/b'), owned('ReplicaSet', 'b', 'ReplicaSet/a'))).not.toEqual([]);
  });

  it('owners of the same name in another namespace are others', () => {
    expect(ids(pod, replicaSet.replace('namespace: shop', 'namespace: other'))).toEqual([
      'other/web[Deployment]',
      'shop/web-5d4f8[ReplicaSet]',
    ]);
  });
});

describe('labels of pods', () => {
  it('are what all of a workload carry; a pod with more keeps its own', () => {
    const more = (name: string, labels: string) =>
      owned('Pod', name, 'StatefulSet/db').replace('labels: {app: web}', `labels: {${labels}}`);
    const inventory = inventoryOf(
      [more('db-0', 'app: db, injected: "yes", pod: db-0'), more('db-1', 'app: db, injected: "yes", pod: db-1')].join(
        '\n---\n',
      ),
    );
    const { labels, pods } = workloadOf(inventory, 'shop/db[StatefulSet]');
    expect(labels).toEqual({ app: 'db', injected: 'yes' });
    expect(pods.map((pod) => pod.labels)).toEqual([
      { app: 'db', injected: 'yes', pod: 'db-0' },
      { app: 'db', injected: 'yes', pod: 'db-1' },
    ]);
  });

  it('replace the template`s: what runs is what policies select', () => {
    const set = `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop}, spec: {${TEMPLATE}}}`;
    const changed = owned('Pod', 'db-0', 'StatefulSet/db').replace('labels: {app: web}', 'labels: {app: mutated}');
    const { labels, pods } = workloadOf(inventoryOf(`${set}\n---\n${changed}`), 'shop/db[StatefulSet]');
    expect(labels).toEqual({ app: 'mutated' });
    expect(pods[0]).not.toHaveProperty('labels');
  });
});

describe('what has ended', () => {
  it.each(['Succeeded', 'Failed'])('pods that %s do not count, and a note says so', (phase) => {
    const inventory = inventoryOf(owned('Pod', 'p', 'ReplicaSet/web', `, status: {phase: ${phase}}`));
    expect(inventory.workloads).toEqual([]);
    expect(inventory.notes.map(({ text }) => text)).toEqual(['1 pod finished and left out']);
  });

  it('an ended job does not count, a running one and a cron job do', () => {
    const job = (name: string, status: string) =>
      `{apiVersion: batch/v1, kind: Job, metadata: {name: ${name}}, spec: {${TEMPLATE}}, status: ${status}}`;
    const inventory = inventoryOf(
      [
        job('done', '{conditions: [{type: Complete, status: "True"}]}'),
        job('running', '{active: 1, conditions: [{type: Complete, status: "False"}]}'),
        owned('Job', 'n-1', 'CronJob/n', ', status: {conditions: [{type: Failed, status: "True"}]}'),
        `{apiVersion: batch/v1, kind: CronJob, metadata: {name: n, namespace: shop}, spec: {jobTemplate: {spec: {${TEMPLATE}}}}}`,
      ].join('\n---\n'),
    );
    expect(inventory.workloads.map(({ id }) => id)).toEqual(['default/running[Job]', 'shop/n[CronJob]']);
    expect(inventory.notes.map(({ text }) => text)).toEqual(['1 job ended and left out']);
  });
});

describe('ports and pod specs', () => {
  const withSpec = (spec: string) =>
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: ${spec}}}}`;

  it('are those of containers and sidecars, each once', () => {
    const { workloads } = inventoryOf(
      withSpec(`{hostNetwork: true, serviceAccountName: robot,
        containers: [{ports: [{containerPort: 53, protocol: UDP}, {containerPort: 53}]}, {ports: [{containerPort: 53}]}],
        initContainers: [{restartPolicy: Always, ports: [{containerPort: 9000}]}, {ports: [{containerPort: 1}]}]}`),
    );
    expect(workloads).toMatchObject([
      {
        hostNetwork: true,
        serviceAccount: 'robot',
        ports: [
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
          { protocol: 'TCP', port: 9000 },
        ],
      },
    ]);
    expect(workloads[0]?.ports).toHaveLength(3);
  });

  it.each([
    ['{containers: [{ports: [{containerPort: 0}]}]}', 'from 1 to 65535'],
    ['{containers: [{ports: [{}]}]}', 'must have a containerPort'],
    ['{containers: [{ports: [{containerport: 80}]}]}', 'mean `containerPort`'],
    ['{containers: [{ports: [{containerPort: 80, name: HTTP}]}]}', 'no port name'],
    ['{hostNetwork: "yes"}', 'must be true or false'],
  ])('%s is refused', (spec, part) => {
    expect(refusalOf(withSpec(spec))).toContain(part);
  });

  it('a controller without a template is refused', () => {
    expect(refusalOf('{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}')).toContain(
      'spec.template must be given',
    );
  });
});
