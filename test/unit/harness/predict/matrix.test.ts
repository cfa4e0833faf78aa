import { describe, expect, it } from 'vitest';
import { matrixOf } from '../../../../src/harness/predict/matrix.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import type { Inventory, Route, Workload } from '../../../../src/harness/inventory/model.ts';
import { admin } from './admin/fixtures.ts';
import { inventory, namespace, policy, service, unmodelled, workload, type PolicySpec } from './fixtures.ts';

const web = workload('shop/web', { app: 'web' }, { ports: [{ name: 'http', protocol: 'TCP', port: 8080 }] });
const db = workload('shop/db', { app: 'db' }, { kind: 'StatefulSet' });
const job = workload('shop/job', { app: 'job' }, { kind: 'Pod' });

function rowsOf(more: Partial<Inventory>): readonly string[] {
  return matrixFor(more).rows.map(({ from, to, connections }) => `${from} > ${to}: ${connections}`);
}

function matrixFor(more: Partial<Inventory>) {
  const found = inventory(more);
  return matrixOf(found, createPredictor(found, { assumeUndefinedNamespacesHaveNoLabels: true }));
}

const closed = (path: string, spec: PolicySpec = {}) => policy(path, { policyTypes: ['Ingress', 'Egress'], ...spec });

describe('the matrix', () => {
  it('has every allowed pair once: replicas of one workload, but not a pod and itself', () => {
    expect(rowsOf({ workloads: [web, job] })).toEqual([
      'shop/job[Pod] > shop/web[Deployment]: all',
      'shop/web[Deployment] > shop/job[Pod]: all',
      'shop/web[Deployment] > shop/web[Deployment]: all',
      'shop/job[Pod] > 0.0.0.0-255.255.255.255: all',
      '0.0.0.0-255.255.255.255 > shop/job[Pod]: all',
      'shop/web[Deployment] > 0.0.0.0-255.255.255.255: all',
      '0.0.0.0-255.255.255.255 > shop/web[Deployment]: all',
    ]);
  });

  it('cuts addresses along the blocks, into maximal ranges', () => {
    const out = closed('shop/out', {
      egress: [
        {
          to: [{ ipBlock: { cidr: '203.0.113.0/25' } }, { ipBlock: { cidr: '203.0.113.128/25' } }],
          ports: [{ port: 443 }],
        },
        { to: [{ ipBlock: { cidr: '203.0.113.7/32' } }], ports: [{ protocol: 'UDP', port: 53 }] },
      ],
    });
    expect(rowsOf({ workloads: [db], policies: [out] })).toEqual([
      'shop/db[StatefulSet] > 203.0.113.0-203.0.113.6: TCP 443',
      'shop/db[StatefulSet] > 203.0.113.8-203.0.113.255: TCP 443',
      'shop/db[StatefulSet] > 203.0.113.7-203.0.113.7: TCP 443; UDP 53',
    ]);
  });

  it('has IPv6 ranges only where the inventory names IPv6', () => {
    const six = policy('shop/six', { policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: 'fd00::/8' } }] }] });
    const rows = rowsOf({ workloads: [db], policies: [six] });
    expect(rows).toContain('shop/db[StatefulSet] > fd00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff: all');
    expect(rows).toContain('::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff > shop/db[StatefulSet]: all');
  });

  it.each([
    ['networks of an administrator', { kind: 'networks', cidrs: ['fd00::/8'] }, true],
    ["Cilium's blocks", { kind: 'world', cidrs: ['fd00::/8'], except: [] }, true],
    [
      "Cilium's world, which is of both families everywhere",
      { kind: 'world', cidrs: ['0.0.0.0/0', '::/0'], except: [] },
      false,
    ],
  ] as const)('as do %s', (_, peer, names) => {
    const six = admin('six', { egress: [{ action: 'deny' }] });
    const [rule] = six.egress;
    if (rule === undefined) throw new Error('no rule');
    const adminPolicies = [{ ...six, egress: [{ ...rule, peers: [{ ...peer, position: rule.position }] }] }];
    const rows = rowsOf({ workloads: [db], adminPolicies });
    expect(rows.some((row) => row.includes('fcff:ffff'))).toBe(names);
  });

  it('leaves out what is not known, and says it apart with its reason', () => {
    const { rows, unknown, notes } = matrixFor({ workloads: [web, db], unmodelled: [unmodelled('shop/l7', 'shop')] });
    expect(rows).toEqual([]);
    expect(unknown).toContainEqual({ from: web.id, to: db.id, connections: 'all' });
    expect(notes.join('\n')).toMatch(/not listed as allowed, because not known: CiliumNetworkPolicy shop\/l7/);
  });

  it('says once of each policy why what it does is not known, and to whom', () => {
    const many = ['a', 'b', 'c', 'd'].map((name) => workload(`shop/${name}`));
    const text = (workloads: readonly Workload[]) =>
      matrixFor({ workloads, unmodelled: [unmodelled('shop/l7', 'shop'), unmodelled('wide')] }).notes;
    const to = (names: string) =>
      expect.stringMatching(
        `^not listed as allowed, because not known: CiliumNetworkPolicy shop/l7 .* ${names}: `,
      ) as string;
    expect(text(many.slice(0, 1))).toEqual([to('may apply to shop/a\\[Deployment\\]')]);
    expect(text(many.slice(0, 2))).toEqual([to('to shop/a\\[Deployment\\] and shop/b\\[Deployment\\]')]);
    expect(text(many)).toEqual([
      to('to shop/a\\[Deployment\\], shop/b\\[Deployment\\], shop/c\\[Deployment\\] and 1 more'),
    ]);
    expect(text([...many.slice(0, 1), workload('ops/tool')])).toHaveLength(2);
  });

  it('names the assumptions that its rows rest on', () => {
    const fromProd = policy('shop/p', {
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { env: 'prod' } } }] }],
    });
    const { notes } = matrixFor({
      namespaces: [namespace('ops', {}, false)],
      workloads: [db, workload('ops/tool')],
      policies: [fromProd],
    });
    expect(notes).toContain('namespace ops is used but not defined: it is assumed to have no labels but its name');
  });

  it('says that it is empty for want of workloads', () => {
    expect(matrixFor({}).notes).toEqual(['there are no workloads in the input, so there is nothing to list']);
  });

  it('has no row for an assumed cluster DNS', () => {
    const dns = workload(
      'kube-system/kube-dns',
      {},
      { position: { file: 'assumed:kube-system/kube-dns', line: 0, column: 0 } },
    );
    expect(rowsOf({ workloads: [dns] })).toEqual([]);
  });
});

