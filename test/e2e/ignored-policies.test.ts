/**
 * The cluster that accepts policies and ignores them, as one without a network plugin that knows them does. A name of
 * a product says nothing here; the canary and the cells themselves do.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/harness/evidence/schema.ts';
import { mayreach, type CliRun } from './support/cli.ts';
import { watchContainers } from './support/docker.ts';
import { requirementOf, triedCells } from './support/evidence.ts';
import { defaultDeny, deployment, namespace, service } from './support/objects.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const REQUIREMENTS = `
requirements: ignored
manifests: ./manifests
cases:
  - {id: NOT, from: [shut/a, outsider], mayNotReach: shut/b, on: [8080, 5353/udp]}
  - {id: NOT-SERVICE, from: shut/a, mayNotReach: {service: shut/b}, on: [80]}
  - {id: MAY, from: shut/a, mayReach: shut/b, on: [8080]}
  - {id: NOBODY, from: shut/a, mayNotReach: {cidr: 10.42.0.1/32}, on: [65000]}
`;

describe('a network that ignores policies', () => {
  let files: Workspace;
  let run: CliRun;
  let evidence: Evidence;
  let containersLeft: () => readonly string[];

  beforeAll(async () => {
    containersLeft = watchContainers();
    files = workspace(REQUIREMENTS, [
      namespace('shut'),
      defaultDeny('shut'),
      deployment('shut/a'),
      deployment('shut/b', ['8080', '5353/udp']),
      service('shut/b', '{port: 80, targetPort: 8080}'),
    ]);
    run = await mayreach(['run', files.requirements, '--cluster', 'k3s', '--k3s-arg=--disable-network-policy'], files);
    expect(run.stderr).toContain('evidence.json');
    evidence = run.evidence();
  });
  afterAll(() => files.remove());

  test('the canary says so, for both protocols and directions', () => {
    const [canary] = evidence.cluster.canaries;
    expect(canary).toMatchObject({ enforced: false });
    expect(canary?.text).toContain('the network does not enforce policies');
    const denied = canary?.phases.filter(({ phase }) => phase === 'denied').map(({ outcome }) => outcome);
    expect(denied).toEqual(['open', 'open', 'open', 'open']);
  });

  test.each(['NOT', 'NOT-SERVICE'])('%s: every denied pair is violated, though no canary backs it', (id) => {
    expect(requirementOf(evidence, id)).toMatchObject({ verdict: 'violated', basis: 'observed' });
    expect(requirementOf(evidence, id).text).toContain('the network does not enforce');
    for (const cell of triedCells(evidence, id)) {
      expect(cell).toMatchObject({
        predicted: 'denied',
        observed: 'open',
        verdict: 'violated',
        attributedTo: 'network',
      });
      expect(cell.text).toMatch(/open: the network does not enforce the policies, which deny it: .*shut\/default-deny/);
    }
  });

  test('what may be reached is reached, and the disagreement is a finding', () => {
    expect(requirementOf(evidence, 'MAY')).toMatchObject({ verdict: 'met' });
    expect(triedCells(evidence, 'MAY')[0]?.text).toContain('although the policies deny it');
    const findings = evidence.findings.filter(({ rule }) => rule === 'not-enforced');
    expect(findings.map(({ message }) => message).join('\n')).toContain('shut/a[Deployment] → shut/b[Deployment]');
  });

  test('a closed port is no denial where no canary shows one', () => {
    expect(requirementOf(evidence, 'NOBODY')).toMatchObject({ verdict: 'inconclusive' });
  });

  test('exit 1, and the cluster is gone', () => {
    expect(run.exit).toBe(1);
    expect(containersLeft()).toEqual([]);
  });
});
