/** A running cluster with users: reading changes nothing, and probing harms nobody. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeManifest } from '../../src/harness/clusters/api/model.ts';
import type { Evidence } from '../../src/harness/evidence/schema.ts';
import { mayreach, type CliOptions, type CliRun } from './support/cli.ts';
import { requirementOf, theCell } from './support/evidence.ts';
import { ALLOW_DNS, defaultDeny, deployment, namespace, policy, service } from './support/objects.ts';
import { readyAddresses, standInsOf, waitFor } from './support/look.ts';
import { kubeconfigOf, sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { tokenOf } from './support/token.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const IMAGE = process.env['MAYREACH_PROBE_IMAGE'] || 'node:24-alpine';

const OBJECTS = [
  namespace('live'),
  defaultDeny('live'),
  policy(
    'live/client-out',
    `
podSelector: {matchLabels: {app: client}}
policyTypes: [Egress]
egress: [{to: [{podSelector: {matchLabels: {app: server}}}]}]`,
  ),
  policy(
    'live/server-in',
    `
podSelector: {matchLabels: {app: server}}
policyTypes: [Ingress]
ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]`,
  ),
  deployment('live/client', [], { replicas: 0, labels: `dns: 'yes'` }),
  deployment('live/server', ['http:8080'], { image: IMAGE, command: ['node', '-e', 'setInterval(() => {}, 1e6)'] }),
  deployment('live/peer', ['7000'], { replicas: 0 }),
  policy('live/ask-dns', ALLOW_DNS),
  service('live/server', '{port: 80, targetPort: http}'),
  service('live/peer', '{port: 7000}', { publishNotReadyAddresses: true }),
];

const REQUIREMENTS = `
requirements: live
cases:
  - {id: MAY, from: live/client, mayReach: live/server, on: [http]}
  - {id: SERVICE, from: live/client, mayReach: {service: live/server}, on: [80]}
  - {id: NOT, from: outsider, mayNotReach: live/server, on: [http]}
  - {id: UNSAFE, from: live/client, mayNotReach: live/peer, on: [7000]}
  - {id: NOBODY, from: live/client, mayNotReach: live/serverr, on: [8080]}
`;

describe('a live cluster', () => {
  let cluster: SharedCluster;
  let files: Workspace;

  beforeAll(async () => {
    cluster = await sharedCluster('enforcing');
    files = workspace(REQUIREMENTS);
    await cluster.apply(...OBJECTS);
    await waitFor(async () => (await readyAddresses(cluster.kube, 'live', 'server')).length === 1);
  });
  afterAll(async () => {
    await cluster.removeNamespaces('live');
    await cluster.close();
    files.remove();
  });

  describe('whoever may only read', () => {
    let asReader: Partial<CliOptions>;

    beforeAll(async () => {
      await cluster.apply(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: e2e-only-reads}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: [get, list, watch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: e2e-only-reads}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: e2e-only-reads}
subjects: [{kind: ServiceAccount, name: only-reads, namespace: live}]`);
      const kubeconfig = join(files.folder, 'kubeconfig');
      const token = await tokenOf(cluster.kube, 'live', 'only-reads');
      writeFileSync(kubeconfig, kubeconfigOf(cluster.kubeconfig, { token }));
      asReader = { env: { KUBECONFIG: kubeconfig } };
    });
    afterAll(async () => {
      await cluster.kube.remove('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/e2e-only-reads');
      await cluster.kube.remove('/apis/rbac.authorization.k8s.io/v1/clusterroles/e2e-only-reads');
    });

    test('gets the predicted verdicts without --probe', async () => {
      const run = await mayreach(['run', files.requirements, '--cluster', 'kubeconfig'], {
        out: files.out,
        ...asReader,
      });
      const evidence = run.evidence();
      expect(run.exit).toBe(2);
      expect(evidence.cluster).toMatchObject({ source: 'kubeconfig', probed: false, canaries: [] });
      expect(evidence.cluster.plugin.name).toBe('cilium');
      expect(requirementOf(evidence, 'MAY')).toMatchObject({ verdict: 'met', basis: 'predicted' });
      expect(requirementOf(evidence, 'NOT').text).toContain('predicted');
      expect(evidence.requirements.flatMap(({ cells }) => cells).every(({ observed }) => observed === null)).toBe(true);
    });

    test('is told by --plan what probing would do: nothing is created, and no report is written', async () => {
      const out = join(files.folder, 'planned');
      const plan = await cluster.probe(files, ['--plan'], { out, ...asReader });
      expect(plan).toMatchObject({ exit: 0 });
      expect(plan.stdout).toContain('for live/client[Deployment]');
      expect(plan.stdout).toContain('for live/server[Deployment]');
      expect(plan.stdout).toContain('none for live/peer[Deployment]: service live/peer publishes');
      expect(existsSync(out)).toBe(false);
      expect(await cluster.leftovers()).toEqual([]);
    });

    test('is stopped where the cluster is not the one that was named, before anything is read', async () => {
      const run = await cluster.probe(files, ['--cluster-uid', 'somebody-elses'], asReader);
      const { metadata } = (await cluster.kube.get('/api/v1/namespaces/kube-system')) ?? {};
      expect(run.exit).toBe(3);
      expect(run.stderr).toContain(`has the UID ${metadata?.uid}, not somebody-elses`);
      expect(run.stderr).toContain('[CLUSTER_MISMATCH]');
    });
  });

  describe('with --probe', () => {
    let run: CliRun;
    let evidence: Evidence;
    let during: { readonly standIns: readonly KubeManifest[]; readonly ready: readonly string[] };
    let before: readonly KubeManifest[];

    beforeAll(async () => {
      before = await realPods();
      const running = cluster.startProbe(files);
      await running.until('watching the canary');
      during = {
        standIns: await standInsOf(cluster.kube, 'live'),
        ready: await readyAddresses(cluster.kube, 'live', 'server'),
      };
      run = await running.done;
      evidence = run.evidence();
    });
    const realPods = async (): Promise<readonly KubeManifest[]> => {
      const { items } = await cluster.kube.list('/api/v1/namespaces/live/pods');
      return items.filter(({ metadata }) => !metadata.name.startsWith('mayreach-'));
    };

    test('observed verdicts; a service is judged by its endpoints', () => {
      expect(requirementOf(evidence, 'MAY')).toMatchObject({ verdict: 'met', basis: 'observed' });
      expect(theCell(evidence, 'SERVICE')).toMatchObject({ via: 'pod', to: 'live/server[Deployment]', port: 8080 });
      expect(theCell(evidence, 'SERVICE')).toMatchObject({ observed: 'open', verdict: 'met' });
      expect(theCell(evidence, 'NOT')).toMatchObject({ verdict: 'met', control: { kind: 'allowed-peer' } });
    });

    test('an endpoint that selects nothing costs its requirement, and the rest is judged', () => {
      expect(requirementOf(evidence, 'NOBODY')).toMatchObject({ verdict: 'inconclusive', cells: [] });
      expect(requirementOf(evidence, 'NOBODY').text).toContain('there is no workload live/serverr');
      expect(run.exit).toBe(2);
    });

    test('--plan had said how much is dialled', async () => {
      const plan = await cluster.probe(files, ['--plan']);
      const [, observed] = /observing (\d+) connections/u.exec(run.stderr) ?? [];
      expect(/^connections: (\d+)$/mu.exec(plan.stdout)?.[1]).toBe(observed);
    });

    test('stand-ins carry the labels of the pods, are never ready, and belong to an object of the run', () => {
      const names = ['client', 'server'];
      expect(during.standIns.map(({ metadata }) => metadata.labels?.['app']).sort()).toEqual(names);
      for (const pod of during.standIns) {
        const conditions = (pod['status'] as { conditions: { type: string; status: string }[] }).conditions;
        expect(conditions.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'False' });
        expect(pod.metadata['ownerReferences']).toEqual([
          expect.objectContaining({ kind: 'ConfigMap', controller: true }),
        ]);
        expect(pod.metadata.labels).not.toHaveProperty('pod-template-hash');
      }
    });

    test('no user is sent to a stand-in, and the real pods are the same as before', async () => {
      const [real] = before;
      expect(during.ready).toEqual([(real?.['status'] as { podIP: string }).podIP]);
      expect((await realPods()).map(({ metadata }) => metadata.uid)).toEqual([real?.metadata.uid]);
    });

    test('a service that publishes pods before they are ready gets no stand-in behind it', () => {
      expect(requirementOf(evidence, 'UNSAFE')).toMatchObject({ verdict: 'met', basis: 'predicted' });
      expect(requirementOf(evidence, 'UNSAFE').cells[0]?.text).toContain('publishNotReadyAddresses');
    });

    test('--only: one requirement is judged, with the pods of the others as its controls', async () => {
      const alone = (await cluster.probe(files, ['--only', 'NOT'])).evidence();
      expect(alone.requirements.map(({ id, verdict }) => ({ id, verdict }))).toEqual([{ id: 'NOT', verdict: 'met' }]);
      const control = { kind: 'allowed-peer', from: 'live/client[Deployment]', outcome: 'open' };
      expect(theCell(alone, 'NOT').control).toMatchObject(control);
    });

    test('nothing is left', async () => {
      expect(await cluster.leftovers()).toEqual([]);
    });
  });
});
