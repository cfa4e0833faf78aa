import { expect, it } from 'vitest';
import { ALL_IPV4 } from '../../../../../src/harness/predict/sets/addresses.ts';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { admin, type AdminSpec } from './fixtures.ts';
import { inventory, workload } from '../fixtures.ts';

const harry = workload('gryffindor/harry', { app: 'harry' });

it('addresses that several rules answer alike are told by each of them', () => {
  const towards = (network: string) => ({ action: 'accept' as const, networks: [network] });
  const both: AdminSpec = {
    egress: [towards('198.51.100.0/24'), towards('203.0.113.0/24'), { action: 'deny', networks: ['0.0.0.0/0'] }],
  };
  const parts = createPredictor(inventory({ workloads: [harry], adminPolicies: [admin('both', both)] })).toAddresses(
    harry,
    ALL_IPV4,
  );
  const part = parts.find(({ addresses }) => addresses.contains('203.0.113.7'));
  expect([part?.addresses.contains('198.51.100.7'), part?.prediction.allowed.isAll]).toEqual([true, true]);
  const { outcome, egress } = part?.prediction.decide('TCP', 80) ?? {};
  expect([outcome, egress?.allowedBy.map(({ rule }) => rule)]).toEqual(['allowed', [0, 1]]);
  const rest = parts.find(({ addresses }) => addresses.contains('192.0.2.1'))?.prediction.decide('TCP', 80);
  expect([rest?.outcome, rest?.egress.deniedBy?.map(({ rule }) => rule)]).toEqual(['denied', [2]]);
});
