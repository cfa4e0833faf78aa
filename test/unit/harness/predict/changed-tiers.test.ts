import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AdminPolicy } from '../../../../src/harness/inventory/admin-model.ts';
import type { Inventory, Workload } from '../../../../src/harness/inventory/model.ts';
import { applyEdit } from '../../../../src/harness/mutate/edits.ts';
import { mutablePolicies } from '../../../../src/harness/mutate/mutants.ts';
import { ChangedTiers } from '../../../../src/harness/predict/changed-tiers.ts';
import { ALL_ADDRESSES } from '../../../../src/harness/predict/sets/addresses.ts';
import type { Predictor } from '../../../../src/harness/predict/model.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { outsider } from '../../../../src/harness/predict/ends/outsider.ts';
import { mixedPolicies, settledPolicies } from './admin/fixtures.ts';
import { knownInventories, openInventories } from './arbitraries.ts';
import { calicoObjects, withCalico } from './calico/arbitraries.ts';

const admin =
  (policies: fc.Arbitrary<readonly AdminPolicy[]>) =>
  (inventories: fc.Arbitrary<Inventory>): fc.Arbitrary<Inventory> =>
    fc.tuple(inventories, policies).map(([inventory, adminPolicies]) => ({ ...inventory, adminPolicies }));

const calico =
  (settled: boolean) =>
  (inventories: fc.Arbitrary<Inventory>): fc.Arbitrary<Inventory> =>
    fc.tuple(inventories, calicoObjects(settled)).map(([inventory, objects]) => withCalico(inventory, objects));

it.each([
  ['administrators, all known', admin(settledPolicies)(knownInventories)],
  ['administrators, much not known', admin(mixedPolicies)(openInventories)],
  ['Calico, all known', calico(true)(knownInventories)],
  ['Calico, much not known', calico(false)(openInventories)],
])('pods that a change concerns predicted anew is all predicted anew (%s)', (_, inventories) => {
  fc.assert(
    fc.property(inventories, fc.nat(), (inventory, pick) => {
      const edits = mutablePolicies(inventory).flatMap(({ mutants }) => mutants().map(({ edit }) => edit));
      const edit = edits.filter(({ list }) => list === 'adminPolicies').at(pick % Math.max(1, edits.length));
      if (edit?.list !== 'adminPolicies') return;
      const workloads = [outsider(), ...inventory.workloads];
      const quick = new ChangedTiers(inventory, workloads).after(edit.replaced, edit.by);
      const whole = createPredictor(applyEdit(inventory, edit));
      for (const one of workloads) {
        expect(outsideOf(quick, one)).toEqual(outsideOf(whole, one));
        for (const other of workloads) expect(pairOf(quick, one, other)).toEqual(pairOf(whole, one, other));
      }
    }),
    { numRuns: 150 },
  );
});

function pairOf(predictor: Predictor, from: Workload, to: Workload): unknown {
  const prediction = predictor.between(from, to);
  const points = [1, 80, 443].map((port) => prediction.decide('TCP', port).outcome);
  const { allowed, unknown, notes } = prediction;
  return [from.id, to.id, allowed.format(), unknown.format(), notes.toSorted(), points];
}

function outsideOf(predictor: Predictor, workload: Workload): readonly string[] {
  const parts = [predictor.toAddresses(workload, ALL_ADDRESSES), predictor.fromAddresses(ALL_ADDRESSES, workload)];
  return parts.flatMap((ofOne, index) =>
    ofOne
      .map(({ addresses, prediction: { allowed, unknown } }) =>
        [index, addresses.ranges().join(), allowed.format(), unknown.format()].join(' '),
      )
      .sort(),
  );
}
