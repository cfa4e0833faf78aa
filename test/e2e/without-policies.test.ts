/** Where no policy is, all ought to be open, and that needs no canary; what is not open needs one as everywhere. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requirementOf, theCell } from './support/evidence.ts';
import { addressOf, standInsOf, waitFor } from './support/look.ts';
import { deployment, namespace } from './support/objects.ts';
import { dropAt } from './support/pod-network.ts';
import { sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const OBJECTS = [
  namespace('bare'),
  deployment('bare/peer', [], { replicas: 0 }),
  deployment('bare/web', [], { replicas: 0 }),
  deployment('bare/server', ['8080'], { replicas: 0 }),
];

const REQUIREMENTS = `
requirements: bare
cases:
  - {id: PEER, from: bare/peer, mayReach: bare/server, on: [8080]}
  - {id: MAY, from: bare/web, mayReach: bare/server, on: [8080, 8080/udp]}
  - {id: NOT, from: bare/web, mayNotReach: bare/server, on: [8080]}
`;

const hasAddress = (status: unknown): boolean =>
  (status as { readonly podIP?: string } | undefined)?.podIP !== undefined;

describe('a live cluster without policies', () => {
  let cluster: SharedCluster;
  let files: Workspace;

  beforeAll(async () => {
    cluster = await sharedCluster('enforcing');
    await cluster.apply(...OBJECTS);
  });
  beforeEach(() => {
    files = workspace(REQUIREMENTS);
  });
  afterEach(() => files.remove());
  afterAll(async () => {
    await cluster.removeNamespaces('bare');
    await cluster.close();
  });

  test('what is open is told without a canary, and the evidence says that there was none', async () => {
    const run = await cluster.probe(files);
    const evidence = run.evidence();
    expect(run.exit).toBe(1);
    expect(requirementOf(evidence, 'MAY')).toMatchObject({ verdict: 'met', basis: 'observed' });
    expect(theCell(evidence, 'NOT')).toMatchObject({ verdict: 'violated', observed: 'open' });
    expect(evidence.cluster.canaries).toEqual([]);
    expect(evidence.cluster.noCanary).toContain('no policy was there and every connection was open');
    expect(evidence.cluster.settling).toBeUndefined();
    expect(run.stderr).toContain('starting 3 probe pods');
    expect(run.stderr).not.toContain('canary');
    expect(await cluster.leftovers()).toEqual([]);
  });

  test('where one is not open the canary follows, and all are tried again', async () => {
    const running = cluster.startProbe(files);
    await running.until('attaching to 3 probe pods');
    await running.paused(async () => {
      // They answer before their status says where they are.
      await waitFor(async () => (await standInsOf(cluster.kube, 'bare')).every(({ status }) => hasAddress(status)));
      const pods = await standInsOf(cluster.kube, 'bare');
      dropAt(cluster.containerId, addressOf(pods, 'server'), addressOf(pods, 'web'), 8080);
    });
    const run = await running.done;
    const evidence = run.evidence();
    expect(run.stderr).toContain('not every connection is open: the canary is watched, and all are tried again');
    expect(evidence.cluster.canaries.map(({ enforced }) => enforced)).toEqual([true]);
    expect(evidence.cluster.noCanary).toBeUndefined();
    expect(evidence.cluster.settling?.settled).toBe(true);
    expect(requirementOf(evidence, 'PEER')).toMatchObject({ verdict: 'met' });
    const blocked = { observed: 'timed-out', predicted: 'allowed', attributedTo: 'network' };
    expect(theCell(evidence, 'NOT')).toMatchObject({ ...blocked, verdict: 'met' });
    expect(requirementOf(evidence, 'MAY').cells[0]).toMatchObject({ ...blocked, verdict: 'violated' });
    expect(await cluster.leftovers()).toEqual([]);
  });

  test('an audit has its canary in any case', async () => {
    files.remove();
    files = workspace(
      `${REQUIREMENTS}audit: {critical: [{namespaces: {kubernetes.io/metadata.name: bare}, because: all}]}\n`,
    );
    const evidence = (await cluster.probe(files)).evidence();
    expect(evidence.cluster.canaries.map(({ enforced }) => enforced)).toEqual([true]);
    expect(evidence.cluster.noCanary).toBeUndefined();
  });
});
