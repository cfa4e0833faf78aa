import { expect, it } from 'vitest';
import { workload } from '../../support/predicted.ts';
import { API, cases, DB, findingsOf, NAMESPACES, policy } from './support.ts';

it('says where it is not known what the policies let through, and calls it neither', () => {
  const elsewhere = workload('elsewhere/tool');
  const rule = policy(
    'db',
    '{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: a}}}], ports: [{port: 5432}]}]}',
  );
  const requirements = cases(
    'from: {cidr: 0.0.0.0/0}, mayReach: elsewhere/tool, on: [any]',
    'from: [shop/db, elsewhere/tool], mayReach: [elsewhere/tool, {cidr: 0.0.0.0/0}], on: [any]',
  );
  const found = findingsOf(requirements, NAMESPACES, elsewhere, DB, rule);
  expect(found.filter(({ rule: name }) => name.startsWith('undocumented'))).toEqual([
    {
      rule: 'undocumented-unknown',
      severity: 'note',
      fails: false,
      message: expect.stringMatching(
        /^of 1 pair of workloads it is not known whether .*: namespace elsewhere is used but not defined/,
      ) as string,
    },
  ]);
});

it('names each policy that is why it is not known, at its place', () => {
  const unread = (name: string, ns: string) =>
    `{apiVersion: crd.antrea.io/v1beta1, kind: NetworkPolicy, metadata: {name: ${name}, namespace: ${ns}}, spec: {}}`;
  const found = findingsOf(
    cases('from: outsider, mayNotReach: shop/db'),
    NAMESPACES,
    DB,
    API,
    workload('kube-system/kube-dns'),
    unread('x', 'shop'),
    unread('y', 'kube-system'),
  );
  const unknown = found.filter(({ rule }) => rule === 'undocumented-unknown');
  expect(unknown.map(({ object }) => object).sort()).toEqual([
    'NetworkPolicy.crd.antrea.io kube-system/y',
    'NetworkPolicy.crd.antrea.io shop/x',
  ]);
  expect(unknown.every(({ position }) => position !== undefined && position.line > 1)).toBe(true);
});
