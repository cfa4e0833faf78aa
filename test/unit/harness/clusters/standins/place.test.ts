import { describe, expect, it } from 'vitest';
import type { KubeApi } from '../../../../../src/harness/clusters/api/model.ts';
import type { PlaceOptions } from '../../../../../src/harness/clusters/standins/place.ts';
import type { Service } from '../../../../../src/harness/inventory/model.ts';
import { demand, run } from './facts.ts';
import { createFakeKube, refusal, running, withStatus, type FakeKubeOptions } from './fake-kube.ts';
import { placing, second } from './placing.ts';

const runs: FakeKubeOptions['onCreate'] = (path, object, kube) => {
  if (object.kind === 'Pod') queueMicrotask(() => kube.update(path, (pod) => running(pod)));
};
const becomes = (status: unknown): FakeKubeOptions => ({
  onCreate: (path, _, kube) => queueMicrotask(() => kube.update(path, (pod) => withStatus(pod, status))),
});

describe('placing stand-ins', () => {
  it('returns each with its address, in the order of the demands', async () => {
    const progress: number[] = [];
    const kube = createFakeKube({ onCreate: runs });
    const { pods, changed, refused } = await placing(kube, [demand, second], {
      onProgress: (count) => progress.push(count),
    });
    expect(pods).toMatchObject([
      {
        id: demand.id,
        namespace: 'shop',
        node: 'node-1',
        addresses: ['10.42.0.9'],
        labels: demand.labels,
        listening: demand.listen,
        serviceAccount: 'web',
      },
      { id: second.id },
    ]);
    expect(pods[0]?.uid).not.toBe(pods[1]?.uid);
    expect({ changed, refused }).toEqual({ changed: [], refused: [] });
    expect(progress.at(-1)).toBe(2);
  });

  it('gives up when the run was interrupted before it began, or while owners were created', async () => {
    const signal = AbortSignal.abort(new Error('interrupted'));
    const kube = createFakeKube({ onCreate: runs });
    await expect(placing(kube, [demand], { signal })).rejects.toThrow('interrupted');
    const aborting = new AbortController();
    const late = createFakeKube({
      onCreate: (_, { kind }) => kind === 'ConfigMap' && aborting.abort(new Error('interrupted')),
    });
    const live = { ...run, mode: 'live' } as const;
    // A deadline of hours: who waits for it fails this test by its own.
    const options = { run: live, signal: aborting.signal, timeoutMs: 3_600_000 };
    await expect(placing(late, [demand], options)).rejects.toThrow('interrupted');
  });

  it('places nothing for no demand', async () => {
    expect((await placing(createFakeKube(), [])).pods).toEqual([]);
  });

  it('tells where the cluster keeps another pod than was sent', async () => {
    const kube = createFakeKube({
      onCreate: runs,
      admit: (pod) => ({
        ...pod,
        metadata: { ...pod.metadata, labels: { app: 'web', tier: 'web' } },
        spec: {
          ...(pod['spec'] as object),
          serviceAccountName: 'other',
          containers: [...(pod['spec'] as { containers: unknown[] }).containers, { name: 'istio-proxy' }],
        },
      }),
    });
    const { changed } = await placing(kube, [demand]);
    expect(changed.map(({ text }) => text)).toEqual([
      'label pod-template-hash=7d9 was removed after it was sent',
      'label tier=web was added after it was sent',
      'a container was put into it: istio-proxy',
      'its service account is other instead of web',
    ]);
    expect(new Set(changed.map(({ party }) => party))).toEqual(new Set([demand.id]));
  });

  it.each([
    ['service account of a new namespace', 'error looking up service account shop/default: not found'],
    ['priority class that was just made', 'pods "web" is forbidden: no PriorityClass with name mayreach-r1 was found'],
  ])('waits for the %s', async (_, message) => {
    let refusals = 2;
    const kube = createFakeKube({
      onCreate: runs,
      admit: (pod) => {
        refusals -= 1;
        if (refusals >= 0) throw refusal(403, message);
        return pod;
      },
    });
    expect((await placing(kube, [second])).pods).toHaveLength(1);
  });
});

