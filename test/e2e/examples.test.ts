/** The README's second command, and what it promises of the cluster that it starts. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectKube } from '../../src/harness/clusters/api/connect.ts';
import { mayreach, type CliRun } from './support/cli.ts';
import { docker, watchContainers } from './support/docker.ts';
import { triedCells } from './support/evidence.ts';

describe('run examples/shop --cluster k3s --keep', () => {
  const out = mkdtempSync(join(tmpdir(), 'mayreach-e2e-'));
  const containersLeft = watchContainers();
  let run: CliRun;
  let left: readonly string[];

  beforeAll(async () => {
    run = await mayreach(['run', 'examples/shop', '--cluster', 'k3s', '--keep'], { out });
    left = containersLeft();
  });
  afterAll(() => {
    left.forEach((id) => docker('rm', '--force', '--volumes', id));
    rmSync(out, { recursive: true });
  });

  test('everything is met, with real traffic', () => {
    expect(run.exit).toBe(0);
    const evidence = run.evidence();
    expect(evidence.requirements.map(({ verdict }) => verdict)).toEqual(evidence.requirements.map(() => 'met'));
    const tried = evidence.requirements.flatMap(({ id }) => triedCells(evidence, id));
    expect(new Set(tried.map(({ basis }) => basis))).toEqual(new Set(['observed']));
    expect(run.stdout).toContain('passed');
  });

  test('the cluster is left up, and its kubeconfig is the user’s alone', async () => {
    expect(left).toHaveLength(1);
    expect(run.stderr).toContain(`docker rm -f -v ${left[0]?.slice(0, 12) ?? ''}`);
    const path = join(out, 'kubeconfig');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const kube = connectKube(readFileSync(path, 'utf8'));
    const { items } = await kube.list('/apis/networking.k8s.io/v1/networkpolicies');
    await kube.close();
    expect(items.map(({ metadata }) => metadata.namespace)).toContain('shop');
  });
});
