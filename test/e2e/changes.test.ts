/** What happens to the cluster while it is observed: the cells that a change touches say nothing any more. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requirementOf, theCell } from './support/evidence.ts';
import { relabelStandIns } from './support/label-controller.ts';
import { defaultDeny, deployment, namespace, policy, service } from './support/objects.ts';
import { sharedCluster, type SharedCluster } from './support/shared-cluster.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const CLIENTS_IN = `
podSelector: {matchLabels: {app: server}}
policyTypes: [Ingress]
ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]`;

const objects = (name: string): readonly string[] => [
  namespace(name),
  deployment(`${name}/client`, [], { replicas: 0 }),
  deployment(`${name}/server`, ['8080'], { replicas: 0 }),
  service(`${name}/server`, '{port: 8080}'),
  policy(`${name}/clients-in`, CLIENTS_IN),
];

const REQUIREMENTS = `
requirements: changes
cases:
  - {id: TOUCHED, from: touched/client, mayReach: touched/server, on: [8080]}
  - {id: TOUCHED-NOT, from: outsider, mayNotReach: touched/server, on: [8080]}
  - {id: ASIDE, from: aside/client, mayReach: aside/server, on: [8080]}
  - {id: ASIDE-NOT, from: outsider, mayNotReach: aside/server, on: [8080]}
`;

describe('a cluster that changes', () => {
  let cluster: SharedCluster;
  let files: Workspace;

  beforeAll(async () => {
    cluster = await sharedCluster('enforcing');
    files = workspace(REQUIREMENTS);
    await cluster.apply(...objects('touched'), ...objects('aside'));
  });
  beforeEach(async () => {
    await cluster.kube.remove('/apis/networking.k8s.io/v1/namespaces/touched/networkpolicies/default-deny');
  });
  afterAll(async () => {
    await cluster.removeNamespaces('touched', 'aside');
    await cluster.close();
    files.remove();
  });

  const expectAsideJudged = (evidence: Parameters<typeof requirementOf>[0]): void => {
    expect(requirementOf(evidence, 'ASIDE')).toMatchObject({ verdict: 'met', basis: 'observed' });
    expect(requirementOf(evidence, 'ASIDE-NOT')).toMatchObject({ verdict: 'met', basis: 'observed' });
  };

  test.each([
    ['while pods are placed, after the policies were read', 'starting'],
    ['in the middle of observing', 'settling'],
  ])('a policy that is added %s: its namespace is inconclusive, others are judged', async (_when, stage) => {
    const running = cluster.startProbe(files);
    await running.until(stage);
    await cluster.apply(defaultDeny('touched'));
    const run = await running.done;
    const evidence = run.evidence();
    expect(evidence.cluster.changes).toEqual(['NetworkPolicy touched/default-deny was added']);
    for (const id of ['TOUCHED', 'TOUCHED-NOT']) {
      expect(theCell(evidence, id)).toMatchObject({ verdict: 'inconclusive', attributedTo: 'nothing' });
      expect(theCell(evidence, id).text).toBe('NetworkPolicy touched/default-deny was added while the run observed it');
    }
    expectAsideJudged(evidence);
    expect(run.exit).toBe(2);
    expect(await cluster.leftovers()).toEqual([]);
  });

  test('a namespace that comes and goes elsewhere changes nothing', async () => {
    const running = cluster.startProbe(files);
    await running.until('settling');
    await cluster.apply(namespace('preview'));
    const run = await running.done;
    await cluster.removeNamespaces('preview');
    expect(run.evidence().cluster.changes).toEqual(['Namespace preview was added']);
    expect(requirementOf(run.evidence(), 'TOUCHED')).toMatchObject({ verdict: 'met' });
    expectAsideJudged(run.evidence());
    expect(run.exit).toBe(0);
  });

  test.each([
    ['at once, as an admission webhook would', 'ADDED'],
    ['once they run, as a slow controller would', 'Running'],
  ] as const)('labels of a stand-in that somebody changes %s: the selector that sees it', async (_when, moment) => {
    const controller = relabelStandIns(cluster.kube, { namespace: 'touched', app: 'client', moment });
    const run = await cluster.probe(files);
    await controller.stop();
    const evidence = run.evidence();
    expect(controller.relabelled()).toBe(1);
    const cell = theCell(evidence, 'TOUCHED');
    expect(cell).toMatchObject({ verdict: 'inconclusive', attributedTo: 'nothing' });
    expect(cell.text).toMatch(/the labels of touched\/mayreach-\S+ were changed in the cluster/);
    expect(cell.text).toContain('policy touched/clients-in (app=client)');
    // Whether the client still gets there hangs on the moment; if not, the server's own word is no control for others.
    expect(theCell(evidence, 'TOUCHED-NOT').control?.kind).not.toBe('itself');
    expectAsideJudged(evidence);
    expect(run.exit).toBe(2);
  });
});
