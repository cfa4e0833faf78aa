/**
 * vitest as a front end, on a cluster: the example of a team as the team runs it, with its own config and the built
 * package, and what is left when vitest does not come to its end.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonTestResults } from 'vitest/node';
import { evidenceSchema } from '../../src/harness/evidence/schema.ts';
import { runContainers } from './support/docker.ts';
import { waitFor } from './support/look.ts';

const ROOT = join(import.meta.dirname, '../..');
const TEAM = join(ROOT, 'examples/team-vitest');

interface RunningVitest {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly done: Promise<number | null>;
}

/** `npx vitest run --root examples/team-vitest` with NETWORK=k3s. */
function startVitest(...args: readonly string[]): RunningVitest {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|TEST$)/u.test(name)),
  );
  const child = spawn(
    process.execPath,
    [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', TEAM, ...args],
    { cwd: ROOT, env: { ...env, NETWORK: 'k3s', NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  return { child, output: () => text, done: once(child, 'close').then(([status]) => status as number | null) };
}

describe('a team’s own vitest', () => {
  let before: readonly string[];
  let out: string;
  beforeAll(() => {
    if (!existsSync(join(ROOT, 'dist'))) throw new Error('the package is not built: npm run build');
    out = mkdtempSync(join(tmpdir(), 'mayreach-e2e-vitest-'));
  });
  beforeEach(() => {
    before = runContainers();
  });
  afterAll(() => {
    rmSync(out, { recursive: true });
    rmSync(join(TEAM, 'mayreach-report'), { recursive: true, force: true });
  });

  test('observes requirements and hand-written tests on one cluster', async () => {
    const results = join(out, 'results.json');
    const vitest = startVitest('--reporter=default', '--reporter=json', `--outputFile.json=${results}`);
    expect(await vitest.done, vitest.output()).toBe(0);

    const { testResults } = JSON.parse(readFileSync(results, 'utf8')) as JsonTestResults;
    const passed = testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status === 'passed').map(({ title }) => title),
    );
    expect(passed).toEqual(
      expect.arrayContaining([
        'TEAM-1: outsider may reach shop/web on http',
        'web asks the api',
        'the admin port of the api is for nobody',
        'the tenth of a kind is free',
      ]),
    );
    const { cluster, requirements } = evidenceSchema.parse(
      JSON.parse(readFileSync(join(TEAM, 'mayreach-report/evidence.json'), 'utf8')),
    );
    expect(cluster).toMatchObject({ source: 'k3s', probed: true });
    expect(requirements.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['TEAM-1', 'met'],
      ['TEAM-2', 'met'],
      ['TEAM-3', 'met'],
    ]);
    // One cluster for all of it, and it is gone.
    expect(vitest.output().match(/mayreach: starting \S*k3s/gu)).toHaveLength(1);
    expect(runContainers(before)).toEqual([]);
  });

  test.each([
    ['SIGINT', 'while the cluster starts', 'mayreach: waiting for the node'],
    ['SIGTERM', 'while pods start', 'mayreach: starting 4 probe pods'],
    ['SIGKILL', 'while it is observed', 'mayreach: watching the canary'],
  ] as const)('leaves nothing behind on %s %s', async (signal, _when, stage) => {
    const vitest = startVitest();
    await waitFor(() => {
      if (vitest.child.exitCode !== null) throw new Error(vitest.output());
      return Promise.resolve(vitest.output().includes(stage));
    });
    expect(runContainers(before)).not.toEqual([]);
    vitest.child.kill(signal);
    await vitest.done;
    // What cleans up outlives vitest just as long as that takes.
    await waitFor(() => Promise.resolve(runContainers(before).length === 0));
  });
});
