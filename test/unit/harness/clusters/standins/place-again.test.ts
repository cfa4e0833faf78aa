import { describe, expect, it } from 'vitest';
import { demand } from './facts.ts';
import { createFakeKube, running, withStatus, type FakeKubeOptions } from './fake-kube.ts';
import { placing, second } from './placing.ts';

describe('stand-ins whose start fails by the container runtime', () => {
  const message = 'runc create failed: unable to apply cgroup configuration';
  const startError = { name: 'probe', state: { terminated: { exitCode: 128, reason: 'StartError', message } } };
  const createError = { name: 'probe', state: { waiting: { reason: 'CreateContainerError', message } } };
  const notThere = {
    name: 'probe',
    state: { terminated: { exitCode: 128, reason: 'StartError', message: 'exec: "node": not found' } },
  };
  /** The first pods of the stand-in for `demand` come to this, so many; all else runs. */
  const failing = (times: number, status: unknown): FakeKubeOptions => {
    let left = times;
    return {
      onCreate: (path, object, kube) => {
        if (object.kind !== 'Pod') return;
        const fails = path.includes('-web-') && (left -= 1) >= 0;
        queueMicrotask(() =>
          kube.update(path, (pod) => (fails ? withStatus(pod, { containerStatuses: [status] }) : running(pod))),
        );
      },
    };
  };
  const creates = (calls: readonly string[]): readonly string[] => calls.filter((call) => call.startsWith('create '));

  it.each([
    ['StartError', startError],
    ['CreateContainerError', createError],
  ])('are placed once more, and that is told: %s', async (reason, status) => {
    const notes: string[] = [];
    const kube = createFakeKube(failing(1, status));
    const { pods } = await placing(kube, [demand, second], { onNote: (text) => notes.push(text) });
    expect(pods.map(({ id }) => id)).toEqual([demand.id, second.id]);
    expect(notes).toEqual([expect.stringContaining(`the stand-in for ${demand.id}, is placed once more: `)]);
    expect(notes[0]).toContain(reason);
    expect(creates(kube.calls)).toHaveLength(3);
    // The first is gone before the second comes, and a plugin that keys by the name takes both for one.
    const [first = '', , again = ''] = creates(kube.calls).map((call) => call.replace('create ', ''));
    expect(kube.calls.indexOf(`remove ${first}`)).toBeLessThan(kube.calls.indexOf(`create ${again}`));
    expect(again.replace(/-[^-]*$/, '')).toBe(first.replace(/-[^-]*$/, ''));
    expect(kube.objects.has(first)).toBe(false);
    expect(JSON.stringify(kube.objects.get(again))).toContain(
      `"MAYREACH_POD","value":"shop/${again.split('/').at(-1)}"`,
    );
  });

  it('end the run the second time, with both reasons', async () => {
    const kube = createFakeKube(failing(2, startError));
    await expect(placing(kube, [demand])).rejects.toMatchObject({
      code: 'PROBE_NOT_READY',
      message: expect.stringMatching(/-q, the stand-in .*StartError.*; it was placed once more after: .*/) as string,
    });
    expect(creates(kube.calls)).toHaveLength(2);
  });

  it('end it at once where the image lacks the program', async () => {
    const kube = createFakeKube(failing(1, notThere));
    await expect(placing(kube, [demand])).rejects.toMatchObject({ code: 'PROBE_NOT_READY' });
    expect(creates(kube.calls)).toHaveLength(1);
  });
});
