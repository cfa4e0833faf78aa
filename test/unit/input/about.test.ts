import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aboutRun } from '../../../src/input/about.ts';
import { toolSha256 } from '../../../src/input/tool-hash.ts';

let folder = '';
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder }).toString();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mayreach-about-'));
  git('init', '-q');
  writeFileSync(join(folder, 'a.reach.yaml'), 'requirements: a');
  git('add', '.');
  git('commit', '-qm', 'a');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('names the commit of the requirements, wherever the command was typed', async () => {
  const commit = git('rev-parse', 'HEAD').trim();
  expect((await aboutRun([], [join(folder, 'a.reach.yaml')])).git).toEqual({ commit, dirty: false });
  writeFileSync(join(folder, 'a.reach.yaml'), 'requirements: b');
  expect((await aboutRun([], [folder])).git).toEqual({ commit, dirty: true });
});

it('runs no program that the repository names', async () => {
  const program = join(folder, 'watch');
  writeFileSync(program, `#!/bin/sh\ntouch ${join(folder, 'ran')}\n`);
  chmodSync(program, 0o755);
  git('config', 'core.fsmonitor', program);
  await aboutRun([], [folder]);
  expect(existsSync(join(folder, 'ran'))).toBe(false);
});

it('hashes the code that runs as a shell would, so that anybody can repeat it', async () => {
  mkdirSync(join(folder, 'b'));
  for (const name of ['b/a.js', 'a.js', 'a.d.ts', 'a.js.map', 'Z.js']) writeFileSync(join(folder, name), name);
  const shell = `find . -name '*.js' | LC_ALL=C sort | xargs sha256sum | sha256sum`;
  const printed = execFileSync('sh', ['-c', shell], { cwd: folder }).toString();
  expect(toolSha256(folder)).toBe(printed.split(' ')[0]);
  const before = (await aboutRun([])).sha256;
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  writeFileSync(join(folder, 'a.js'), 'changed');
  expect(toolSha256(folder)).not.toBe(printed.split(' ')[0]);
});
