/**
 * Proxies accept the handshake for the destination and reset later. An answer that does not say who gives it is
 * neither open nor blocked.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/harness/evidence/schema.ts';
import { externalHost, type ExternalHost } from './support/docker.ts';
import { requirementOf, theCell } from './support/evidence.ts';
import { addressOf, standInsOf } from './support/look.ts';
import { deployment, namespace } from './support/objects.ts';
import { resetAllOf, resetInFrontOf } from './support/resetter.ts';
import { sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const OBJECTS = [
  namespace('proxied'),
  deployment('proxied/plain', [], { replicas: 0 }),
  deployment('proxied/meshed', [], { replicas: 0 }),
  deployment('proxied/server', ['8080', '9443'], { replicas: 0 }),
];

const requirements = (external: string): string => `
requirements: proxies
cases:
  - {id: BEHIND-PROXY, from: proxied/plain, mayReach: proxied/server, on: [9443]}
  - {id: BEHIND-PROXY-NOT, from: proxied/plain, mayNotReach: proxied/server, on: [9443]}
  - {id: BESIDE-IT, from: proxied/plain, mayReach: proxied/server, on: [8080]}
  - {id: SIDECAR, from: proxied/meshed, mayReach: proxied/server, on: [8080]}
  - {id: SIDECAR-OUT, from: proxied/meshed, mayReach: {cidr: ${external}/32}, on: [9000]}
  - {id: SIDECAR-OUT-NOT, from: proxied/meshed, mayNotReach: {cidr: ${external}/32}, on: [9001]}
  - {id: OUT, from: proxied/plain, mayReach: {cidr: ${external}/32}, on: [9000]}
`;

describe('proxies', () => {
  let cluster: SharedCluster;
  let external: ExternalHost;
  let files: Workspace;
  let evidence: Evidence;

  beforeAll(async () => {
    cluster = await sharedCluster('ignoring');
    external = externalHost([9000]);
    files = workspace(requirements(external.address));
    await cluster.apply(...OBJECTS);
    const running = cluster.startProbe(files);
    await running.until('watching the canary');
    const proxies = await running.paused(async () => {
      const pods = await standInsOf(cluster.kube, 'proxied');
      return [
        resetInFrontOf(cluster.containerId, addressOf(pods, 'server'), 9443),
        resetAllOf(cluster.containerId, addressOf(pods, 'meshed'), 15001),
      ];
    });
    const run = await running.done;
    proxies.forEach((proxy) => proxy.remove());
    evidence = run.evidence();
  });
  afterAll(async () => {
    external.remove();
    await cluster.removeNamespaces('proxied');
    await cluster.close();
    files.remove();
  });

  test.each(['BEHIND-PROXY', 'BEHIND-PROXY-NOT', 'SIDECAR', 'SIDECAR-OUT', 'SIDECAR-OUT-NOT'])(
    '%s: accepted by who knows whom is inconclusive, whatever was expected',
    (id) => {
      const cell = theCell(evidence, id);
      expect(cell).toMatchObject({
        observed: 'accepted-not-identified',
        verdict: 'inconclusive',
        attributedTo: 'nothing',
      });
      expect(cell.missing).toContain('does not identify itself');
    },
  );

  test('other ports, and other sources, are not touched by that', () => {
    expect(requirementOf(evidence, 'BESIDE-IT')).toMatchObject({ verdict: 'met', basis: 'observed' });
    expect(requirementOf(evidence, 'OUT')).toMatchObject({ verdict: 'met', basis: 'observed' });
  });
});
