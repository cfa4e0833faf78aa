/**
 * Something other than policies may stand in the way: a firewall, a security group. Then a denial is told, but it is
 * not the policies' doing; and where nothing shows that policies are enforced at all, it says nothing.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/harness/evidence/schema.ts';
import { requirementOf, theCell } from './support/evidence.ts';
import { addressOf, standInsOf } from './support/look.ts';
import { deployment, namespace, policy } from './support/objects.ts';
import { dropAt } from './support/pod-network.ts';
import { sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const OBJECTS = [
  namespace('walled'),
  deployment('walled/peer', [], { replicas: 0 }),
  deployment('walled/dropped', [], { replicas: 0 }),
  deployment('walled/server', ['8080'], { replicas: 0 }),
  deployment('walled/shut', ['8080'], { replicas: 0 }),
  policy(
    'walled/only-peers',
    `
podSelector: {matchLabels: {app: shut}}
policyTypes: [Ingress]
ingress: [{from: [{podSelector: {matchLabels: {app: peer}}}]}]`,
  ),
];

const REQUIREMENTS = `
requirements: walled
cases:
  - {id: PEER, from: walled/peer, mayReach: [walled/server, walled/shut], on: [8080]}
  - {id: ALLOWED, from: walled/dropped, mayReach: walled/server, on: [8080]}
  - {id: ALLOWED-NOT, from: walled/dropped, mayNotReach: walled/server, on: [8080]}
  - {id: DENIED, from: walled/dropped, mayNotReach: walled/shut, on: [8080]}
`;

describe('a firewall beside the policies', () => {
  let cluster: SharedCluster;
  let files: Workspace;

  beforeEach(() => {
    files = workspace(REQUIREMENTS);
  });
  afterEach(async () => {
    await cluster.removeNamespaces('walled');
    await cluster.close();
    files.remove();
  });

  const observedOn = async (kind: Parameters<typeof sharedCluster>[0]): Promise<Evidence> => {
    cluster = await sharedCluster(kind);
    await cluster.apply(...OBJECTS);
    const running = cluster.startProbe(files);
    await running.until('watching the canary');
    await running.paused(async () => {
      const pods = await standInsOf(cluster.kube, 'walled');
      for (const app of ['server', 'shut']) {
        dropAt(cluster.containerId, addressOf(pods, app), addressOf(pods, 'dropped'), 8080);
      }
    });
    return (await running.done).evidence();
  };

  test('where policies are enforced: blocked, and not by them', async () => {
    const evidence = await observedOn('enforcing');
    expect(requirementOf(evidence, 'PEER')).toMatchObject({ verdict: 'met' });
    const blocked = { observed: 'timed-out', predicted: 'allowed', attributedTo: 'network' };
    expect(theCell(evidence, 'ALLOWED')).toMatchObject({ ...blocked, verdict: 'violated' });
    expect(theCell(evidence, 'ALLOWED').text).toContain('the policies allow it; look at the network');
    expect(theCell(evidence, 'ALLOWED-NOT')).toMatchObject({ ...blocked, verdict: 'met' });
    const findings = evidence.findings.filter(({ rule }) => rule === 'blocked-without-policy');
    expect(findings.map(({ object }) => object)).toEqual(['walled/server[Deployment]']);
    expect(theCell(evidence, 'DENIED')).toMatchObject({ verdict: 'met', attributedTo: 'policy' });
  });

  test('where they are not: what is denied and blocked may be the firewall’s alone, so it is inconclusive', async () => {
    const evidence = await observedOn('ignoring');
    expect(requirementOf(evidence, 'PEER')).toMatchObject({ verdict: 'met' });
    const cell = theCell(evidence, 'DENIED');
    expect(cell).toMatchObject({ observed: 'timed-out', predicted: 'denied', verdict: 'inconclusive' });
    expect(cell.control).toMatchObject({ kind: 'allowed-peer', outcome: 'open' });
    expect(cell.text).toContain('the network does not enforce policies on node');
  });
});
