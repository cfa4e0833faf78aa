/** What keeps a run from starting: one clear message with the object's name, exit 3, and nothing left behind. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { mayreach } from './support/cli.ts';
import { watchContainers } from './support/docker.ts';
import { deployment, namespace } from './support/objects.ts';
import { kubeconfigOf, sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { tokenOf } from './support/token.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const REQUIREMENTS = `
requirements: refused
manifests: ./manifests
cases:
  - {id: R-1, from: refused/a, mayReach: refused/b, on: [8080]}
`;
const OBJECTS = [
  namespace('refused'),
  deployment('refused/a', [], { replicas: 0 }),
  deployment('refused/b', ['8080'], { replicas: 0 }),
];
const NO_SUCH_IMAGE = 'registry.invalid/no-such-image:1';

const READER = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: e2e-reader}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: [get, list, watch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: e2e-reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: e2e-reader}
subjects: [{kind: ServiceAccount, name: reader, namespace: refused}]`;

describe('a run that cannot start', () => {
  let cluster: SharedCluster;
  let files: Workspace;

  beforeAll(async () => {
    cluster = await sharedCluster('enforcing');
    files = workspace(REQUIREMENTS, OBJECTS);
    await cluster.apply(...OBJECTS);
  });
  afterEach(async () => {
    expect(await cluster.leftovers()).toEqual([]);
  });
  afterAll(async () => {
    await cluster.removeNamespaces('refused');
    await cluster.kube.remove('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/e2e-reader');
    await cluster.kube.remove('/apis/rbac.authorization.k8s.io/v1/clusterroles/e2e-reader');
    await cluster.close();
    files.remove();
  });

  test('a probe image that cannot be pulled: the pod, the image, and which flag names another', async () => {
    const run = await cluster.probe(files, ['--probe-image', NO_SUCH_IMAGE]);
    expect(run.stderr).toMatch(
      /Pod (refused|mayreach-\w+-\w+)\/mayreach-\S+.* does not run: image registry\.invalid\/no-such-image:1/,
    );
    expect(run.stderr).toContain('--probe-image');
    expect(run.stderr).toContain('[PROBE_NOT_READY]');
    expect(run).toMatchObject({ exit: 3, stdout: '' });
  });

  test('the same on an ephemeral cluster, which is gone afterwards', async () => {
    const containersLeft = watchContainers();
    const run = await mayreach(['run', files.requirements, '--cluster', 'k3s', '--probe-image', NO_SUCH_IMAGE], files);
    expect(run.stderr).toContain(`image ${NO_SUCH_IMAGE}`);
    expect(run).toMatchObject({ exit: 3, stdout: '' });
    expect(containersLeft()).toEqual([]);
  });

  test('a namespace whose quota is full: the quota and the namespace', async () => {
    await cluster.apply(
      '{apiVersion: v1, kind: ResourceQuota, metadata: {name: no-more, namespace: refused}, spec: {hard: {pods: "0"}}}',
    );
    const run = await cluster.probe(files);
    await cluster.kube.remove('/api/v1/namespaces/refused/resourcequotas/no-more');
    expect(run.stderr).toContain('no-more');
    expect(run.stderr).toMatch(/Pod refused\/mayreach-\S+/);
    expect(run.stderr).toContain('[QUOTA_FULL]');
    expect(run).toMatchObject({ exit: 3, stdout: '' });
  });

  test('who may read but not create: each missing right, asked for before anything is made', async () => {
    await cluster.apply(READER);
    const kubeconfig = join(files.folder, 'reader.kubeconfig');
    const token = await tokenOf(cluster.kube, 'refused', 'reader');
    writeFileSync(kubeconfig, kubeconfigOf(cluster.kubeconfig, { token }));
    const run = await cluster.probe(files, [], { env: { KUBECONFIG: kubeconfig } });
    expect(run.stderr).toContain('system:serviceaccount:refused:reader');
    expect(run.stderr).toContain('create namespaces');
    expect(run.stderr).toContain('create pods in namespace refused');
    expect(run.stderr).toContain('[RIGHT_MISSING]');
    expect(run).toMatchObject({ exit: 3, stdout: '' });
  });

  test('who may not even read: what may not be listed', async () => {
    const kubeconfig = join(files.folder, 'nobody.kubeconfig');
    const token = await tokenOf(cluster.kube, 'refused', 'nobody');
    writeFileSync(kubeconfig, kubeconfigOf(cluster.kubeconfig, { token }));
    const run = await cluster.probe(files, [], { env: { KUBECONFIG: kubeconfig } });
    expect(run.stderr).toContain('networkpolicies');
    expect(run.stderr).toContain('[RIGHT_MISSING]');
    expect(run).toMatchObject({ exit: 3, stdout: '' });
  });

  test('a cluster that does not answer: its address', async () => {
    const kubeconfig = join(files.folder, 'nowhere.kubeconfig');
    writeFileSync(kubeconfig, kubeconfigOf(cluster.kubeconfig, { server: 'https://127.0.0.1:9' }));
    const run = await cluster.probe(files, [], { env: { KUBECONFIG: kubeconfig } });
    expect(run.stderr).toContain('https://127.0.0.1:9');
    expect(run.stderr).toContain('[CLUSTER_UNREACHABLE]');
    expect(run).toMatchObject({ exit: 3, stdout: '' });
  });
});
