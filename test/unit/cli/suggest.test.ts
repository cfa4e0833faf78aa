import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'mayreach-suggest-'));
beforeAll(() => {
  cpSync(path.join(root, 'examples/shop/manifests'), path.join(folder, 'manifests'), { recursive: true });
  // What the suggestion takes the place of.
  rmSync(path.join(folder, 'manifests/policies.yaml'));
  cpSync(path.join(root, 'examples/shop/shop.reach.yaml'), path.join(folder, 'net.reach.yaml'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function mayreach(...args: readonly string[]) {
  return spawnSync(process.execPath, [path.join(root, 'src/cli/main.ts'), ...args], { cwd: folder, encoding: 'utf8' });
}

describe('mayreach suggest', () => {
  test('prints policies with which a run meets every requirement, and the proof beside them', () => {
    expect(mayreach('run', 'net.reach.yaml', '--out', 'before').status).toBe(1);
    const { status, stdout, stderr } = mayreach('suggest', 'net.reach.yaml');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^# What the requirements of shop need, and nothing more/);
    expect(stderr).toMatch(/7 policies: 7 of 7 requirements met, .*; nothing else is allowed in data, shop\n$/);
    writeFileSync(path.join(folder, 'np.yaml'), stdout);
    const run = mayreach('run', 'net.reach.yaml', '--manifests', 'np.yaml', '--out', 'after');
    expect(run.status, run.stderr).toBe(0);
  });

  test('writes them to a file, and compares with the policies that are there', () => {
    const { status, stdout } = mayreach(
      'suggest',
      path.join(root, 'examples/broken'),
      '--diff',
      '--out-file',
      'broken.yaml',
    );
    expect(status).toBe(0);
    expect(readFileSync(path.join(folder, 'broken.yaml'), 'utf8')).toContain('name: allow-postgres');
    expect(stdout).toContain('Allowed now, and not by the suggestion:\n');
    expect(stdout).toContain('  - outsider → shop/api[Deployment]: TCP 3000\n');
    expect(stdout).toContain('  + shop/report[CronJob] → data/postgres[StatefulSet]: TCP 5432\n');
    expect(stdout).toMatch(/ {2}data\/no-egress \(.*policies\.yaml:\d+\): not needed any more\n/);
    expect(stdout).toMatch(
      / {2}shop\/web \(.*\): not needed any more; kept, it lets through more than the suggestion\n/,
    );
    expect(stdout).toMatch(/ {2}shop\/default-deny \(.*\): replaced by the suggested policy of the same name\n/);
  });

  test('refuses what contradicts itself, with status 3 and both cases', () => {
    const text = readFileSync(path.join(folder, 'net.reach.yaml'), 'utf8');
    const wrong = `  - {id: WRONG, from: web, mayNotReach: statsd}\n`;
    writeFileSync(path.join(folder, 'wrong.reach.yaml'), text.replace('cases:\n', `cases:\n${wrong}`));
    const { status, stdout, stderr } = mayreach('suggest', 'wrong.reach.yaml');
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /wrong\.reach\.yaml:\d+:\d+: SHOP-4 and WRONG contradict each other: .*\[REQUIREMENT_INVALID\]/s,
    );
  });

  test('ends with 1 where policies cannot meet a requirement, and says why; with 3 where it cannot write', () => {
    const text = `
requirements: hosts
manifests: ./manifests
cases: [{id: HOST, from: shop/web, mayReach: {host: api.example.com}, on: [443]}]`;
    writeFileSync(path.join(folder, 'hosts.reach.yaml'), text);
    const { status, stderr } = mayreach('suggest', 'hosts.reach.yaml');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^not met HOST: the addresses of api\.example\.com are not known/m);
    const unwritable = mayreach('suggest', 'net.reach.yaml', '--out-file', 'no/such/folder.yaml');
    expect(unwritable.status).toBe(3);
    expect(unwritable.stderr).toContain('[REPORT_UNWRITABLE]');
  });

  test('needs requirements', () => {
    const { status, stderr } = mayreach('suggest', 'manifests');
    expect(status).toBe(3);
    expect(stderr).toContain('mayreach init writes a first file');
  });
});
