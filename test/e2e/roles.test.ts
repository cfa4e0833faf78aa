/** The roles and the admission policy of docs/production.md, as they stand there: enough to probe, and no more. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectKube } from '../../src/harness/clusters/api/connect.ts';
import type { KubeApi, KubeManifest } from '../../src/harness/clusters/api/model.ts';
import type { CliOptions } from './support/cli.ts';
import { requirementOf } from './support/evidence.ts';
import { waitFor } from './support/look.ts';
import { deployment, namespace, policy } from './support/objects.ts';
import { kubeconfigOf, sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { tokenOf } from './support/token.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const REQUIREMENTS = `
requirements: roles
cases:
  - {id: MAY, from: roles/client, mayReach: roles/server, on: [http]}
`;

/** As the page has them, for the account of this test and its namespace. */
function pageObjects(): readonly string[] {
  const page = readFileSync(new URL('../../docs/production.md', import.meta.url), 'utf8');
  return [...page.matchAll(/```yaml\n(?<text>[\s\S]*?)```/gu)].map(({ groups }) =>
    (groups?.['text'] ?? '')
      .replaceAll('name: mayreach, namespace: security', 'name: prober, namespace: roles')
      .replaceAll('system:serviceaccount:security:mayreach', 'system:serviceaccount:roles:prober')
      .replaceAll('namespace: shop}', 'namespace: roles}'),
  );
}

const bindingOf = (role: string): string => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ${role}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role}}
subjects: [{kind: ServiceAccount, name: prober, namespace: roles}]`;

/** What the page says of clusters where other kinds of policy are installed. */
const CILIUM = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: mayreach-cilium}
rules: [{apiGroups: [cilium.io], resources: [ciliumnetworkpolicies, ciliumclusterwidenetworkpolicies], verbs: [VERBS]}]`;
const ciliumRole = (...verbs: readonly string[]): string => CILIUM.replace('VERBS', verbs.join());

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';

