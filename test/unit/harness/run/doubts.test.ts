import { describe, expect, it } from 'vitest';
import type { ClusterChange } from '../../../../src/harness/clusters/kubeconfig/watch.ts';
import type { PlacedPod } from '../../../../src/harness/clusters/standins/model.ts';
import { changeDoubts, isOwnAddress, mergeDoubts, touches } from '../../../../src/harness/run/doubts.ts';
import { isRunsOwn } from '../../../../src/harness/run/run-pods.ts';

const POD: PlacedPod = {
  id: 'shop/web[Deployment]',
  namespace: 'shop',
  name: 'mayreach-r-web-p',
  uid: 'u1',
  node: 'n1',
  addresses: ['10.42.0.7'],
  listening: { TCP: [], UDP: [] },
  labels: {},
  serviceAccount: 'default',
};
const change = (about: Partial<ClusterChange>): ClusterChange => ({
  kind: 'NetworkPolicy',
  namespace: 'shop',
  name: 'web',
  change: 'changed',
  text: 'it was changed',
  at: '2026-11-23T10:00:00Z',
  ...about,
});

/** Of no namespace at all. */
const clusterWide = (kind: string, name: string): ClusterChange => ({
  kind,
  name,
  change: 'changed',
  text: 'it was changed',
  at: '2026-11-23T10:00:00Z',
});

describe('touches', () => {
  const real = { realServices: true };
  const standIns = { realServices: false };

  it('a policy touches its namespace, and no other', () => {
    expect(touches(change({}), POD, standIns)).toBe(true);
    expect(touches(change({ namespace: 'data' }), POD, standIns)).toBe(false);
  });

  it('a namespace touches the pods in it: a preview environment that comes up elsewhere changes nothing', () => {
    expect(touches(clusterWide('Namespace', 'shop'), POD, standIns)).toBe(true);
    expect(touches(clusterWide('Namespace', 'preview-1'), POD, standIns)).toBe(false);
  });

  it('a policy of the whole cluster touches everything', () => {
    expect(touches(clusterWide('AdminNetworkPolicy', 'base'), POD, standIns)).toBe(true);
  });

  it("users' pods may come and go, unless services are tried; new labels on one count", () => {
    const added = change({ kind: 'Pod', name: 'web-5', change: 'added' });
    expect(touches(added, POD, standIns)).toBe(false);
    expect(touches(added, POD, real)).toBe(true);
    expect(touches(change({ kind: 'Pod', name: 'web-5', parts: ['addresses'] }), POD, standIns)).toBe(false);
    expect(touches(change({ kind: 'Pod', name: 'web-5', parts: ['labels'] }), POD, standIns)).toBe(true);
    expect(touches(change({ kind: 'Pod', namespace: 'data', parts: ['labels'] }), POD, real)).toBe(false);
  });

  it('a probe pod that goes counts; who selects its new labels is asked elsewhere', () => {
    const own = { kind: 'Pod', name: POD.name };
    expect(touches(change({ ...own, change: 'removed' }), POD, standIns)).toBe(true);
    expect(touches(change({ ...own, parts: ['addresses', 'labels'] }), POD, standIns)).toBe(true);
    expect(touches(change({ ...own, parts: ['labels'] }), POD, real)).toBe(false);
  });
});

describe('changeDoubts', () => {
  it('says what happened, by the pod that it touches', () => {
    const doubts = changeDoubts([change({ namespace: 'data' }), change({})], [POD], { realServices: false });
    expect([...doubts]).toEqual([[POD.id, 'it was changed while the run observed it']]);
    expect(mergeDoubts(doubts, new Map([[POD.id, 'more']])).get(POD.id)).toBe('more');
  });
});

describe('isRunsOwn', () => {
  const names = { outsider: 'mayreach-r-outsider', canary: 'mayreach-r-canary' };
  const object = (kind: string, name: string, namespace?: string) => ({
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  });

  it("knows the run's namespaces and its canary's policy, and nothing that others put there", () => {
    expect(isRunsOwn(object('Namespace', names.canary), names)).toBe(true);
    expect(isRunsOwn(object('NetworkPolicy', 'mayreach-canary-deny', names.canary), names)).toBe(true);
    expect(isRunsOwn(object('NetworkPolicy', 'default-deny', names.outsider), names)).toBe(false);
    expect(isRunsOwn(object('Pod', 'mayreach-r-outsider-p', names.outsider), names)).toBe(false);
    expect(isRunsOwn(object('Namespace', 'shop'), names)).toBe(false);
  });
});

it('a stand-in that is told its address only now has not changed; whatever else of it, or of others, has', () => {
  const told: Partial<ClusterChange> = { kind: 'Pod', namespace: POD.namespace, name: POD.name, parts: ['addresses'] };
  expect(isOwnAddress(change(told), [POD])).toBe(true);
  expect(isOwnAddress(change({ ...told, parts: ['labels', 'addresses'] }), [POD])).toBe(false);
  expect(isOwnAddress(change({ ...told, parts: [] }), [POD])).toBe(false);
  expect(isOwnAddress(change({ ...told, name: 'theirs' }), [POD])).toBe(false);
  expect(isOwnAddress(change({ ...told, kind: 'NetworkPolicy' }), [POD])).toBe(false);
});
