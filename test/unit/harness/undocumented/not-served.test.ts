import { expect, it } from 'vitest';
import { workload } from '../../support/predicted.ts';
import { API, cases, DB, DENY, findingsOf, NAMESPACES, policy, WEB } from './support.ts';

const notServed = (requirements: string, ...manifests: readonly string[]) =>
  findingsOf(requirements, ...manifests).filter(({ rule }) => rule === 'requirement-not-served');
const API_TO_DB = cases('from: shop/api, mayReach: shop/db, on: [5432]');

it('notes a case that is met only because nothing isolates either end', () => {
  expect(notServed(API_TO_DB, NAMESPACES, API, DB)).toEqual([
    {
      rule: 'requirement-not-served',
      severity: 'note',
      message:
        'C-1 is served by no policy: shop/api[Deployment] reaches shop/db[Deployment] because nothing isolates shop/api[Deployment] for egress or shop/db[Deployment] for ingress',
      object: 'C-1',
      position: { file: 'net.reach.yaml', line: 3, column: 5 },
      fails: false,
    },
  ]);
});

it('says nothing where a policy of one end serves it', () => {
  const db = policy('db', '{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 5432}]}]}');
  expect(notServed(API_TO_DB, NAMESPACES, API, DB, db)).toEqual([]);
});

it('leaves what is denied to the verdict, and what may not reach alone', () => {
  expect(notServed(API_TO_DB, NAMESPACES, API, DB, DENY)).toEqual([]);
  expect(notServed(cases('from: outsider, mayNotReach: shop/db'), NAMESPACES, DB)).toEqual([]);
});

it('asks only ends that a policy could isolate: no address, no outsider, no node', () => {
  const node = workload('shop/node', { hostNetwork: true });
  const ends = cases(
    'from: outsider, mayReach: shop/web, on: [8080]',
    'from: {cidr: 203.0.113.0/24}, mayReach: shop/web, on: [8080]',
    'from: outsider, mayReach: shop/node, on: [80]',
  );
  const found = notServed(ends, NAMESPACES, WEB, node);
  expect(found.map(({ object }) => object)).toEqual(['C-1', 'C-2']);
  expect(found[0]?.message).toContain('because nothing isolates shop/web[Deployment] for ingress');
});

it('counts the pairs where only some are bare', () => {
  const egress = policy('web', '{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{}]}');
  const [finding] = notServed(
    cases('from: [shop/web, shop/api], mayReach: shop/db, on: [5432]'),
    NAMESPACES,
    WEB,
    API,
    DB,
    egress,
  );
  expect(finding?.message).toMatch(/^C-1 is served by no policy for 1 of its 2 pairs: shop\/api/);
});

it('says nothing where it is not known what serves it', () => {
  const cilium =
    '{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: x, namespace: shop}, spec: {endpointSelector: {}, ingress: [{fromGroups: [{}]}]}}';
  expect(notServed(API_TO_DB, NAMESPACES, API, DB, cilium)).toEqual([]);
});
