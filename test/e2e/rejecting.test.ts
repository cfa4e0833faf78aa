/**
 * A network that rejects what it denies, as k3s's own policy engine does: then a denial and a port where nobody
 * listens look the same to whoever dials, and only a control tells them apart.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/harness/evidence/schema.ts';
import type { CliRun } from './support/cli.ts';
import { docker } from './support/docker.ts';
import { requirementOf, theCell, triedCells } from './support/evidence.ts';
import { defaultDeny, deployment, namespace, policy } from './support/objects.ts';
import { rejectingNetwork } from './support/rejecting-network.ts';
import { sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const OBJECTS = [
  namespace('reject'),
  defaultDeny('reject'),
  deployment('reject/client', [], { replicas: 0 }),
  deployment('reject/server', ['http:8080', '5353/udp'], { replicas: 0 }),
  policy(
    'reject/client-out',
    `
podSelector: {matchLabels: {app: client}}
policyTypes: [Egress]
egress: [{to: [{podSelector: {matchLabels: {app: server}}}]}]`,
  ),
  policy(
    'reject/server-in',
    `
podSelector: {matchLabels: {app: server}}
policyTypes: [Ingress]
ingress:
  - from: [{podSelector: {matchLabels: {app: client}}}]
    ports: [{port: http}, {port: 5353, protocol: UDP}]`,
  ),
];

/** Nobody listens on the node's port 9. */
const requirements = (node: string): string => `
requirements: rejecting
cases:
  - {id: MAY, from: reject/client, mayReach: reject/server, on: [http, 5353/udp]}
  - {id: NOT, from: outsider, mayNotReach: reject/server, on: [http, 5353/udp]}
  - {id: BLOCKED, from: outsider, mayReach: reject/server, on: [http]}
  - {id: NOBODY, from: outsider, mayNotReach: {cidr: ${node}/32}, on: [9]}
  - {id: NOBODY-MAY, from: outsider, mayReach: {cidr: ${node}/32}, on: [9]}
`;

describe('a network that rejects', () => {
  let cluster: SharedCluster;
  let files: Workspace;
  let run: CliRun;
  let evidence: Evidence;

  beforeAll(async () => {
    cluster = await sharedCluster('ignoring');
    const template = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    files = workspace(requirements(docker('inspect', '--format', template, cluster.containerId)));
    await cluster.apply(...OBJECTS);
    const network = await rejectingNetwork(cluster.kube, cluster.containerId);
    run = await cluster.probe(files);
    await network.stop();
    evidence = run.evidence();
  });
  afterAll(async () => {
    await cluster.removeNamespaces('reject');
    await cluster.close();
    files.remove();
  });

  test('the canary, whose policy is rejected like any other, shows enforcement', () => {
    const [canary] = evidence.cluster.canaries;
    expect(canary).toMatchObject({ enforced: true });
    const denied = canary?.phases.filter(({ phase }) => phase === 'denied') ?? [];
    expect(denied.some(({ outcome }) => outcome === 'refused')).toBe(true);
  });

  test('what is allowed is open', () => {
    expect(requirementOf(evidence, 'MAY')).toMatchObject({ verdict: 'met', basis: 'observed' });
  });

  test('refused, where the same listener answered an allowed peer: blocked', () => {
    expect(requirementOf(evidence, 'NOT')).toMatchObject({ verdict: 'met', basis: 'observed' });
    for (const cell of triedCells(evidence, 'NOT')) {
      expect(cell).toMatchObject({
        observed: 'refused',
        predicted: 'denied',
        attributedTo: 'policy',
        control: { kind: 'allowed-peer', from: 'reject/client[Deployment]', outcome: 'open' },
      });
      expect(cell.attempts?.some(({ errno }) => errno === 'ECONNREFUSED')).toBe(true);
    }
    expect(theCell(evidence, 'BLOCKED')).toMatchObject({ observed: 'refused', verdict: 'violated' });
  });

  test.each(['NOBODY', 'NOBODY-MAY'])('%s: refused, because nobody listens: inconclusive', (id) => {
    expect(theCell(evidence, id)).toMatchObject({
      observed: 'refused',
      verdict: 'inconclusive',
      attributedTo: 'nothing',
      control: { kind: 'none' },
    });
  });

  test('nothing is left', async () => {
    expect(await cluster.leftovers()).toEqual([]);
    expect(run.exit).toBe(1);
  });
});
