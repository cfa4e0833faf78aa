import { describe, expect, it } from 'vitest';
import type { MutationResult } from '../../../../src/harness/mutate/model.ts';
import { mutationJson } from '../../../../src/reports/mutation/json.ts';
import { mutationText } from '../../../../src/reports/mutation/text.ts';
import { casesYaml } from '../../../../src/reports/mutation/yaml.ts';
import { mutated } from '../../harness/mutate/support.ts';
import { API, cases, DB, DENY, NAMESPACES, policy } from '../../harness/undocumented/support.ts';

const plain = { color: false, width: 80, isTty: false };
const DB_FROM_API = policy(
  'db',
  '{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 5432}]}]}',
);
const OUT = policy('out', '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}');
const requirements = cases(
  'from: shop/api, mayReach: shop/db, on: [5432]',
  'from: [shop/db, shop/api], mayNotReach: {cidr: 0.0.0.0/0}',
  'from: shop/api, mayReach: shop/db, on: [99]',
);
const result = mutated(requirements, NAMESPACES, API, DB, DENY, OUT, DB_FROM_API);
const all: MutationResult = { ...result, survived: 0, score: 100, cases: [], blind: [], mutants: [] };

describe('for people', () => {
  it('tells each survivor, the cases to paste, and the score in the last line', () => {
    expect(mutationText(result, plain)).toBe(`! C-3 is not met by the policies as they are, and can notice nothing

No requirement notices

  manifests.yaml:7:1
    policy shop/deny, policy removed
    outsider then reaches shop/api[Deployment] on every protocol and port: MUTANT-1 would notice
  manifests.yaml:7:1
    policy shop/deny, policyTypes without Ingress
    outsider then reaches shop/api[Deployment] on every protocol and port: MUTANT-1 would notice
  manifests.yaml:15:63
    policy shop/out, egress rule 1: pods * widened to every namespace
    shop/api[Deployment] then reaches outsider on every protocol and port: MUTANT-2 would notice
  manifests.yaml:17:1
    policy shop/db, podSelector app=db widened to {}
    shop/api[Deployment] then reaches shop/api[Deployment] on TCP 5432: MUTANT-1 would notice
  manifests.yaml:20:57
    policy shop/db, ingress rule 1 widened to every source
    outsider then reaches shop/db[Deployment] on TCP 5432: MUTANT-3 would notice
  manifests.yaml:20:57
    policy shop/db, ingress rule 1 widened to every protocol and port
    shop/api[Deployment] then reaches shop/db[Deployment] on SCTP 1-65535; TCP 1-5431,5433-65535; UDP 1-65535: MUTANT-4 would notice
  manifests.yaml:20:65
    policy shop/db, ingress rule 1: pods app=api widened to every pod
    shop/db[Deployment] then reaches shop/db[Deployment] on TCP 5432: MUTANT-3 would notice
  manifests.yaml:20:116
    policy shop/db, ingress rule 1: TCP 5432 widened to every TCP port
    shop/api[Deployment] then reaches shop/db[Deployment] on TCP 1-5431,5433-65535: MUTANT-4 would notice

4 cases that would, to go under \`cases:\` where they are meant

  - id: MUTANT-1
    from: [outsider, shop/api]
    mayNotReach: shop/api
  - id: MUTANT-2
    from: shop/api
    mayNotReach: outsider
  - id: MUTANT-3
    from: [outsider, shop/db]
    mayNotReach: shop/db
  - id: MUTANT-4
    from: shop/api
    mayNotReach: shop/db
    on: [1-5431/tcp, 5433-65535/tcp, 1-65535/udp, 1-65535/sctp]

mutation score 38 %  5 of 13 mutants noticed  (2 mutants of 15 change nothing and are not counted)
`);
  });

  it('tells what is not judged by why, and names a policy of another kind by its kind', () => {
    const rule = '{fromEndpoints: [{matchLabels: {app: api}}], authentication: {mode: required}}';
    const cnp = `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: db, namespace: shop}, spec: {endpointSelector: {matchLabels: {app: db}}, ingress: [${rule}]}}`;
    const found = mutated(cases('from: outsider, mayNotReach: shop/db'), NAMESPACES, API, DB, cnp);
    expect(mutationText(found, plain))
      .toContain(`! not judged, and not counted: what 4 mutants would change is not known

  CiliumNetworkPolicy shop/db (manifests.yaml:7), ingress rule 1: it wants authentication
    manifests.yaml:7:155
      CiliumNetworkPolicy shop/db, ingress rule 1 emptied: it allows nothing
`);
    const json = JSON.parse(mutationJson(found)) as { mutants: unknown[] };
    expect(json.mutants).toContainEqual(
      expect.objectContaining({
        policy: 'CiliumNetworkPolicy shop/db',
        outcome: 'unknown',
        why: expect.stringContaining('authentication') as string,
      }),
    );
  });

  it('is one line where all is noticed, and says so where there is no score', () => {
    expect(mutationText(all, plain)).toBe(
      'mutation score 100 %  5 of 5 mutants noticed  (0 mutants of 0 change nothing and are not counted)\n',
    );
    expect(mutationText({ ...all, killed: 0, score: null }, plain)).toMatch(/^no score {2}/u);
  });

  it('never rounds a survivor away', () => {
    expect(mutationText({ ...all, killed: 999, survived: 1, score: 99.9 }, plain)).toContain('mutation score 99 %');
    expect(JSON.parse(mutationJson({ ...all, score: 99.99 }))).toMatchObject({ score: 99.9 });
  });
});

it('for programs it has each mutant with its outcome, and the cases as YAML', () => {
  const json = JSON.parse(mutationJson(result)) as { mutants: unknown[]; cases: unknown[] };
  expect(json).toMatchObject({
    schema: 'mayreach.mutation/v1',
    score: 38.4,
    killed: 5,
    survived: 8,
    equivalent: 2,
    unknown: 0,
    notMet: [{ id: 'C-3' }],
  });
  expect(json.mutants).toHaveLength(15);
  expect(json.mutants).toContainEqual({
    policy: 'shop/db',
    kind: 'remove-rule',
    description: 'ingress rule 1 removed',
    position: { file: 'manifests.yaml', line: 20, column: 57 },
    outcome: 'killed',
    killedBy: 'C-1',
  });
  expect(json.mutants).toContainEqual({
    policy: 'shop/db',
    kind: 'widen-port',
    description: 'ingress rule 1: TCP 5432 widened to every TCP port',
    position: { file: 'manifests.yaml', line: 20, column: 116 },
    outcome: 'survived',
    change: { from: 'shop/api[Deployment]', to: 'shop/db[Deployment]', opened: 'TCP 1-5431,5433-65535' },
    caughtBy: 'MUTANT-4',
  });
  expect(json.cases[1]).toMatchObject({
    id: 'MUTANT-2',
    yaml: '- id: MUTANT-2\n  from: shop/api\n  mayNotReach: outsider',
  });
});

it('quotes what a list would take apart', () => {
  const one = {
    id: 'A',
    from: ['shop/a[Job]', '{cidr: 10.0.0.0/8}'],
    expect: 'mayReach',
    to: ['shop/b[Pod]'],
  } as const;
  expect(casesYaml([one], '')).toEqual([
    '- id: A',
    "  from: ['shop/a[Job]', {cidr: 10.0.0.0/8}]",
    "  mayReach: 'shop/b[Pod]'",
  ]);
});
