import { expect, it } from 'vitest';
import type { KubeApi, KubeManifest } from '../../../../src/harness/clusters/api/model.ts';
import type { PlacedPod, Placement } from '../../../../src/harness/clusters/standins/model.ts';
import { readBack } from '../../../../src/harness/run/read-back.ts';
import { createFakeKube } from '../clusters/standins/fake-kube.ts';

const POD: PlacedPod = {
  id: 'shop/web[Deployment]',
  namespace: 'shop',
  name: 'web-p',
  uid: 'uid-1',
  node: 'node-1',
  addresses: ['10.42.0.7'],
  listening: { TCP: [80], UDP: [] },
  labels: { app: 'web' },
  serviceAccount: 'default',
};
const PLACEMENT: Placement = { pods: [POD], changed: [], refused: [], durationMs: 1 };
const QUICK = { signal: new AbortController().signal, patienceMs: 300 };

const podAt = (status: unknown, labels = POD.labels): KubeManifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-p', namespace: 'shop', uid: 'uid-1', labels },
  spec: { containers: [] },
  status,
});
const runningAt = (ip: string): unknown => ({
  phase: 'Running',
  podIPs: [{ ip }],
  containerStatuses: [{ name: 'probe', image: 'node', imageID: 'sha256:1', state: { running: {} } }],
});

/** A cluster that tells these states of the pod, one each time it is asked; the last from then on. */
function telling(...states: readonly (readonly KubeManifest[])[]): KubeApi {
  let asked = 0;
  const list: KubeApi['list'] = (path) => {
    const items = states[Math.min(asked++, states.length - 1)] ?? [];
    return Promise.resolve({ path, items, resourceVersion: '1', pages: 1 });
  };
  return { ...createFakeKube(), list };
}

it('tells labels and image by now, and waits for a status that is behind', async () => {
  const kube = telling([podAt({ phase: 'Pending' })], [podAt(runningAt('10.42.0.7'), { app: 'web', late: 'yes' })]);
  const { pods, changed } = await readBack(kube, PLACEMENT, QUICK);
  expect(pods).toEqual([{ ...POD, labels: { app: 'web', late: 'yes' }, imageId: 'sha256:1' }]);
  expect(changed).toEqual([]);
});

it('what was seen at another address than the cluster tells does not count', async () => {
  const { changed } = await readBack(telling([podAt(runningAt('10.42.0.99'))]), PLACEMENT, QUICK);
  const text = 'it answered at 10.42.0.7, but its address is 10.42.0.99';
  expect(changed).toEqual([{ party: POD.id, text, disqualifies: true }]);
});

it('nor what was seen of a pod that is never said to run', async () => {
  const { changed } = await readBack(telling([podAt({ phase: 'Pending' })]), PLACEMENT, QUICK);
  const text = 'it answered at 10.42.0.7, but the cluster does not say that it runs';
  expect(changed).toEqual([{ party: POD.id, text, disqualifies: true }]);
});

it('a pod that is gone is left to the watch', async () => {
  expect(await readBack(telling([]), PLACEMENT, QUICK)).toEqual(PLACEMENT);
});
