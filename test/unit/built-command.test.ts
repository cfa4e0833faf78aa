/** The command as it is published: bundled, so that it starts at once. The library beside it is as it is compiled. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const SHOP = join(ROOT, 'examples/shop');

let folder: string;
let command: string;

/** Alone: none of its dependencies can be reached from there. */
beforeAll(() => {
  const built = spawnSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: ROOT, encoding: 'utf8' });
  expect(built).toMatchObject({ status: 0, stderr: '' });
  folder = join(mkdtempSync(join(tmpdir(), 'mayreach-built-')), 'package');
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  command = join(folder, 'dist/bin/mayreach.js');
}, 120_000);
afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

function run(main: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG: join(folder, 'package.json') },
  });
  return { status, stdout: stdout.replace(/\d+\.\d s\)/gu, 'N s)'), stderr };
}

it('judges as the sources do', () => {
  const built = run(command, 'run', SHOP, '--out', '../reports');
  expect(built).toEqual(run(join(ROOT, 'src/cli/main.ts'), 'run', SHOP, '--out', '../reports'));
  expect(built).toMatchObject({ status: 0, stdout: expect.stringContaining('passed') as string });
});

it.each([
  ['matrix', [SHOP, '--format', 'json']],
  ['explain', ['shop/web', 'shop/api', '8080', SHOP]],
  ['suggest', [SHOP]],
  ['mutate', [SHOP]],
])('%s does as the sources do', (name, args) => {
  const built = run(command, name, ...args);
  expect(built).toEqual(run(join(ROOT, 'src/cli/main.ts'), name, ...args));
  expect(built.status, built.stderr).toBeLessThan(3);
});

it('speaks to a cluster with what is bundled', () => {
  const { status, stderr } = run(command, 'run', SHOP, '--cluster', 'kubeconfig');
  expect(status).toBe(3);
  expect(stderr).toContain('[CONTEXT_UNKNOWN]');
});

it('brings the agent and the licenses of what is in it', () => {
  const beside = (name: string): string => readFileSync(join(folder, 'dist/bin', name), 'utf8');
  expect(beside('agent.js')).toBe(readFileSync(join(ROOT, 'src/harness/probe/agent/agent.js'), 'utf8'));
  expect(beside('LICENSES.txt')).toMatch(/^@kubernetes\/client-node .*Apache-2\.0\n\n[^-]*Apache License/mu);
  expect(beside('LICENSES.txt')).toMatch(/^undici .*MIT\n\nMIT License/mu);
});
