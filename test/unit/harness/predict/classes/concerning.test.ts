import { expect, it } from 'vitest';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { admin } from '../admin/fixtures.ts';
import { inventory, namespace, policy, unmodelled, workload } from '../fixtures.ts';

const web = workload('shop/web', { app: 'web' });
const db = workload('shop/db', { app: 'db' });
const far = workload('far/tool', { app: 'db' });

it('knows whom a policy of whatever kind selects, or may', () => {
  const known = inventory({
    namespaces: [namespace('shop', { env: 'prod' }), namespace('far', {}, false)],
    workloads: [web, db, far],
    policies: [policy('shop/db', { podSelector: { matchLabels: { app: 'db' } } })],
    adminPolicies: [
      admin('db', {
        namespaces: { matchLabels: { env: 'prod' } },
        pods: { matchLabels: { app: 'db' } },
        ingress: [{ action: 'deny', namespaces: {} }],
      }),
    ],
    unmodelled: [unmodelled('shop/l7', 'shop')],
  });
  const predictor = createPredictor(known);
  const { kind = '', id = '' } = known.unmodelled[0] ?? {};
  const concerned = (name: string) =>
    known.workloads.filter((one) => predictor.mayConcern(name, one)).map((one) => one.id);
  expect(concerned('shop/db')).toEqual([db.id]);
  // Of the other namespace only the name is known.
  expect(concerned('AdminNetworkPolicy db')).toEqual([db.id, far.id]);
  expect(concerned(`${kind} ${id}`)).toEqual([web.id, db.id]);
  expect(concerned('AdminNetworkPolicy other')).toEqual([]);
});
