import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'mayreach-mutate-'));
afterAll(() => rmSync(folder, { recursive: true }));

function mutate(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/main.ts', 'mutate', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

it('prints survivors with file:line and the score, and nothing but the result on stdout', () => {
  const { status, stdout, stderr } = mutate('examples/shop');
  expect(status).toBe(0);
  expect(stdout).toContain(
    'examples/shop/manifests/policies.yaml:38:15\n    policy shop/web, ingress rule 1: TCP http widened',
  );
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^mutation score 70 % {2}26 of 37 mutants noticed/u);
  expect(stderr).toContain('judging mutants');
});

it.each([
  [['--min-score', '70'], 0],
  [['--min-score', '70.5'], 1],
  [['--min-score', '100', '--policy', 'data/postgres'], 0],
])('ends by the score: %j is %i', (flags, expected) => {
  const { status, stdout } = mutate('examples/shop', '--format', 'json', ...flags);
  expect(status).toBe(expected);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 'mayreach.mutation/v1' });
});

it.each([
  [['examples/shop', '--min-score', '101'], 'expected percent, 0 to 100 [USAGE]'],
  [['examples/shop', '--policy', 'shop/wab'], 'Did you mean shop/web?'],
  [['examples/shop/manifests'], 'there is no requirement file'],
  [['examples/nowhere'], '[FILE_NOT_FOUND]'],
])('is 3 for bad input: %j', (args, message) => {
  const { status, stdout, stderr } = mutate(...args);
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toContain(message);
});

it('mutates one of two policies that share an id, if its kind is said', () => {
  const file = path.join(folder, 'kinds.reach.yaml');
  writeFileSync(
    file,
    'requirements: x\nmanifests: ./kinds.yaml\ncases: [{id: A, from: outsider, mayNotReach: shop/web}]\n',
  );
  const metadata = 'metadata: {name: web, namespace: shop}';
  writeFileSync(
    path.join(folder, 'kinds.yaml'),
    [
      `{apiVersion: v1, kind: Pod, ${metadata}, spec: {containers: [{name: c, image: x}]}}`,
      `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, ${metadata}, spec: {podSelector: {}}}`,
      `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, ${metadata}, spec: {endpointSelector: {}, ingress: [{}]}}`,
    ].join('\n---\n'),
  );
  const mutated = (id: string) => {
    const { stdout } = mutate(file, '--format', 'json', '--policy', id);
    return (JSON.parse(stdout) as { mutants: { policy: string }[] }).mutants.map(({ policy }) => policy);
  };
  expect(mutated('shop/web')).toEqual(['shop/web', 'CiliumNetworkPolicy shop/web']);
  expect(mutated('CiliumNetworkPolicy shop/web')).toEqual(['CiliumNetworkPolicy shop/web']);
});

it('has nothing to mutate without policies, and says so', () => {
  const file = path.join(folder, 'net.reach.yaml');
  writeFileSync(
    file,
    'requirements: x\nmanifests: ./k8s.yaml\ncases: [{id: A, from: outsider, mayNotReach: shop/web}]\n',
  );
  writeFileSync(
    path.join(folder, 'k8s.yaml'),
    '{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: [{name: c, image: x}]}}',
  );
  expect(mutate(file)).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('no policy to mutate') as string,
  });
});
