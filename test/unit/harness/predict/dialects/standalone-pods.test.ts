import { expect, it } from 'vitest';
import type { NetworkPlugin } from '../../../../../src/harness/inventory/model.ts';
import { dialectNotes } from '../../../../../src/harness/predict/dialects/dialect-policies.ts';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { inventory, policy, workload } from '../fixtures.ts';

const [web, db, bare] = [
  workload('shop/web', { app: 'web' }),
  workload('shop/db', { app: 'db' }),
  workload('shop/bare', { app: 'bare' }, { kind: 'Pod' }),
];
const denyAll = policy('shop/deny', { ingress: [] });

function scene(name: NetworkPlugin['name']) {
  const all = inventory({ workloads: [web, db, bare], policies: [denyAll], plugin: { name } });
  const predictor = createPredictor(all);
  const decided = (to: typeof web) => predictor.between(web, to).decide('TCP', 80);
  return { decided, notes: dialectNotes(all).map(({ text }) => text) };
}

// https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html, "Network policies apply only to pods that
// are part of a deployment"
it('what policies deny to a pod without a controller is not known under the Amazon VPC CNI', () => {
  const { decided, notes } = scene('aws');
  expect(decided(db).outcome).toBe('denied');
  expect(decided(bare)).toMatchObject({ outcome: 'unknown' });
  expect(JSON.stringify(decided(bare))).toContain('does not apply policies');
  expect(notes).toEqual([expect.stringMatching(/^shop\/bare.* is a pod without a controller/)]);
});

it('elsewhere they are pods like others', () => {
  const { decided, notes } = scene('calico');
  expect(decided(bare).outcome).toBe('denied');
  expect(notes).toEqual([]);
});