describe('stand-ins on a live cluster', () => {
  const live = { ...run, mode: 'live' } as const;
  const service = (publishNotReadyAddresses: boolean): Service => ({
    id: 'shop/web',
    namespace: 'shop',
    name: 'web',
    type: 'ClusterIP',
    headless: true,
    addresses: [],
    selector: { app: 'web' },
    publishNotReadyAddresses,
    ports: [],
    position: { file: 'live', line: 0, column: 0 },
    raw: {},
  });

  it('are owned by the run, and say which labels they leave out', async () => {
    const kube = createFakeKube({ onCreate: runs });
    const { pods, changed } = await placing(kube, [demand, second], { run: live, services: [service(false)] });
    expect(pods).toHaveLength(2);
    expect(changed).toEqual([{ party: demand.id, text: expect.stringContaining('pod-template-hash=7d9') as string }]);
    const owner = kube.objects.get('/api/v1/namespaces/shop/configmaps/mayreach-r4nd0m');
    const pod = kube.objects.get(`/api/v1/namespaces/shop/pods/${pods[0]?.name ?? ''}`);
    expect(pod?.metadata['ownerReferences']).toMatchObject([{ uid: owner?.metadata.uid }]);
    expect(pod?.['spec']).toMatchObject({ priorityClassName: 'mayreach-r4nd0m' });
  });

  it('have the default priority where the user may not create a class', async () => {
    const kube = createFakeKube({ onCreate: runs, allowed: false });
    const { pods } = await placing(kube, [demand], { run: live });
    expect(kube.objects.get(`/api/v1/namespaces/shop/pods/${pods[0]?.name ?? ''}`)?.['spec']).not.toHaveProperty(
      'priorityClassName',
    );
  });

  it('are refused where a service would send users to a pod that is not ready', async () => {
    const kube = createFakeKube({ onCreate: runs });
    const { pods, refused } = await placing(kube, [demand, second], { run: live, services: [service(true)] });
    expect(pods.map(({ id }) => id)).toEqual([second.id]);
    expect(refused).toEqual([{ party: demand.id, text: expect.stringContaining('shop/web') as string }]);
  });
});

describe('a stand-in that does not run', () => {
  const failing = (kube: KubeApi, options: Partial<PlaceOptions> = {}): Promise<unknown> =>
    placing(kube, [demand, second], options).catch((error: unknown) => error);

  it('for its image: named, with the flag that chooses another', async () => {
    const waiting = { reason: 'ErrImagePull', message: 'node:99: not found' };
    const error = await failing(
      createFakeKube(becomes({ containerStatuses: [{ name: 'probe', state: { waiting } }] })),
    );
    expect(error).toMatchObject({ code: 'PROBE_NOT_READY', hint: expect.stringContaining('--probe-image') as string });
    expect((error as Error).message).toMatch(
      /^Pod shop\/mayreach-r4nd0m-\S+, the stand-in for shop\/\S+, does not run: image node:24-alpine: ErrImagePull: node:99: not found$/,
    );
  });

  it('for a container that ended: with the end of its log', async () => {
    const terminated = { reason: 'Error', exitCode: 1 };
    const status = { containerStatuses: [{ name: 'probe', state: { terminated } }] };
    const error = await failing(createFakeKube({ ...becomes(status), logs: 'SyntaxError: bad option\n' }));
    expect((error as Error).message).toMatch(/exit code 1 \(Error\); the end of its log:\nSyntaxError: bad option$/);
  });

  it('for want of a node: with the scheduler’s word, after a while', async () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'too many pods' }];
    const error = await failing(createFakeKube(becomes({ conditions })), { unschedulableMs: 5 });
    expect((error as Error).message).toMatch(/no node takes it: too many pods$/);
  });

  it('in time: with what is known', async () => {
    const error = await failing(createFakeKube(becomes({ phase: 'Pending' })), { timeoutMs: 20 });
    expect((error as Error).message).toMatch(/not running after 0\.02 s \(phase Pending\)$/);
  });

  it('because somebody deleted it', async () => {
    const kube = createFakeKube({ onCreate: (path, _, self) => queueMicrotask(() => self.vanish(path)) });
    expect(((await failing(kube)) as Error).message).toContain('it was deleted');
  });

  it('because the cluster refused it: the refusal itself', async () => {
    const kube = createFakeKube({
      admit: () => {
        throw refusal(403, 'exceeded quota');
      },
    });
    await expect(placing(kube, [demand])).rejects.toMatchObject({ message: 'exceeded quota', status: 403 });
  });

  it('because the run was ended: with the reason', async () => {
    const caller = new AbortController();
    const error = failing(createFakeKube({ onCreate: () => caller.abort(new Error('Ctrl-C')) }), {
      signal: caller.signal,
    });
    expect(await error).toMatchObject({ message: 'Ctrl-C' });
  });
});
