/**
 * Attached channels run through API servers, load balancers and VPNs that drop them. What an agent has measured must
 * then arrive later, all of it, once: a lost line that reads as "blocked" would be the worst of mistakes.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cuttableProxy } from './support/cuttable-proxy.ts';
import { triedCells } from './support/evidence.ts';
import { defaultDeny, deployment, namespace } from './support/objects.ts';
import { kubeconfigOf, serverOf, sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const REQUIREMENTS = `
requirements: cut
cases:
  - {id: OPEN, from: [cut/a, cut/b, cut/c, outsider], mayReach: [cut/a, cut/b, cut/c], on: [8080, 8081, 5353/udp]}
  - {id: SHUT, from: [cut/a, cut/b, cut/c, outsider], mayNotReach: cut-shut/d, on: [8080, 5353/udp]}
`;

describe('a channel that is cut', () => {
  let cluster: SharedCluster;
  let files: Workspace;

  beforeAll(async () => {
    cluster = await sharedCluster('enforcing');
    files = workspace(REQUIREMENTS);
    await cluster.apply(
      namespace('cut'),
      ...['a', 'b', 'c'].map((name) => deployment(`cut/${name}`, [], { replicas: 0 })),
      namespace('cut-shut'),
      defaultDeny('cut-shut'),
      deployment('cut-shut/d', [], { replicas: 0 }),
    );
  });
  afterAll(async () => {
    await cluster.removeNamespaces('cut', 'cut-shut');
    await cluster.close();
    files.remove();
  });

  test('again and again in the middle of a run is resumed, and nothing is lost', async () => {
    const proxy = await cuttableProxy(serverOf(cluster.kubeconfig));
    const kubeconfig = join(files.folder, 'through-proxy.kubeconfig');
    writeFileSync(kubeconfig, kubeconfigOf(cluster.kubeconfig, { server: proxy.url }));
    const running = cluster.startProbe(files, [], { env: { KUBECONFIG: kubeconfig } });
    const cuts: number[] = [];
    await running.until('watching the canary');
    cuts.push(proxy.cut());
    await running.until('settling');
    cuts.push(proxy.cut());
    await running.until('observing');
    // The denied cells take a timeout: there is time for more than one cut.
    for (const afterMs of [100, 700, 1500]) {
      await sleep(afterMs);
      cuts.push(proxy.cut());
    }
    const run = await running.done;
    await proxy.close();
    // Each time at least the channels to the six probe pods.
    expect(Math.min(...cuts)).toBeGreaterThanOrEqual(6);
    const evidence = run.evidence();
    expect(evidence.requirements.map(({ id, verdict, basis }) => ({ id, verdict, basis }))).toEqual([
      { id: 'OPEN', verdict: 'met', basis: 'observed' },
      { id: 'SHUT', verdict: 'met', basis: 'observed' },
    ]);
    const cells = ['OPEN', 'SHUT'].flatMap((id) => triedCells(evidence, id));
    expect(cells).toHaveLength(3 * 4 * 3 + 4 * 2);
    for (const { attempts = [] } of cells) {
      expect(attempts).toHaveLength(2);
      expect(attempts.map(({ outcome }) => outcome)).not.toContain('not-measured');
    }
    expect(run.exit).toBe(0);
    expect(await cluster.leftovers()).toEqual([]);
  });
});
