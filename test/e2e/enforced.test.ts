/**
 * The main job on a network that enforces: one `--cluster k3s` run over a shop of small cases, each with the verdict
 * that a person with a terminal in each pod would come to.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/harness/evidence/schema.ts';
import { mayreach, type CliRun } from './support/cli.ts';
import { externalHost, watchContainers, type ExternalHost } from './support/docker.ts';
import { requirementOf, theCell, triedCells } from './support/evidence.ts';
import { ALLOW_DNS, defaultDeny, deployment, namespace, policy, service } from './support/objects.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const EXTERNAL_PORT = 9000;
const ASKED_BY_NOBODY_ELSE = 9002;

const MANIFESTS = [
  namespace('open'),
  deployment('open/a', ['8080', '5353/udp']),
  deployment('open/b', ['8080', '5353/udp']),
  namespace('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' }),
  deployment('strict/r1'),
  deployment('strict/r2', ['80']),
  namespace('shut'),
  defaultDeny('shut'),
  deployment('shut/client', [], { labels: `client: 'yes'` }),
  deployment('shut/web', [], { labels: `client: 'yes', dns: 'yes'` }),
  deployment('shut/server', ['http:8080', 'metrics:9090', '5353/udp']),
  service('shut/server', '{port: 80, targetPort: http}'),
  policy('shut/ask-dns', ALLOW_DNS),
  policy(
    'shut/client-out',
    `
podSelector: {matchLabels: {client: 'yes'}}
policyTypes: [Egress]
egress: [{to: [{podSelector: {matchLabels: {app: server}}}]}]`,
  ),
  policy(
    'shut/server-in',
    `
podSelector: {matchLabels: {app: server}}
policyTypes: [Ingress]
ingress:
  - from: [{podSelector: {matchLabels: {client: 'yes'}}}]
    ports: [{port: http}, {port: 5353, endPort: 5360, protocol: UDP}]`,
  ),
];

const requirements = (external: string): string => `
requirements: enforced
manifests: ./manifests
endpoints:
  outside: {cidr: ${external}/32}
cases:
  - {id: OPEN-TCP, from: open/a, mayReach: open/b, on: [8080]}
  - {id: OPEN-UDP, from: open/a, mayReach: open/b, on: [5353/udp]}
  - {id: OPEN-NOT, from: open/a, mayNotReach: open/b, on: [8080, 5353/udp]}
  - {id: OPEN-UNDECLARED, from: open/b, mayNotReach: open/a, on: [4444]}
  - {id: STRICT, from: strict/r1, mayReach: strict/r2, on: [80]}
  - {id: NAMED, from: shut/client, mayReach: shut/server, on: [http]}
  - {id: NAMED-NOT, from: shut/client, mayNotReach: shut/server, on: [metrics]}
  - {id: UDP, from: shut/client, mayReach: shut/server, on: [5353/udp]}
  - {id: UDP-NOT, from: outsider, mayNotReach: shut/server, on: [5353/udp]}
  - {id: BLOCKED, from: outsider, mayReach: shut/server, on: [http]}
  - {id: BLOCKED-BOTH, from: open/a, mayNotReach: shut/server, on: [http]}
  - {id: SERVICE, from: shut/web, mayReach: {service: shut/server}, on: [80]}
  - {id: SERVICE-NO-DNS, from: shut/client, mayReach: {service: shut/server}, on: [80]}
  - {id: SERVICE-NOT, from: open/a, mayNotReach: {service: shut/server}, on: [80]}
  - {id: OUT, from: open/a, mayReach: outside, on: [${EXTERNAL_PORT}, ${EXTERNAL_PORT}/udp]}
  - {id: OUT-NOT, from: shut/web, mayNotReach: outside, on: [${ASKED_BY_NOBODY_ELSE}]}
  - {id: OUT-BLOCKED, from: shut/web, mayReach: outside, on: [${EXTERNAL_PORT}]}
  - {id: OUT-NOBODY, from: shut/web, mayNotReach: outside, on: [9001]}
  - {id: OUT-NOBODY-OPEN, from: open/a, mayReach: outside, on: [9001]}
  - {id: SCTP, from: shut/web, mayNotReach: shut/server, on: [7000/sctp]}
  - id: ACCEPTED
    from: open/b
    mayNotReach: open/a
    on: [8080]
    accepted: {because: legacy, approvedBy: board, until: 2099-12-31}
  - id: ENDED
    from: open/b
    mayNotReach: open/a
    on: [8080]
    accepted: {because: legacy, approvedBy: board, until: 2020-12-31}
  - {id: EXPIRED, from: open/a, mayReach: open/b, on: [8080], expires: 2020-12-31}
`;

describe('an enforcing network', () => {
  let external: ExternalHost;
  let files: Workspace;
  let run: CliRun;
  let evidence: Evidence;
  let containersLeft: () => readonly string[];

  beforeAll(async () => {
    containersLeft = watchContainers();
    external = externalHost([EXTERNAL_PORT, ASKED_BY_NOBODY_ELSE]);
    files = workspace(requirements(external.address), MANIFESTS);
    run = await mayreach(['run', files.requirements, '--cluster', 'k3s'], files);
    expect(run.stderr).toContain('evidence.json');
    evidence = run.evidence();
  });
  afterAll(() => {
    external.remove();
    files.remove();
  });

  test('the canary showed enforcement, the matrix settled, and the cluster is gone', () => {
    expect(evidence.cluster).toMatchObject({ source: 'k3s', probed: true, settling: { settled: true }, changes: [] });
    expect(evidence.cluster.canaries).toHaveLength(1);
    expect(evidence.cluster.canaries[0]).toMatchObject({ enforced: true });
    expect(evidence.cluster.canaries[0]?.phases).toHaveLength(12);
    expect(run.exit).toBe(1);
    expect(containersLeft()).toEqual([]);
  });

  test('what the plugin that runs reads in a way of its own is said, and kept', () => {
    const said = /NetworkPolicy shut\/server-in has an endPort, which Cilium before 1\.16 ignores/;
    expect(run.stderr).toMatch(said);
    expect(evidence.inventory.notes.map(({ text }) => text).join('\n')).toMatch(said);
  });

  test.each(['OPEN-TCP', 'OPEN-UDP', 'STRICT', 'NAMED', 'UDP'])('%s: what may be reached is open, and met', (id) => {
    expect(requirementOf(evidence, id)).toMatchObject({ verdict: 'met', basis: 'observed' });
    expect(theCell(evidence, id)).toMatchObject({ observed: 'open', predicted: 'allowed', attributedTo: 'policy' });
    expect(theCell(evidence, id).attempts).toHaveLength(2);
  });

  test('an open network violates what must not be reached, and the text says that no policy stands in the way', () => {
    expect(requirementOf(evidence, 'OPEN-NOT')).toMatchObject({ verdict: 'violated', basis: 'observed' });
    for (const cell of triedCells(evidence, 'OPEN-NOT')) {
      expect(cell).toMatchObject({ observed: 'open', verdict: 'violated', attributedTo: 'policy' });
      expect(cell.text).toContain('no policy isolates open/b[Deployment] for ingress');
    }
    expect(theCell(evidence, 'OPEN-UNDECLARED')).toMatchObject({ observed: 'open', verdict: 'violated' });
  });

  test('UDP is confirmed where it arrived', () => {
    expect(theCell(evidence, 'UDP').attempts).toEqual([
      expect.objectContaining({ receiverSaw: true }),
      expect.objectContaining({ receiverSaw: true }),
    ]);
  });

  test.each(['NAMED-NOT', 'UDP-NOT', 'BLOCKED-BOTH'])('%s: a denial is met with a control that got through', (id) => {
    const cell = theCell(evidence, id);
    expect(cell).toMatchObject({ observed: 'timed-out', predicted: 'denied', verdict: 'met', attributedTo: 'policy' });
    expect(cell.control).toMatchObject({ outcome: 'open' });
    expect(cell.text).toMatch(/blocked: .*shut\/default-deny \(.*all\.yaml:\d+\)/);
  });

  test('who may reach it and is blocked: the policy that denies, by file and line', () => {
    expect(theCell(evidence, 'BLOCKED')).toMatchObject({
      observed: 'timed-out',
      verdict: 'violated',
      attributedTo: 'policy',
      control: { kind: 'allowed-peer', outcome: 'open' },
    });
    expect(requirementOf(evidence, 'BLOCKED').text).toMatch(/shut\/server-in \(.*all\.yaml:\d+\)/);
  });

  test('a service is tried through its name and its address, and answers from its target port', () => {
    const cells = triedCells(evidence, 'SERVICE');
    expect(cells.map(({ via }) => via).sort()).toEqual(['service-address', 'service-name']);
    for (const { observed, verdict, attempts } of cells) {
      expect({ observed, verdict }).toEqual({ observed: 'open', verdict: 'met' });
      expect(attempts?.[0]?.responder?.reachedAt).toMatch(/:8080$/);
    }
    expect(theCell(evidence, 'SERVICE-NOT')).toMatchObject({ via: 'service-address', port: 80, verdict: 'met' });
  });

  test('without a rule for DNS the name fails and the address works', () => {
    const byVia = new Map(triedCells(evidence, 'SERVICE-NO-DNS').map((cell) => [cell.via, cell]));
    expect(byVia.get('service-name')).toMatchObject({
      observed: 'name-not-resolved',
      predicted: 'denied',
      verdict: 'violated',
      attributedTo: 'dns',
    });
    expect(byVia.get('service-address')).toMatchObject({ observed: 'open', verdict: 'met' });
  });

  test('an external address, without --allow-external because it is private', () => {
    expect(requirementOf(evidence, 'OUT')).toMatchObject({ verdict: 'met', basis: 'observed' });
    expect(triedCells(evidence, 'OUT').map(({ protocol }) => protocol)).toEqual(['TCP', 'UDP']);
    const outcome = 'accepted-not-identified';
    const other = { kind: 'allowed-peer', from: 'open/a[Deployment]', outcome };
    expect(theCell(evidence, 'OUT-BLOCKED')).toMatchObject({
      verdict: 'violated',
      attributedTo: 'policy',
      control: other,
    });
    const control = { kind: 'unisolated-peer', from: 'outsider', outcome };
    expect(theCell(evidence, 'OUT-NOT')).toMatchObject({ verdict: 'met', attributedTo: 'policy', control });
  });

  test.each(['OUT-NOBODY', 'OUT-NOBODY-OPEN'])('%s: where nobody listens nothing can be blocked', (id) => {
    const cell = theCell(evidence, id);
    expect(cell).toMatchObject({ verdict: 'inconclusive', attributedTo: 'nothing', control: { kind: 'none' } });
    expect(cell.missing).toContain('no control');
  });

  test('what cannot be tried is untested', () => {
    expect(requirementOf(evidence, 'SCTP')).toMatchObject({ verdict: 'untested' });
    expect(requirementOf(evidence, 'SCTP').text).toContain('SCTP cannot be tried');
  });

  test('dates: an accepted violation is told, an ended one and an expired requirement count', () => {
    expect(requirementOf(evidence, 'ACCEPTED')).toMatchObject({ verdict: 'violated', accepted: { active: true } });
    expect(requirementOf(evidence, 'ENDED')).toMatchObject({ verdict: 'violated', accepted: { active: false } });
    expect(requirementOf(evidence, 'EXPIRED')).toMatchObject({ verdict: 'violated', expired: true });
    expect(theCell(evidence, 'EXPIRED')).toMatchObject({ observed: 'open', verdict: 'met' });
  });

  test('requirements that contradict each other are a finding, and each is judged alone', () => {
    const found = evidence.findings.filter(({ rule }) => rule === 'requirements-contradict');
    expect(found).not.toEqual([]);
    expect(found[0]?.message).toContain('OPEN-NOT');
  });
});
