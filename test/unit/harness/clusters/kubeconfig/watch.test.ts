import { describe, expect, it } from 'vitest';
import { watchChanges } from '../../../../../src/harness/clusters/kubeconfig/watch.ts';
import type { KubeManifest } from '../../../../../src/harness/clusters/api/model.ts';
import { fakeKube, object } from './fake-kube.ts';

const PODS = '/api/v1/pods';
const POLICIES = '/apis/networking.k8s.io/v1/networkpolicies';

const pod = (labels: Record<string, string>, status: Record<string, unknown> = {}, uid = 'u1') =>
  object('Pod', 'web', { metadata: { namespace: 'shop', uid, labels }, status });
const policy = (port: number) =>
  object('NetworkPolicy', 'web', {
    metadata: { namespace: 'shop', uid: 'p1' },
    spec: { ingress: [{ ports: [{ port }] }] },
  });

async function watched(objects: Record<string, KubeManifest[]>, options: Parameters<typeof watchChanges>[1] = {}) {
  const cluster = fakeKube({ objects });
  const watch = await watchChanges(cluster.kube, { now: () => new Date('2026-11-23T10:00:00Z'), ...options });
  const emit = (path: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', changed: KubeManifest) => {
    objects[path] = type === 'DELETED' ? [] : [changed];
    cluster.watches.get(path)?.emit({ type, object: changed });
  };
  const texts = async () => (await watch.end()).map(({ text }) => text);
  return { ...cluster, watch, emit, texts };
}

describe('watchChanges', () => {
  it('tells what policies see of a change, and nothing of what was there before', async () => {
    const { emit, texts, watch } = await watched({ [PODS]: [pod({ app: 'web' })], [POLICIES]: [policy(80)] });
    emit(PODS, 'MODIFIED', pod({ app: 'api' }));
    emit(POLICIES, 'DELETED', policy(80));
    expect(await texts()).toEqual([
      'Pod shop/web was changed: labels {"app":"web"} -> {"app":"api"}',
      'NetworkPolicy shop/web was removed',
    ]);
    expect(watch.changes[0]).toMatchObject({
      kind: 'Pod',
      namespace: 'shop',
      name: 'web',
      change: 'changed',
      at: '2026-11-23T10:00:00.000Z',
    });
  });

  it('tells what changed since it was read, before the watch began', async () => {
    const { texts, watch } = await watched(
      { [POLICIES]: [policy(443)], [PODS]: [pod({ app: 'web' })] },
      { baseline: new Map([[POLICIES, [policy(80)]]]) },
    );
    expect(await texts()).toEqual([
      expect.stringMatching(/^NetworkPolicy shop\/web was changed: spec .*80.* -> .*443/),
    ]);
    expect(watch.changes[0]?.parts).toEqual(['spec']);
  });

  it('takes no notice of status and bookkeeping', async () => {
    const { emit, texts } = await watched({ [PODS]: [pod({ app: 'web' })] });
    emit(PODS, 'MODIFIED', pod({ app: 'web' }, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }));
    expect(await texts()).toEqual([]);
  });

  it("tells a pod's new address, its end, and another pod under its name", async () => {
    const { emit, texts } = await watched({ [PODS]: [pod({})] });
    emit(PODS, 'MODIFIED', pod({}, { podIPs: [{ ip: '10.42.0.7' }] }));
    emit(PODS, 'MODIFIED', pod({}, { podIPs: [{ ip: '10.42.0.7' }], phase: 'Failed' }));
    emit(PODS, 'DELETED', pod({}));
    emit(PODS, 'ADDED', pod({}, {}, 'u2'));
    expect(await texts()).toEqual([
      'Pod shop/web was changed: addresses none -> ["10.42.0.7"]',
      'Pod shop/web was changed: finished false -> true',
      'Pod shop/web was removed',
      'Pod shop/web was added',
    ]);
  });

  it('finds at the end what the watch had yet to tell', async () => {
    const objects: Record<string, KubeManifest[]> = { [POLICIES]: [policy(80)], [PODS]: [pod({})] };
    const { texts } = await watched(objects);
    objects[POLICIES] = [policy(81)];
    objects[PODS] = [];
    const told = await texts();
    expect(told).toHaveLength(2);
    expect(told).toContain('Pod shop/web was removed');
  });

  it("ends once: what happens after it is nobody's change", async () => {
    const objects: Record<string, KubeManifest[]> = { [PODS]: [pod({})] };
    const { texts } = await watched(objects);
    expect(await texts()).toEqual([]);
    objects[PODS] = [];
    expect(await texts()).toEqual([]);
  });

  it('says where it could not follow, and still compares at the end', async () => {
    const objects = { [POLICIES]: [policy(80)] };
    const { texts, watches, watch } = await watched(objects);
    watches.get(POLICIES)?.fail(new Error('too old resource version'));
    objects[POLICIES] = [policy(81)];
    expect(await texts()).toHaveLength(1);
    expect(watch.gaps).toEqual([
      'networkpolicies were not watched to the end, only compared there: too old resource version',
    ]);
  });

  it("leaves out the run's own objects and other namespaces", async () => {
    const { emit, texts, asked } = await watched(
      { [`/api/v1/namespaces`]: [] },
      { namespaces: ['shop'], ignore: ({ metadata }) => metadata.labels?.run === 'r1' },
    );
    emit('/api/v1/namespaces/shop/pods', 'ADDED', pod({ run: 'r1' }));
    emit('/api/v1/namespaces', 'ADDED', object('Namespace', 'other'));
    emit('/api/v1/namespaces', 'ADDED', object('Namespace', 'shop'));
    expect(await texts()).toEqual(['Namespace shop was added']);
    expect(asked).toContain('/api/v1/namespaces/shop/pods');
    expect(asked).not.toContain(PODS);
  });

  it('watches the policy kinds of plugins too', async () => {
    const collection = {
      group: '/apis/cilium.io/v2',
      plural: 'ciliumnetworkpolicies',
      kind: 'CiliumNetworkPolicy',
      namespaced: true,
      needed: true,
    };
    const path = '/apis/cilium.io/v2/ciliumnetworkpolicies';
    const { emit, texts } = await watched({ [path]: [] }, { more: [collection] });
    emit(path, 'ADDED', object('CiliumNetworkPolicy', 'dns', { metadata: { namespace: 'shop' }, specs: [{}] }));
    expect(await texts()).toEqual(['CiliumNetworkPolicy shop/dns was added']);
  });
});
