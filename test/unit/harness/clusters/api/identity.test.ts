import { expect, it } from 'vitest';
import { clockSkewMs } from '../../../../../src/harness/clusters/api/identity.ts';
import { startFakeApi, status } from './fake-api.ts';

it('calls only what lies outside the header’s second a skew', () => {
  const second = Date.parse('2026-11-23T10:00:00Z');
  const skew = (oursMs: number): number | undefined =>
    clockSkewMs('Mon, 23 Nov 2026 10:00:00 GMT', second + oursMs, second + oursMs);
  expect([0, 500, 999].map(skew)).toEqual([0, 0, 0]);
  expect(skew(-5_000)).toBe(5_000);
  expect(skew(6_000)).toBe(-5_000);
  expect(clockSkewMs(undefined, 0, 0)).toBeUndefined();
});

it('leaves the UID out where kube-system may not be read', async () => {
  const api = await startFakeApi(({ url }) =>
    url.pathname === '/version'
      ? { json: { gitVersion: 'v1.34.1' } }
      : status(403, 'namespaces "kube-system" is forbidden: User "eve" cannot get resource "namespaces"'),
  );
  try {
    expect(await api.kube().identity()).toEqual({
      server: api.url,
      context: 'test',
      tls: 'none',
      version: 'v1.34.1',
      clockSkewMs: expect.any(Number) as number,
    });
  } finally {
    await api.close();
  }
});
