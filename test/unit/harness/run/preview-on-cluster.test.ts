import { describe, expect, it } from 'vitest';
import type { ClusterIdentity, KubeApi } from '../../../../src/harness/clusters/api/model.ts';
import { onLiveCluster } from '../../../../src/harness/run/live.ts';
import { previewOnCluster } from '../../../../src/harness/run/preview-on-cluster.ts';
import { previewRequirements } from '../../../../src/harness/run/run.ts';
import { clusterOptions, type ClusterFlags } from '../../../../src/cli/options.ts';
import { parseRequirements } from '../../../../src/requirements/index.ts';
import { fakeKube, object } from '../clusters/kubeconfig/fake-kube.ts';

const pod = (name: string) =>
  object('Pod', name, {
    metadata: { namespace: 'shop', labels: { app: name } },
    spec: { containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 80 }] }] },
    status: { phase: 'Running', podIPs: [{ ip: '10.42.0.7' }, { ip: 'fd00::7' }] },
  });
const objects = {
  '/api/v1/namespaces': [object('Namespace', 'shop')],
  '/api/v1/pods': [pod('web'), pod('api')],
  '/api/v1/nodes': [object('Node', 'n1'), object('Node', 'n2'), object('Node', 'n3')],
};

/** A cluster of which nothing but reading is there: whatever would create an object, or ask for a right, fails. */
function cluster() {
  const { kube, asked } = fakeKube({ objects });
  let closed = 0;
  const identity: ClusterIdentity = {
    context: 'prod',
    server: 'https://prod:6443',
    version: 'v1.34.1',
    uid: 'uid-1',
  };
  const readOnly: KubeApi = {
    ...kube,
    context: 'prod',
    identity: () => Promise.resolve(identity),
    close: () => Promise.resolve(void (closed += 1)),
  };
  return { connect: () => readOnly, asked, closedTimes: () => closed };
}

const silent = () => undefined;
const sets = parseRequirements(
  'requirements: a\ncases: [{id: A, from: shop/web, mayReach: shop/api, on: [80]}]',
  'a.reach.yaml',
);
const OPTIONS = {
  sets,
  allowExternal: false,
  signal: new AbortController().signal,
  progress: { stage: silent, count: silent, note: silent },
};
const LIVE = { source: 'kubeconfig', probe: true, probeImage: 'node', toReal: false, maxErrors: 10 } as const;

describe('--plan', () => {
  it('reads the cluster, tells what would be done there, and closes the connection', async () => {
    const { connect, asked, closedTimes } = cluster();
    const preview = await previewOnCluster(OPTIONS, LIVE, connect);
    expect(preview.cluster).toEqual({ context: 'prod', server: 'https://prod:6443', uid: 'uid-1' });
    expect(preview.standIns.map(({ standsFor }) => standsFor)).toEqual(['shop/web[Pod]', 'shop/api[Pod]']);
    expect(preview.runPods.nodes).toBe(2);
    // Both families, each with the listener's answer to itself.
    expect(preview.dials.total).toBe(4);
    expect(asked).toContain('/api/v1/pods');
    expect(closedTimes()).toBe(1);
  });

  it.each([
    { source: 'manifests' } as const,
    { source: 'k3s', image: 'k3s', probeImage: 'node', args: [], keep: false } as const,
    { ...LIVE, probe: false },
  ])('is a mistake with $source where nothing is probed in a running cluster', async (where) => {
    await expect(previewRequirements({ ...OPTIONS, cluster: where })).rejects.toMatchObject({
      code: 'USAGE',
      message: '--plan goes with --cluster kubeconfig --probe',
    });
  });
});

describe('a server that is not proved', () => {
  const notesOf = async (tls: KubeApi['tls']): Promise<readonly string[]> => {
    const notes: string[] = [];
    const { connect } = cluster();
    const progress = { ...OPTIONS.progress, note: (text: string) => void notes.push(text) };
    const unproved = (): KubeApi => ({ ...connect(), ...(tls === undefined ? {} : { tls }) });
    await previewOnCluster({ ...OPTIONS, progress }, LIVE, unproved);
    return notes.filter((text) => text.includes('could answer for it'));
  };

  it('is told in a note, and one that is proved is not', async () => {
    expect(await notesOf('not-verified')).toEqual([expect.stringContaining('insecure-skip-tls-verify')]);
    expect(await notesOf('none')).toEqual([expect.stringContaining('without TLS')]);
    expect(await notesOf(undefined)).toEqual([]);
  });
});

describe('--cluster-uid', () => {
  it('lets the run go on where it is the cluster', async () => {
    const { connect } = cluster();
    const context = await onLiveCluster(
      OPTIONS,
      { clusterUid: 'uid-1' },
      ({ kube }) => Promise.resolve(kube.context),
      connect,
    );
    expect(context).toBe('prod');
  });

  it.each([
    ['another', 'uid-2', 'the context prod is another cluster: its namespace kube-system has the UID uid-1, not uid-2'],
    ['an empty one, as an unset variable leaves', '', 'the context prod is another cluster'],
  ])('ends the run before anything is read: %s', async (_, clusterUid, text) => {
    const { connect, asked, closedTimes } = cluster();
    const act = (): never => expect.unreachable('the run went on');
    await expect(onLiveCluster(OPTIONS, { clusterUid }, act, connect)).rejects.toMatchObject({
      code: 'CLUSTER_MISMATCH',
      message: expect.stringContaining(text) as string,
    });
    expect([asked, closedTimes()]).toEqual([[], 1]);
  });

  it('ends it, too, where the UID may not be read', async () => {
    const { connect } = unreadable();
    const act = (): never => expect.unreachable('the run went on');
    await expect(onLiveCluster(OPTIONS, { clusterUid: 'uid-2' }, act, connect)).rejects.toMatchObject({
      code: 'CLUSTER_MISMATCH',
      message: expect.stringMatching(/^the context prod may be another cluster than uid-2/u) as string,
    });
  });

  it('is a flag of running clusters alone', () => {
    const flags: ClusterFlags = { cluster: 'kubeconfig', k3sImage: 'k3s', k3sArg: [], probeImage: 'node' };
    expect(clusterOptions({ ...flags, clusterUid: 'u' })).toMatchObject({ clusterUid: 'u' });
    expect(() => clusterOptions({ ...flags, cluster: 'k3s', clusterUid: 'u' })).toThrow(
      '--cluster-uid goes with --cluster kubeconfig',
    );
  });
});

function unreadable() {
  const known = cluster();
  const kube: KubeApi = {
    ...known.connect(),
    identity: () => Promise.resolve({ context: 'prod', server: 'https://prod:6443', version: 'v1' }),
  };
  return { connect: () => kube };
}
