import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectKube } from '../../../../../src/harness/clusters/api/connect.ts';
import { loadKubeConfig } from '../../../../../src/harness/clusters/api/credentials.ts';
import { MayreachError } from '../../../../../src/source/error.ts';
import { kubeconfig, startFakeApi } from './fake-api.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mayreach-credentials-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function caught(load: () => unknown): MayreachError {
  try {
    load();
  } catch (error) {
    if (error instanceof MayreachError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

it('names the nearest context', () => {
  const file = join(folder, 'config');
  writeFileSync(file, kubeconfig('https://127.0.0.1:1'));
  const error = caught(() => loadKubeConfig({ file, context: 'stagin' }));
  expect(error.code).toBe('CONTEXT_UNKNOWN');
  expect(error.hint).toContain('`staging`');
  expect(loadKubeConfig({ file, context: 'staging' }).getCurrentContext()).toBe('staging');
});

it('says which file is not there', () => {
  const error = caught(() => loadKubeConfig({ file: join(folder, 'nix') }));
  expect(error).toMatchObject({ code: 'FILE_NOT_FOUND' });
  expect(error.message).toContain(join(folder, 'nix'));
});

it('never quotes a kubeconfig that it cannot read', () => {
  const error = caught(() => loadKubeConfig('users: [{name: u, user: {token: hush-hush}}\ncontexts: ]'));
  expect(error.code).toBe('FILE_UNREADABLE');
  expect(`${error.format()}${String(error.cause)}`).not.toContain('hush-hush');
});

it('runs an exec plugin once for calls that start together', async () => {
  const script = join(folder, 'plugin.mjs');
  const runs = join(folder, 'runs');
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 'fresh' },
  };
  writeFileSync(
    script,
    `import fs from 'node:fs'; fs.appendFileSync(${JSON.stringify(runs)}, 'x'); console.log(${JSON.stringify(JSON.stringify(credential))});`,
  );
  const api = await startFakeApi(() => ({ json: { metadata: { name: 'n' } } }));
  try {
    const kube = api.kube(
      `exec: {apiVersion: client.authentication.k8s.io/v1, command: ${JSON.stringify(process.execPath)}, args: [${JSON.stringify(script)}]}`,
    );
    await Promise.all(Array.from({ length: 20 }, () => kube.get('/api/v1/nodes/n')));
    expect(readFileSync(runs, 'utf8')).toBe('x');
    expect(new Set(api.seen.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer fresh']));
  } finally {
    await api.close();
  }
});

it('never quotes what an exec plugin printed', async () => {
  const api = await startFakeApi(() => ({}));
  try {
    const kube = api.kube(
      `exec: {apiVersion: client.authentication.k8s.io/v1, command: ${JSON.stringify(process.execPath)}, args: ["-e", "console.log('hush-hush')"]}`,
    );
    const error = await kube.version().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'RIGHT_MISSING' });
    expect(inspect(error, { depth: 9 })).toContain('is no JSON');
    expect(inspect(error, { depth: 9 })).not.toContain('hush');
  } finally {
    await api.close();
  }
});

it('never shows a password that stands in the URL of the server', () => {
  const kube = connectKube(kubeconfig('https://me:hush@cluster.example:6443/k8s/c-1/'));
  expect(kube.server).toBe('https://cluster.example:6443/k8s/c-1');
});

it('says that logging in failed, with what the plugin said', async () => {
  const api = await startFakeApi(() => ({}));
  try {
    const kube = api.kube(
      `exec: {apiVersion: client.authentication.k8s.io/v1, command: ${JSON.stringify(process.execPath)}, args: ["-e", "console.error('sso expired'); process.exit(1)"]}`,
    );
    await expect(kube.version()).rejects.toMatchObject({
      code: 'RIGHT_MISSING',
      message: expect.stringContaining('sso expired') as string,
    });
    expect(api.seen).toHaveLength(0);
  } finally {
    await api.close();
  }
});

describe('who answers for the server is proved by TLS', () => {
  const tlsOf = (text: string): string | undefined => connectKube(text).tls;
  const secure = kubeconfig('https://10.0.0.1:6443');
  afterEach(() => vi.unstubAllEnvs());

  it('unless the kubeconfig says not to verify, has no TLS, or Node was told to verify nothing', () => {
    expect(tlsOf(secure)).toBeUndefined();
    expect(tlsOf(secure.replace('{server:', '{insecure-skip-tls-verify: true, server:'))).toBe('not-verified');
    expect(tlsOf(kubeconfig('http://10.0.0.1:8080'))).toBe('none');
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    expect(tlsOf(secure)).toBe('not-verified');
  });
});
