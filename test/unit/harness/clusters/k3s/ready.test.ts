import { describe, expect, it } from 'vitest';
import type { KubeApi, KubeManifest } from '../../../../../src/harness/clusters/api/model.ts';
import { waitForDns, waitUntilReady } from '../../../../../src/harness/clusters/k3s/ready.ts';

const node = (status: string, message = 'container runtime is down'): KubeManifest => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1' },
  status: { conditions: [{ type: 'Ready', status, message }] },
});

interface FakeState {
  readyz?: () => string;
  account?: boolean;
  nodes?: () => KubeManifest[];
  endpoints?: unknown[];
}

function fakeKube({ readyz = () => 'ok', account = true, nodes = () => [node('True')], endpoints = [] }: FakeState) {
  const kube: Partial<KubeApi> = {
    text: () => new Promise((resolve) => resolve(readyz())),
    get: () => Promise.resolve(account ? { metadata: { name: 'default' } } : undefined),
    list: (path) =>
      Promise.resolve({
        path,
        resourceVersion: '1',
        pages: 1,
        items: path.endsWith('/nodes')
          ? nodes()
          : [{ apiVersion: 'v1', kind: 'EndpointSlice', metadata: { name: 'kube-dns-x' }, endpoints }],
      }),
  };
  return kube as KubeApi;
}

const options = { signal: new AbortController().signal, timeoutMs: 5, intervalMs: 1 };

describe('waitUntilReady', () => {
  it('waits until the node is Ready', async () => {
    let asked = 0;
    const nodes = () => [node(++asked < 3 ? 'False' : 'True')];
    await waitUntilReady(fakeKube({ nodes }), { ...options, timeoutMs: 60_000 });
    expect(asked).toBe(3);
  });

  it('bears an API server that does not answer yet', async () => {
    let asked = 0;
    const readyz = () => {
      asked += 1;
      if (asked < 2) throw new Error('connection refused');
      return 'ok';
    };
    await waitUntilReady(fakeKube({ readyz }), { ...options, timeoutMs: 60_000 });
    expect(asked).toBe(2);
  });

  it.each<[string, FakeState, string]>([
    ['a node that is not Ready, with its own words', { nodes: () => [node('False')] }, 'n1: container runtime is down'],
    ['a missing node', { nodes: () => [] }, 'no node has registered'],
    ['a missing service account', { account: false }, 'default/default'],
    [
      'an API server that is not ready',
      {
        readyz: () => {
          throw new Error('etcd failed');
        },
      },
      'etcd failed',
    ],
  ])('names %s', async (_what, state, text) => {
    await expect(waitUntilReady(fakeKube(state), options)).rejects.toMatchObject({
      code: 'CLUSTER_START_FAILED',
      message: expect.stringContaining(text) as string,
    });
  });

  it('ends with the reason of the abort', async () => {
    const controller = new AbortController();
    const nodes = () => {
      controller.abort(new Error('interrupted'));
      return [];
    };
    const waiting = waitUntilReady(fakeKube({ nodes }), { ...options, signal: controller.signal, timeoutMs: 60_000 });
    await expect(waiting).rejects.toThrow('interrupted');
  });
});

describe('waitForDns', () => {
  it('is content with an endpoint whose readiness is not said', async () => {
    expect(await waitForDns(fakeKube({ endpoints: [{ conditions: {} }] }), options)).toBeUndefined();
  });

  it('says what is missing instead of failing', async () => {
    const kube = fakeKube({ endpoints: [{ conditions: { ready: false } }] });
    expect(await waitForDns(kube, options)).toContain('kube-dns');
  });
});
