/** What lies outside of the cluster cannot say who it is: by address and by name, silent, or with a proxy before it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/harness/evidence/schema.ts';
import type { CliRun } from './support/cli.ts';
import { externalHost, type ExternalHost } from './support/docker.ts';
import { requirementOf, theCell, triedCells } from './support/evidence.ts';
import { addHostToDns } from './support/cluster-dns.ts';
import { ALLOW_DNS, defaultDeny, deployment, namespace, policy } from './support/objects.ts';
import { sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const PORT = 9000;
const SILENT = 9001;
const NAME = 'payments.example.test';

const objects = (address: string): readonly string[] => [
  namespace('egress'),
  defaultDeny('egress'),
  deployment('egress/free', [], { replicas: 0, labels: `out: 'yes', dns: 'yes'` }),
  deployment('egress/mute', [], { replicas: 0, labels: `out: 'yes'` }),
  deployment('egress/shut', [], { replicas: 0, labels: `dns: 'yes'` }),
  policy('egress/ask-dns', ALLOW_DNS),
  policy(
    'egress/out',
    `
podSelector: {matchLabels: {out: 'yes'}}
policyTypes: [Egress]
egress: [{to: [{ipBlock: {cidr: ${address}/32}}]}]`,
  ),
];

const requirements = (address: string): string => `
requirements: external
endpoints:
  outside: {cidr: ${address}/32}
  named: {host: ${NAME}}
cases:
  - {id: ADDRESS, from: egress/free, mayReach: outside, on: [${PORT}, ${PORT}/udp]}
  - {id: ADDRESS-NOT, from: egress/shut, mayNotReach: outside, on: [${PORT}, ${PORT}/udp]}
  - {id: NAME, from: egress/free, mayReach: named, on: [${PORT}]}
  - {id: NAME-WITHOUT-DNS, from: egress/mute, mayReach: named, on: [${PORT}]}
  - {id: NAME-BLOCKED, from: egress/shut, mayReach: named, on: [${PORT}]}
  - {id: NAME-NOT, from: egress/shut, mayNotReach: named, on: [${PORT}]}
  - {id: NAME-NOT-WITHOUT-DNS, from: egress/mute, mayNotReach: named, on: [${PORT}]}
  - {id: NO-SUCH-NAME, from: egress/free, mayNotReach: {host: no-such.example.test}, on: [${PORT}]}
  - {id: SILENT, from: egress/shut, mayNotReach: outside, on: [${SILENT}, ${SILENT}/udp]}
  - {id: SILENT-OPEN, from: egress/free, mayReach: outside, on: [${SILENT}]}
  - {id: PUBLIC, from: egress/shut, mayNotReach: {cidr: 203.0.113.7/32}, on: [443]}
`;

describe('external destinations', () => {
  let cluster: SharedCluster;
  let external: ExternalHost;
  let files: Workspace;
  let run: CliRun;
  let evidence: Evidence;

  beforeAll(async () => {
    cluster = await sharedCluster('enforcing');
    external = externalHost([PORT]);
    files = workspace(requirements(external.address));
    await cluster.apply(...objects(external.address));
    const dns = await addHostToDns(cluster.kube, NAME, external.address);
    run = await cluster.probe(files);
    await dns.restore();
    evidence = run.evidence();
  });
  afterAll(async () => {
    external.remove();
    await cluster.removeNamespaces('egress');
    await cluster.close();
    files.remove();
  });

  test('by address: open where a rule allows it, blocked with an unisolated control where none does', () => {
    expect(requirementOf(evidence, 'ADDRESS')).toMatchObject({ verdict: 'met', basis: 'observed' });
    expect(requirementOf(evidence, 'ADDRESS-NOT')).toMatchObject({ verdict: 'met', basis: 'observed' });
    for (const cell of triedCells(evidence, 'ADDRESS-NOT')) {
      expect(cell).toMatchObject({ predicted: 'denied', attributedTo: 'policy', address: external.address });
      expect(cell.control?.kind).not.toBe('none');
    }
  });

  test('by name: the rule for DNS makes the difference', () => {
    expect(theCell(evidence, 'NAME')).toMatchObject({ via: 'host-name', verdict: 'met' });
    expect(theCell(evidence, 'NAME').attempts?.[0]?.address).toBe(external.address);
    const mute = theCell(evidence, 'NAME-WITHOUT-DNS');
    expect(mute).toMatchObject({ observed: 'name-not-resolved', verdict: 'violated', attributedTo: 'dns' });
    expect(mute.text).toContain('the name does not resolve for egress/mute[Deployment], though it does for others');
    expect(theCell(evidence, 'NAME-BLOCKED')).toMatchObject({ verdict: 'violated', attributedTo: 'policy' });
  });

  test('a name that fails blocks nobody who knows the address', () => {
    expect(theCell(evidence, 'NAME-NOT')).toMatchObject({ verdict: 'met', address: external.address });
    const mute = theCell(evidence, 'NAME-NOT-WITHOUT-DNS');
    expect(mute).toMatchObject({ verdict: 'violated', address: external.address, attributedTo: 'policy' });
  });

  test('a name that nobody can resolve may be public: it is not dialled unasked', () => {
    expect(requirementOf(evidence, 'NO-SUCH-NAME')).toMatchObject({ verdict: 'untested' });
    expect(requirementOf(evidence, 'NO-SUCH-NAME').text).toContain('could resolve no-such.example.test');
  });

  test.each(['SILENT', 'SILENT-OPEN'])('%s: where nobody is known to listen nothing is blocked', (id) => {
    for (const cell of triedCells(evidence, id)) {
      expect(cell).toMatchObject({ verdict: 'inconclusive', attributedTo: 'nothing', control: { kind: 'none' } });
      expect(cell.missing).toContain('let something listen at the destination');
    }
  });

  test('with a list what is on it is dialled, and nothing else', async () => {
    const args = ['--allow-external', '192.0.2.0/24,no-such.example.test', '--only', 'ADDRESS', 'NO-SUCH-NAME'];
    const listed = (await cluster.probe(files, args)).evidence();
    for (const cell of triedCells(listed, 'ADDRESS')) expect(cell.attempts).toBeUndefined();
    expect(requirementOf(listed, 'ADDRESS')).toMatchObject({ verdict: 'untested' });
    expect(requirementOf(listed, 'ADDRESS').text).toContain('is not on the list of --allow-external');
    expect(requirementOf(listed, 'NO-SUCH-NAME')).toMatchObject({ verdict: 'inconclusive' });
    expect(requirementOf(listed, 'NO-SUCH-NAME').text).toContain('no-such.example.test: is the name right?');
    const address = ['--allow-external', `${external.address}/32`, '--only', 'ADDRESS'];
    const allowed = (await cluster.probe(files, address)).evidence();
    expect(requirementOf(allowed, 'ADDRESS')).toMatchObject({ verdict: 'met', basis: 'observed' });
  });

  test('a public address is not dialled unasked', () => {
    expect(requirementOf(evidence, 'PUBLIC')).toMatchObject({ verdict: 'untested' });
    expect(requirementOf(evidence, 'PUBLIC').text).toContain('--allow-external');
  });
});
