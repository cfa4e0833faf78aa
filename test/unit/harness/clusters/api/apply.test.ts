import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstDifference, isPolicyDefault } from '../../../../../src/harness/clusters/api/compare.ts';
import { startFakeApi, status, type FakeApi } from './fake-api.ts';

const policy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'web', namespace: 'shop', uid: 'of another cluster', resourceVersion: '7', managedFields: [] },
  spec: {
    podSelector: {},
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 80 }] }],
  },
  status: {},
};
const position = { file: 'net.yaml', line: 3, column: 1 };

let stored: unknown;
let api: FakeApi;
beforeEach(async () => {
  api = await startFakeApi(({ method }) =>
    method === 'GET' ? { json: { metadata: { name: 'web' }, spec: stored } } : { json: { metadata: { name: 'web' } } },
  );
});
afterEach(() => api.close());

it('sends the object to the letter, without what another server wrote into it', async () => {
  stored = policy.spec;
  await api.kube().apply(policy);
  const [sent] = api.seen;
  expect(sent?.method).toBe('PATCH');
  expect(sent?.url.pathname).toBe('/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/web');
  expect(Object.fromEntries(sent?.url.searchParams ?? [])).toEqual({ fieldManager: 'mayreach', force: 'true' });
  expect(sent?.headers['content-type']).toBe('application/apply-patch+yaml');
  expect(JSON.parse(sent?.body ?? '')).toEqual({
    apiVersion: policy.apiVersion,
    kind: policy.kind,
    metadata: { name: 'web', namespace: 'shop' },
    spec: policy.spec,
  });
});

it('takes the defaults of the API for no difference', async () => {
  stored = {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from: policy.spec.ingress[0]?.from, ports: [{ port: 80, protocol: 'TCP' }] }],
  };
  await expect(api.kube().apply(policy)).resolves.toMatchObject({ spec: stored });
});

it('names the field that the cluster keeps otherwise: a policy without `from` admits everyone', async () => {
  stored = { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] };
  await expect(api.kube().apply(policy, { position })).rejects.toMatchObject({
    code: 'OBJECT_REFUSED',
    position,
    message: expect.stringMatching(/NetworkPolicy shop\/web.*spec\.ingress\[0\]\.from is missing instead of/) as string,
  });
});

it('gives a refusal the position of the file', async () => {
  const refusing = await startFakeApi(() => status(422, 'spec.ingress: Invalid value', 'Invalid'));
  try {
    await expect(refusing.kube().apply(policy, { position })).rejects.toMatchObject({ position, status: 422 });
  } finally {
    await refusing.close();
  }
});

describe('comparing a policy', () => {
  const compare = (asked: unknown, kept: unknown): string | undefined =>
    firstDifference(asked, kept, isPolicyDefault, 'spec')?.field;

  it('takes an empty list, null and absence for the same', () => {
    expect(compare({ ingress: [{ from: [] }] }, { ingress: [{}] })).toBeUndefined();
    expect(compare({ ingress: [] }, {})).toBeUndefined();
    expect(compare({ egress: null }, {})).toBeUndefined();
    expect(compare({ podSelector: { matchLabels: {} } }, { podSelector: {} })).toBeUndefined();
  });

  it('sees what somebody added or narrowed', () => {
    const peer = { namespaceSelector: {} };
    expect(compare({ ingress: [{ from: [peer] }] }, { ingress: [{ from: [{ ...peer, podSelector: {} }] }] })).toBe(
      'spec.ingress[0].from[0].podSelector',
    );
    expect(compare({ ingress: [{}] }, { ingress: [{}, {}] })).toBe('spec.ingress');
    expect(compare({}, { egress: [{}] })).toBe('spec.egress');
    expect(compare({}, { podSelector: { matchLabels: { app: 'x' } } })).toBe('spec.podSelector');
  });

  it('keeps a selector that selects everything apart from no selector', () => {
    expect(compare({ ingress: [{ from: [{ podSelector: {} }] }] }, { ingress: [{ from: [{}] }] })).toBe(
      'spec.ingress[0].from[0].podSelector',
    );
  });

  it('keeps a number apart from a name', () => {
    expect(compare({ ingress: [{ ports: [{ port: 80 }] }] }, { ingress: [{ ports: [{ port: '80' }] }] })).toBe(
      'spec.ingress[0].ports[0].port',
    );
  });
});
