import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../../src/harness/clusters/api/model.ts';
import type { PlaceOptions } from '../../../../../src/harness/clusters/standins/place.ts';
import { demand } from './facts.ts';
import { createFakeKube, refusal, running, withStatus, type FakeKube } from './fake-kube.ts';
import { placing, second } from './placing.ts';

/** Pods get a node at once; whether they run is the test's to say. */
const scheduling = (): FakeKube =>
  createFakeKube({
    onCreate: (path, object, kube) => {
      if (object.kind === 'Pod') queueMicrotask(() => kube.update(path, onNode));
    },
  });
const onNode = (pod: KubeObject): KubeObject =>
  withStatus({ ...pod, spec: { ...(pod['spec'] as object), nodeName: 'node-7' } }, { phase: 'Pending' });

const podsOf = (kube: FakeKube): readonly KubeObject[] =>
  [...kube.objects.values()].filter(({ kind }) => kind === 'Pod');

/** What its node says of a pod's container. */
async function started(kube: FakeKube, { metadata }: KubeObject, uid = metadata.uid): Promise<void> {
  const { namespace, name } = metadata;
  const involvedObject = { kind: 'Pod', namespace, name, uid };
  const event = { apiVersion: 'v1', kind: 'Event', reason: 'Started', involvedObject };
  await kube.create({ ...event, metadata: { name: `${name}.${kube.objects.size}`, namespace: namespace ?? '' } });
}

const reached: PlaceOptions['reach'] = (pod) => Promise.resolve(pod.id === demand.id ? ['10.42.0.7'] : ['10.42.0.8']);

it('a pod that answers once its container was started is placed, whatever its status says yet', async () => {
  const kube = scheduling();
  const told: string[] = [];
  const placement = placing(kube, [demand, second], { reach: reached, onRunning: ({ id }) => told.push(id) });
  await expect.poll(() => podsOf(kube).every(({ status }) => status !== undefined) && podsOf(kube).length).toBe(2);
  for (const pod of podsOf(kube)) await started(kube, pod);
  const { pods } = await placement;
  expect(pods.map(({ id, addresses, node }) => ({ id, addresses, node }))).toEqual([
    { id: demand.id, addresses: ['10.42.0.7'], node: 'node-7' },
    { id: second.id, addresses: ['10.42.0.8'], node: 'node-7' },
  ]);
  expect(pods.map(({ labels }) => labels)).toEqual([demand.labels, second.labels]);
  expect(told.toSorted()).toEqual([second.id, demand.id].toSorted());
});

it.each<[string, PlaceOptions['reach'] | undefined, (kube: FakeKube, pod: KubeObject) => Promise<void>]>([
  ['where it does not tell its address', () => Promise.resolve([]), started],
  ['where nobody asks it', undefined, started],
  ['where the event is of another pod of its name', reached, (kube, pod) => started(kube, pod, 'uid-of-before')],
])('its status tells %s', async (_, reach, tell) => {
  const kube = scheduling();
  let placed = false;
  const placement = placing(kube, [demand], reach && { reach });
  void placement.then(() => (placed = true));
  await expect.poll(() => podsOf(kube)[0]?.status).toBeDefined();
  for (const pod of podsOf(kube)) await tell(kube, pod);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(placed).toBe(false);
  for (const [path, { kind }] of kube.objects) if (kind === 'Pod') kube.update(path, (pod) => running(pod));
  expect((await placement).pods[0]).toMatchObject({ addresses: ['10.42.0.9'] });
});

it('whoever may not watch events hears of pods by their status', async () => {
  const inner = scheduling();
  const kube: FakeKube = {
    ...inner,
    watch: (path, options) =>
      path.endsWith('/events') ? Promise.reject(refusal(403, 'no')) : inner.watch(path, options),
  };
  const placement = placing(kube, [demand], { reach: reached });
  await expect.poll(() => podsOf(inner)[0]?.status).toBeDefined();
  for (const [path, { kind }] of inner.objects) if (kind === 'Pod') inner.update(path, (pod) => running(pod));
  expect((await placement).pods).toHaveLength(1);
});

it('a pod that ends after it answered ends the run while others start', async () => {
  const kube = scheduling();
  const placement = placing(kube, [demand, second], { reach: reached });
  await expect.poll(() => podsOf(kube).every(({ status }) => status !== undefined) && podsOf(kube).length).toBe(2);
  const [first] = podsOf(kube);
  if (first === undefined) throw new Error('there is no pod');
  await started(kube, first);
  const ended = { name: 'probe', image: 'node', state: { terminated: { exitCode: 1, reason: 'Error' } } };
  const [path = ''] = [...kube.objects].find(([, object]) => object.metadata.uid === first.metadata.uid) ?? [];
  kube.update(path, (pod) => withStatus(pod, { phase: 'Failed', containerStatuses: [ended] }));
  await expect(placement).rejects.toThrow('exit code 1');
});
