/** A run that fails in the middle, or that harms the cluster, ends itself: see docs/production.md. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/harness/evidence/schema.ts';
import type { CliRun } from './support/cli.ts';
import { requirementOf } from './support/evidence.ts';
import { standInsOf } from './support/look.ts';
import { deployment, namespace } from './support/objects.ts';
import { sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const PORTS = Array.from({ length: 20 }, (_, index) => 8001 + index);
const REQUIREMENTS = `
requirements: stopped
cases:
  - {id: STAYS, from: stopped/stays, mayReach: stopped/server, on: [${PORTS.join(', ')}]}
  - {id: LEAVES, from: stopped/leaves, mayReach: stopped/server, on: [${PORTS.join(', ')}]}
`;

describe('more connections fail than --max-errors allows', () => {
  let cluster: SharedCluster;
  let files: Workspace;
  let run: CliRun;
  let evidence: Evidence;

  beforeAll(async () => {
    cluster = await sharedCluster('enforcing');
    files = workspace(REQUIREMENTS);
    const workloads = ['stays', 'leaves', 'server'].map((name) => deployment(`stopped/${name}`, [], { replicas: 0 }));
    await cluster.apply(namespace('stopped'), ...workloads);
    // Slow enough that one of the probes can go in the middle of it.
    const running = cluster.startProbe(files, ['--max-rate', '10']);
    await running.until('observing');
    const standIns = await standInsOf(cluster.kube, 'stopped');
    const leaving = standIns.find(({ metadata }) => metadata.labels?.['app'] === 'leaves');
    await cluster.kube.remove(`/api/v1/namespaces/stopped/pods/${leaving?.metadata.name ?? ''}`);
    run = await running.done;
    evidence = run.evidence();
  });
  afterAll(async () => {
    await cluster.removeNamespaces('stopped');
    await cluster.close();
    files.remove();
  });

  test('the run says why it stopped, where its verdicts are', () => {
    expect(evidence.cluster.stopped).toMatch(/^stopped, because \d+ of the last \d+ connections failed: /u);
    expect(run.stdout).toContain(`✗ ${evidence.cluster.stopped ?? ''}`);
  });

  test('what was not measured is inconclusive, and never met', () => {
    for (const id of ['STAYS', 'LEAVES']) {
      const { verdict, cells } = requirementOf(evidence, id);
      expect(verdict).toBe('inconclusive');
      expect(cells.filter(({ observed, verdict: met }) => met === 'met' && observed !== 'open')).toEqual([]);
    }
    expect(run.exit).toBe(2);
  });

  test('nothing is left in the cluster', async () => {
    expect(await cluster.leftovers()).toEqual([]);
  });
});
