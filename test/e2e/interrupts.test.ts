/**
 * Ctrl-C, SIGTERM and a killed npx, in every phase: the run ends with 130, and neither a pod, a namespace nor a
 * container is left, which is proved by listing them. Who is interrupted is often in a hurry, and never comes back
 * to clean up.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCli, type CliRun, type RunningCli } from './support/cli.ts';
import { watchContainers } from './support/docker.ts';
import { defaultDeny, deployment, namespace } from './support/objects.ts';
import { sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const WAYS = ['SIGINT', 'SIGTERM', 'killed npx'] as const;
type Way = (typeof WAYS)[number];

/** Interrupts the command in one of the ways as soon as it says that it has come so far. */
async function interrupted(running: RunningCli, way: Way, phase: string | RegExp): Promise<CliRun> {
  await running.until(phase);
  running.child.kill(way === 'killed npx' ? 'SIGKILL' : way);
  return running.done;
}

/** Verdicts that were told before are on stdout; else nothing is. */
function expectInterrupted(run: CliRun, way: Way, told: string | RegExp = /^$/u): void {
  expect(run.stderr).toContain('[INTERRUPTED]');
  expect(run.stderr).toContain(way === 'killed npx' ? 'the process that started this one is gone' : way);
  // A killed npx has no status of its own; that of the process behind it nobody sees.
  expect(run.exit).toBe(way === 'killed npx' ? null : 130);
  expect(run.stdout).toMatch(told);
}

const OBJECTS = [
  namespace('interrupted'),
  defaultDeny('interrupted'),
  deployment('interrupted/a', ['8080'], { replicas: 0 }),
  deployment('interrupted/b', ['8080'], { replicas: 0 }),
];
const REQUIREMENTS = `
requirements: interrupted
manifests: ./manifests
cases:
  - {id: I-1, from: interrupted/a, mayNotReach: interrupted/b, on: [8080]}
`;

describe('interrupted', () => {
  let cluster: SharedCluster;
  let files: Workspace;

  beforeAll(async () => {
    cluster = await sharedCluster('enforcing');
    files = workspace(REQUIREMENTS, OBJECTS);
    await cluster.apply(...OBJECTS);
  });
  afterAll(async () => {
    await cluster.removeNamespaces('interrupted');
    await cluster.close();
    files.remove();
  });

  describe('while a running cluster is probed', () => {
    test.each([
      'reading the cluster',
      'asking for the rights',
      /starting \d+ probe pods/,
      'attaching',
      'watching the canary',
      'settling',
      'observing',
    ])('%s', async (phase) => {
      for (const { way, run } of await interruptedIn(phase)) expectInterrupted(run, way);
    });

    test('removing the probe pods: the verdicts were told before', async () => {
      const runs = await interruptedIn('removing the probe pods');
      for (const { way, run } of runs) expectInterrupted(run, way, '1 requirement: 1 met');
    });

    async function interruptedIn(phase: string | RegExp): Promise<readonly { way: Way; run: CliRun }[]> {
      const runs = await Promise.all(
        WAYS.map(async (way) => {
          const running = cluster.startProbe(files, [], { npx: way === 'killed npx' });
          return { way, run: await interrupted(running, way, phase) };
        }),
      );
      expect(await cluster.leftovers()).toEqual([]);
      return runs;
    }
  });

  describe('with a cluster of its own', () => {
    const everyWay = ['starting', 'waiting for the node', 'applying', /starting \d+ probe pods/].flatMap((phase) =>
      WAYS.map((way) => [phase, way] as const),
    );
    test.each(everyWay)('%s: %s', async (phase, way) => {
      const containersLeft = watchContainers();
      const args = ['run', files.requirements, '--cluster', 'k3s'];
      const run = await interrupted(startCli(args, { out: files.out, npx: way === 'killed npx' }), way, phase);
      expect(containersLeft()).toEqual([]);
      expectInterrupted(run, way);
    });
  });

  describe('with files alone', () => {
    test.each(WAYS)('reading from a pipe whose writer sleeps: %s', async (way) => {
      const writer = spawn('sleep', ['60'], { stdio: ['ignore', 'pipe', 'ignore'] });
      const args = ['run', files.requirements, '--manifests', '-'];
      const running = startCli(args, { out: files.out, stdin: writer.stdout, npx: way === 'killed npx' });
      const run = await interrupted(running, way, 'reading');
      writer.kill();
      expectInterrupted(run, way);
    });

    test.each(WAYS)('writing the reports: %s', async (way) => {
      // Many, so that writing takes a while.
      const cases = Array.from(
        { length: 2000 },
        (_, index) => `  - {id: W-${index}, from: interrupted/a, mayNotReach: anyone}`,
      );
      const file = join(files.folder, 'many.reach.yaml');
      writeFileSync(file, ['requirements: many', 'manifests: ./manifests', 'cases:', ...cases].join('\n'));
      const running = startCli(['run', file], { out: files.out, npx: way === 'killed npx' });
      expectInterrupted(await interrupted(running, way, 'writing'), way, '2,000 requirements');
    });
  });
});