describe('the roles of docs/production.md', () => {
  let cluster: SharedCluster;
  let files: Workspace;
  let kube: KubeApi;
  let asProber: Partial<CliOptions>;

  beforeAll(async () => {
    cluster = await sharedCluster('enforcing');
    files = workspace(REQUIREMENTS);
    await cluster.apply(
      namespace('roles'),
      deployment('roles/client', [], { replicas: 0 }),
      deployment('roles/server', ['http:8080'], { replicas: 0 }),
      policy('roles/everyone', '{podSelector: {matchLabels: {app: server}}, ingress: [{}]}'),
    );
    const file = join(files.folder, 'kubeconfig');
    const token = await tokenOf(cluster.kube, 'roles', 'prober');
    writeFileSync(file, kubeconfigOf(cluster.kubeconfig, { token }), { mode: 0o600 });
    await cluster.apply(
      ...pageObjects(),
      ciliumRole('list', 'watch'),
      ...['read', 'run', 'cilium'].map((name) => bindingOf(`mayreach-${name}`)),
    );
    asProber = { env: { KUBECONFIG: file } };
    kube = connectKube({ file });
  });
  afterAll(async () => {
    await kube.close();
    for (const plural of ['validatingadmissionpolicybindings', 'validatingadmissionpolicies']) {
      await cluster.kube.remove(`${ADMISSION}/${plural}/mayreach-keeps-to-its-own`);
    }
    for (const name of ['mayreach-read', 'mayreach-probe', 'mayreach-run', 'mayreach-cilium']) {
      await cluster.kube.remove(`${RBAC}/clusterrolebindings/${name}`);
      await cluster.kube.remove(`${RBAC}/clusterroles/${name}`);
    }
    await cluster.removeNamespaces('roles');
    await cluster.close();
    files.remove();
  });

  const DRY = { query: { dryRun: 'All' } };
  const outcome = (act: Promise<unknown>): Promise<string> => act.then(() => 'done', String);
  const createPod = (where: string, name: string): Promise<string> =>
    outcome(kube.create({ ...POD, metadata: { namespace: where, name } }, DRY));

  test('are held by the admission policy to objects of its own runs', async () => {
    // A policy counts a moment after it is made.
    await waitFor(async () => (await createPod('roles', 'stranger')).includes('objects of its own runs'));
    expect(await createPod('roles', 'mayreach-a')).toBe('done');
    expect(await createPod('kube-system', 'mayreach-a')).toContain('where mayreach-probe is bound');
    const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', spec: { podSelector: {} } };
    const metadata = { namespace: 'roles', name: 'mayreach-a' };
    expect(await outcome(kube.create({ ...policy, metadata }, DRY))).toContain('namespaces of its own runs');
    expect(await outcome(kube.remove('/api/v1/namespaces/roles', DRY))).toContain('objects of its own runs');
    const { items } = await cluster.kube.list('/api/v1/namespaces/kube-system/pods');
    const attach = `/api/v1/namespaces/kube-system/pods/${items[0]?.metadata.name}/attach?stdin=true`;
    expect(await outcome(kube.text(attach))).toContain('objects of its own runs');
  });

  test('are enough to probe', async () => {
    const args = ['--max-rate', '100', '--max-errors', '5', '--annotate', 'example.com/ticket=PAY-113'];
    const running = cluster.startProbe(files, args, asProber);
    await running.until('watching the canary');
    const marks = await Promise.all(
      ['pods', 'configmaps', 'namespaces'].map(async (plural) => {
        const { items } = await cluster.kube.list(`/api/v1/${plural}`);
        return items
          .filter(({ metadata }) => metadata.annotations?.['mayreach.dev/run'] !== undefined)
          .map(({ metadata }) => metadata.annotations?.['example.com/ticket']);
      }),
    );
    expect(marks.map((some) => [...new Set(some)])).toEqual([['PAY-113'], ['PAY-113'], ['PAY-113']]);
    const run = await running.done;
    expect(run, run.stderr).toMatchObject({ exit: 0 });
    const evidence = run.evidence();
    expect(requirementOf(evidence, 'MAY')).toMatchObject({ verdict: 'met', basis: 'observed' });
    expect(evidence.cluster.canaries.map(({ enforced }) => enforced)).toEqual([true]);
    expect(evidence.cluster).not.toHaveProperty('stopped');
    expect(evidence.cluster.rights?.filter(({ allowed }) => !allowed)).toEqual([]);
    expect(evidence.cluster.rights).toContainEqual({
      verb: 'watch',
      resource: 'ciliumnetworkpolicies.cilium.io',
      allowed: true,
      optional: true,
    });
    expect(evidence.cluster.images.probeIds).toEqual([expect.stringContaining('sha256:')]);
    expect(evidence.run.tool.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(evidence.cluster).not.toHaveProperty('tls');
    expect(evidence.cluster.changes).toEqual([]);
    expect(evidence.cluster.user).toBe('system:serviceaccount:roles:prober');
    expect(evidence.cluster.annotations).toEqual({ 'example.com/ticket': 'PAY-113' });
    expect(await cluster.leftovers()).toEqual([]);
  });

  test('less the right to follow a plugin’s policies is told before anything is created, and is enough', async () => {
    await cluster.apply(ciliumRole('list'));
    await waitFor(
      async () => !(await kube.can({ verb: 'watch', resource: 'ciliumnetworkpolicies.cilium.io' })).allowed,
    );
    const run = await cluster.startProbe(files, [], asProber).done;
    expect(run, run.stderr).toMatchObject({ exit: 0 });
    const told = run.stderr.search(/without the right to watch .*ciliumnetworkpolicies\.cilium\.io/u);
    expect(told).toBeGreaterThan(-1);
    expect(told).toBeLessThan(run.stderr.indexOf('starting'));
  });

  test('less the right to read a plugin’s policies stop the run, with one message', async () => {
    await cluster.apply(ciliumRole('get'));
    await waitFor(async () => !(await kube.can({ verb: 'list', resource: 'ciliumnetworkpolicies.cilium.io' })).allowed);
    const run = await cluster.startProbe(files, [], asProber).done;
    expect(run).toMatchObject({ exit: 3 });
    expect(run.stderr).toContain('[RIGHT_MISSING]');
    for (const plural of ['ciliumnetworkpolicies', 'ciliumclusterwidenetworkpolicies']) {
      expect(run.stderr).toContain(plural);
    }
    expect(await cluster.leftovers()).toEqual([]);
  });
});

const POD: Omit<KubeManifest, 'metadata'> & { readonly apiVersion: string; readonly kind: string } = {
  apiVersion: 'v1',
  kind: 'Pod',
  spec: { containers: [{ name: 'a', image: 'a' }] },
};
