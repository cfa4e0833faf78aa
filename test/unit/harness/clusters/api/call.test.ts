import { afterEach, describe, expect, it } from 'vitest';
import { KubeApiError } from '../../../../../src/harness/clusters/api/errors.ts';
import { startFakeApi, status, type Answer, type FakeApi, type SeenRequest } from './fake-api.ts';

const opened: FakeApi[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((api) => api.close()));
});

async function start(answer: (request: SeenRequest, count: number) => Answer): Promise<FakeApi> {
  const api = await startFakeApi(answer);
  opened.push(api);
  return api;
}

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop' } };
const failsThen = (failure: Answer, times: number) => (_: SeenRequest, count: number) =>
  count <= times ? failure : { json: { metadata: { name: 'p' } } };

describe('repeating a call', () => {
  it('repeats a read after 503, 429 and a reset connection', async () => {
    for (const failure of [status(503, 'busy'), status(429, 'slow down'), { reset: true } as const]) {
      const { kube, seen } = await start(failsThen(failure, 2));
      expect(await kube().get('/api/v1/namespaces/shop/pods/p')).toEqual({ metadata: { name: 'p' } });
      expect(seen).toHaveLength(3);
    }
  });

  it('gives up after the last try', async () => {
    const { kube, seen } = await start(() => status(503, 'etcd is away'));
    await expect(kube().get('/api/v1/nodes/n')).rejects.toThrow('etcd is away');
    expect(seen).toHaveLength(4);
  });

  it('repeats a create only where the server certainly did nothing', async () => {
    const refused = await start(failsThen(status(429, 'slow down'), 1));
    await refused.kube().create(pod);
    expect(refused.seen).toHaveLength(2);
    for (const failure of [status(500, 'perhaps'), { reset: true } as const]) {
      const { kube, seen } = await start(failsThen(failure, 1));
      await expect(kube().create(pod)).rejects.toBeInstanceOf(KubeApiError);
      expect(seen).toHaveLength(1);
    }
  });

  it('does not repeat what the server will refuse again', async () => {
    const { kube, seen } = await start(() =>
      status(500, 'failed to create typed patch object: .spec.form: field not declared in schema'),
    );
    await expect(kube().apply(pod)).rejects.toMatchObject({ code: 'OBJECT_REFUSED' });
    expect(seen).toHaveLength(1);
  });

  it('logs in again once when a token is no longer accepted', async () => {
    const { kube, seen } = await start(failsThen(status(401, 'Unauthorized'), 1));
    await kube().get('/api/v1/nodes/n');
    expect(seen).toHaveLength(2);
    const { kube: other, seen: asked } = await start(() => status(401, 'Unauthorized'));
    await expect(other().get('/api/v1/nodes/n')).rejects.toMatchObject({ code: 'RIGHT_MISSING' });
    expect(asked).toHaveLength(2);
  });

  it('ends a call that is never answered, naming server and object', async () => {
    const { kube, url } = await start(() => ({ hang: true }));
    await expect(kube().create(pod, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      message: `${url} (context test) cannot be reached: no answer within 0.05 s`,
    });
  });

  it("ends with the caller's reason when the caller gives up", async () => {
    const { kube } = await start(() => ({ hang: true }));
    const caller = new AbortController();
    const call = kube().get('/api/v1/nodes/n', { signal: caller.signal });
    caller.abort(new Error('Ctrl-C'));
    await expect(call).rejects.toThrow('Ctrl-C');
  });
});

describe('what an answer means', () => {
  const cases: readonly [string, number, string, { code: string; message: RegExp; hint?: RegExp }][] = [
    [
      'a right that is missing',
      403,
      'pods is forbidden: User "eve" cannot create resource "pods" in API group "" in the namespace "shop"',
      {
        code: 'RIGHT_MISSING',
        message: /user eve may not create pods in namespace shop \(Pod shop\/p\)/,
        hint: /can-i create pods -n shop/,
      },
    ],
    [
      'a quota',
      403,
      'pods "p" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2',
      { code: 'QUOTA_FULL', message: /Pod shop\/p does not fit the resource quota small:.*limited: pods=2/ },
    ],
    [
      'Pod Security',
      403,
      'pods "p" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
      { code: 'OBJECT_REFUSED', message: /Pod shop\/p.*runAsNonRoot/, hint: /Pod Security level/ },
    ],
    [
      'a webhook',
      400,
      'admission webhook "validate.kyverno.svc" denied the request: no',
      { code: 'OBJECT_REFUSED', message: /denied the request: no/, hint: /validate\.kyverno\.svc/ },
    ],
    ['an invalid object', 422, 'Pod "p" is invalid: spec.x', { code: 'OBJECT_REFUSED', message: /spec\.x/ }],
    ['a proxy in the way', 407, '<html>log in</html>', { code: 'OBJECT_REFUSED', message: /<html>log in/ }],
  ];
  it.each(cases)('%s', async (_, code, said, expected) => {
    const { kube } = await start(() => (said.startsWith('<') ? { status: code, text: said } : status(code, said)));
    const error: unknown = await kube()
      .create(pod)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(KubeApiError);
    const { code: found, message, hint, status: http } = error as KubeApiError;
    expect({ found, http }).toEqual({ found: expected.code, http: code });
    expect(message).toMatch(expected.message);
    if (expected.hint) expect(hint).toMatch(expected.hint);
  });

  it('is undefined for an object that is not there, and false for its removal', async () => {
    const { kube } = await start(() => status(404, 'not found', 'NotFound'));
    expect(await kube().get('/api/v1/nodes/n')).toBeUndefined();
    expect(await kube().remove('/api/v1/nodes/n')).toBe(false);
  });
});

describe('a list', () => {
  it('reads all pages, and keeps the version of the first', async () => {
    const { kube, seen } = await start(({ url }) => {
      const page = Number(url.searchParams.get('continue') ?? 0);
      return {
        json: {
          apiVersion: 'v1',
          kind: 'PodList',
          metadata: { resourceVersion: `7${page}`, ...(page < 2 ? { continue: String(page + 1) } : {}) },
          items: page === 1 ? null : [{ metadata: { name: `p${page}` } }],
        },
      };
    });
    const list = await kube().list('/api/v1/pods');
    expect(list).toMatchObject({ resourceVersion: '70', pages: 3, path: '/api/v1/pods' });
    expect(list.items).toEqual([
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p0' } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p2' } },
    ]);
    expect(seen.map(({ url }) => url.searchParams.get('limit'))).toEqual(['500', '500', '500']);
  });

  it('fails where a page cannot be had: half a list is no list', async () => {
    const { kube } = await start(({ url }) =>
      url.searchParams.has('continue')
        ? status(410, 'the provided continue parameter is too old', 'Expired')
        : { json: { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1', continue: 'x' }, items: [] } },
    );
    await expect(kube().list('/api/v1/pods')).rejects.toMatchObject({ status: 410 });
  });
});
