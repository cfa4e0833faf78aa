import { expect, it } from 'vitest';
import { createLedger } from '../../../../src/harness/clusters/standins/ledger.ts';
import type { KubeObject } from '../../../../src/harness/clusters/api/model.ts';
import { demandsOf } from '../../../../src/harness/plan/demand.ts';
import { resolveRequirements } from '../../../../src/harness/plan/requests.ts';
import {
  placeLateCanary,
  placePods,
  placeWithoutCanary,
  type PlacingOptions,
} from '../../../../src/harness/run/placing.ts';
import { needsOutsider } from '../../../../src/harness/run/run-pods.ts';
import { parseRequirements } from '../../../../src/requirements/index.ts';
import { createFakeKube, running, type FakeKube } from '../clusters/standins/fake-kube.ts';
import { inventoryOf } from '../inventory/from-yaml.ts';

const workload = (name: string): string =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}, namespace: shop}, spec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: a, image: a, ports: [{containerPort: 80}]}]}}}}`;
const inventory = inventoryOf([workload('web'), workload('api')].join('\n---\n'));

function resolved(from: string, to: unknown): ReturnType<typeof resolveRequirements> {
  const sets = parseRequirements(
    JSON.stringify({ requirements: 'a', cases: [{ id: 'A', from, mayReach: to, on: [80] }] }),
    'a.reach.yaml',
  );
  return resolveRequirements(sets, inventory, { tolerant: false });
}

interface Scheduler {
  readonly kube: FakeKube;
  /** Paths of pods, in the order in which they were asked for. */
  readonly asked: readonly string[];
  /** The pods whose path has this in it run. */
  readonly runOne: (part: string) => void;
  /** All run that were asked for. */
  readonly runAll: () => void;
}

/** Schedules web to node-a and api to node-b at once; pods run when the test says so. */
function createScheduler(): Scheduler {
  const asked: string[] = [];
  const kube = createFakeKube({
    onCreate: (path, object, cluster) => {
      if (object.kind !== 'Pod') return;
      asked.push(path);
      queueMicrotask(() => cluster.update(path, (pod) => bound(pod, nodeFor(path))));
    },
  });
  const run = (paths: readonly string[]): void =>
    paths.forEach((path) => kube.update(path, (pod) => bound(running(pod), nodeFor(path))));
  return { kube, asked, runOne: (part) => run(asked.filter((path) => path.includes(part))), runAll: () => run(asked) };
}

const nodeFor = (path: string): string => (path.includes('-web-') ? 'node-a' : 'node-b');

function bound(pod: KubeObject, nodeName: string): KubeObject {
  return { ...pod, spec: { ...(pod['spec'] as object), nodeName } };
}

const silent = () => undefined;
const RUN = { signal: new AbortController().signal, progress: { stage: silent, count: silent, note: silent } };

function optionsOn(kube: FakeKube, more: Partial<PlacingOptions>): PlacingOptions {
  return {
    kube,
    ledger: createLedger(kube, 'r1'),
    mode: 'live',
    shortId: 'r1',
    probeImage: 'node',
    demands: demandsOf(resolved('shop/web', 'shop/api'), []),
    services: [],
    outsiderNeeded: false,
    canaryFirst: true,
    namespaces: { outsider: 'mayreach-r1-outsider', canary: 'mayreach-r1-canary' },
    nonce: 'n',
    onRunning: silent,
    headStartMs: 0,
    ...more,
  };
}

function placing(kube: FakeKube, more: Partial<PlacingOptions>): ReturnType<typeof placePods> {
  return placePods(optionsOn(kube, more), RUN);
}

const podsIn = (kube: FakeKube, namespace: string): number =>
  [...kube.objects.keys()].filter((path) => path.startsWith(`/api/v1/namespaces/${namespace}/pods/`)).length;

it('asks for a canary on each node that the scheduler chose, before a stand-in runs', async () => {
  const { kube, runAll } = createScheduler();
  const { standIns, runPods } = placing(kube, { nodeCount: 3 });
  await expect.poll(() => podsIn(kube, 'mayreach-r1-canary')).toBe(2);
  runAll();
  expect((await standIns).pods).toHaveLength(2);
  expect((await runPods).nodes.toSorted()).toEqual(['node-a', 'node-b']);
});

it('does not wait to hear of the only node', async () => {
  const { kube, runAll } = createScheduler();
  const { standIns, runPods } = placing(kube, { nodeCount: 1 });
  await expect.poll(() => podsIn(kube, 'mayreach-r1-canary')).toBe(1);
  await expect.poll(() => podsIn(kube, 'shop')).toBe(2);
  runAll();
  await standIns;
  expect((await runPods).nodes).toEqual([undefined]);
});

it("asks for the others when the canary's pods run, which a node would start no faster beside them", async () => {
  const { kube, runOne, runAll, asked } = createScheduler();
  const { standIns } = placing(kube, { nodeCount: 1, headStartMs: 600_000 });
  await expect.poll(() => asked.length).toBe(2);
  runOne('mayreach-r1-');
  await expect.poll(() => podsIn(kube, 'shop')).toBe(2);
  runAll();
  await standIns;
});

it('tells of each pod as soon as it runs, while others do not yet', async () => {
  const { kube, runOne, runAll } = createScheduler();
  const told: string[] = [];
  const { standIns } = placing(kube, { nodeCount: 1, onRunning: ({ id }) => told.push(id) });
  await expect.poll(() => podsIn(kube, 'shop')).toBe(2);
  runOne('-web-');
  await expect.poll(() => told).toEqual(['shop/web[Deployment]']);
  runAll();
  await standIns;
  expect(told.filter((id) => id.startsWith('shop/')).toSorted()).toEqual([
    'shop/api[Deployment]',
    'shop/web[Deployment]',
  ]);
});

it('knows whether anything but the canary asks for the outsider', () => {
  expect(needsOutsider(resolved('shop/web', 'shop/api'))).toBe(false);
  expect(needsOutsider(resolved('outsider', 'shop/api'))).toBe(true);
  expect(needsOutsider(resolved('shop/web', 'outsider'))).toBe(true);
  expect(needsOutsider(resolved('shop/web', { cidr: '203.0.113.0/24' }))).toBe(true);
});

it('without a canary asks for the stand-ins alone, and for the outsider where something needs it', async () => {
  for (const [outsiderNeeded, wanted] of [
    [false, ['shop/api[Deployment]', 'shop/web[Deployment]']],
    [true, ['outsider', 'shop/api[Deployment]', 'shop/web[Deployment]']],
  ] as const) {
    const { kube, asked, runAll } = createScheduler();
    const standing = placeWithoutCanary(optionsOn(kube, { nodeCount: 3, outsiderNeeded }), RUN);
    await expect.poll(() => asked.length).toBe(wanted.length);
    runAll();
    expect((await standing).pods.map(({ id }) => id).toSorted()).toEqual(wanted);
    expect(podsIn(kube, 'mayreach-r1-canary')).toBe(0);
  }
});

it('a late canary stands on every node, beside the outsider where that stands already', async () => {
  for (const [outsiderNeeded, peers] of [
    [false, 2],
    [true, 1],
  ] as const) {
    const { kube, runAll } = createScheduler();
    const options = optionsOn(kube, { nodeCount: 3, outsiderNeeded });
    const standing = placeWithoutCanary(options, RUN);
    await expect.poll(() => kube.objects.size).toBeGreaterThan(1);
    await expect.poll(() => podsIn(kube, 'shop')).toBe(2);
    runAll();
    const before = await standing;
    const late = placeLateCanary(options, before, RUN);
    await expect.poll(() => podsIn(kube, 'mayreach-r1-canary')).toBe(2);
    runAll();
    const { nodes, placement } = await late;
    expect(nodes.toSorted()).toEqual(['node-a', 'node-b']);
    expect(placement.pods.filter(({ namespace }) => namespace.endsWith('-outsider'))).toHaveLength(peers);
    if (outsiderNeeded) expect(nodes[0]).toBe(before.pods.find(({ id }) => id === 'outsider')?.node);
  }
});