describe('ways in from outside', () => {
  const route: Route = {
    kind: 'Ingress',
    namespace: 'shop',
    name: 'front',
    backends: [{ namespace: 'shop', service: 'web', port: 80 }],
    position: { file: 'ingress.yaml', line: 1, column: 1 },
  };
  const front = service('shop/web', {
    selector: { app: 'web' },
    ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 'http' }],
  });
  const ways = (more: Partial<Inventory>) =>
    rowsOf({ workloads: [web], services: [front], routes: [route], ...more }).filter((row) => row.startsWith('{'));

  it('are rows of the ingress controller', () => {
    expect(ways({})).toEqual(['{ingress-controller} > shop/web[Deployment]: TCP 8080']);
  });

  it('are open only where a pod of which nothing is known may come in', () => {
    const from = (spec: PolicySpec) => ways({ policies: [policy('shop/p', spec)] });
    expect(from({ ingress: [{ from: [{ podSelector: {} }] }] })).toEqual([]);
    expect(from({ ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8080 }] }] })).toHaveLength(1);
    expect(from({ ingress: [{ ports: [{ port: 80 }] }] })).toEqual([]);
  });

  it('that are shut to such a pod are noted: a rule may name the controller', () => {
    const closed = policy('shop/p', { ingress: [{ from: [{ podSelector: {} }] }] });
    const { notes } = matrixFor({ workloads: [web], services: [front], routes: [route], policies: [closed] });
    expect(notes).toContainEqual(
      expect.stringMatching(
        /^routes lead to shop\/web\[Deployment\] on TCP 8080, .* only if the ingress controller is/,
      ),
    );
    const open = matrixFor({ workloads: [web], services: [front], routes: [route] });
    expect(open.notes.filter((note) => note.startsWith('routes lead'))).toEqual([]);
  });

  it('that lead out again are noted', () => {
    const out = service('shop/web', { type: 'ExternalName', externalName: 'web.example.com' });
    expect(matrixFor({ workloads: [web], services: [out], routes: [route] }).notes).toContain(
      'Ingress shop/front leads out of the cluster again: shop/web is web.example.com',
    );
  });

  it('that lead nowhere are noted', () => {
    const { notes } = matrixFor({ workloads: [web], routes: [route] });
    expect(notes).toContain('Ingress shop/front names service shop/web, which is not in the input');
  });
});
