import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressSet, ALL_ADDRESSES } from '../../../../src/harness/predict/sets/addresses.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import type { Inventory } from '../../../../src/harness/inventory/model.ts';
import { ADDRESSES, knownInventories, openInventories } from './arbitraries.ts';
import { oracleAllows, type World } from './oracle.ts';
import { outcomeOf, pairsOf, POINTS } from './points.ts';

/** The one world of an inventory that leaves nothing open. */
function worldOf({ namespaces }: Inventory): World {
  return {
    addressOf: ({ pods }) => pods[0]?.addresses[0] ?? '',
    labelsOf: (name) => namespaces.find((namespace) => namespace.name === name)?.labels ?? {},
    sharesNode: (a, b) => a.pods[0]?.node === b.pods[0]?.node,
  };
}

describe('prediction and a naive oracle', () => {
  it('agree on every point between workloads where nothing is open', () => {
    fc.assert(
      fc.property(knownInventories, (inventory) => {
        const predictor = createPredictor(inventory);
        const world = worldOf(inventory);
        for (const [from, to] of pairsOf(inventory)) {
          const prediction = predictor.between(from, to);
          for (const point of POINTS) {
            const expected = oracleAllows(
              inventory,
              world,
              { workload: from },
              { workload: to },
              point.protocol,
              point.port,
            );
            expect([from.id, to.id, point, outcomeOf(prediction, point)]).toEqual([
              from.id,
              to.id,
              point,
              expected ? 'allowed' : 'denied',
            ]);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('agree on every address, and the parts are disjoint and cover all', () => {
    fc.assert(
      fc.property(knownInventories, (inventory) => {
        const predictor = createPredictor(inventory);
        const world = worldOf(inventory);
        for (const workload of inventory.workloads) {
          const out = predictor.toAddresses(workload, ALL_ADDRESSES);
          const into = predictor.fromAddresses(ALL_ADDRESSES, workload);
          for (const parts of [out, into]) {
            const sum = parts.reduce((all, { addresses }) => all.union(addresses), AddressSet.EMPTY);
            expect(sum.equals(ALL_ADDRESSES)).toBe(true);
            parts.forEach((part, index) => {
              for (const other of parts.slice(index + 1)) {
                expect(part.addresses.overlaps(other.addresses)).toBe(false);
                expect(part.prediction.allowed.equals(other.prediction.allowed)).toBe(false);
              }
            });
          }
          for (const address of ADDRESSES) {
            for (const { protocol, port } of POINTS) {
              const at = (parts: typeof out): boolean | undefined =>
                parts.find(({ addresses }) => addresses.contains(address))?.prediction.allowed.contains(protocol, port);
              expect(at(out)).toBe(oracleAllows(inventory, world, { workload }, { address }, protocol, port));
              expect(at(into)).toBe(oracleAllows(inventory, world, { address }, { workload }, protocol, port));
            }
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('agree in every world that an open inventory leaves: allowed in all, denied in all, or unknown', () => {
    const env = fc.constantFrom<Record<string, string>>({}, { env: 'x' }, { env: 'y' }, { env: 'other' });
    const elsewhere = fc.constantFrom('10.9.9.9', '10.1.0.1', '172.20.0.1', '192.168.7.7', '100.100.0.1');
    fc.assert(
      fc.property(
        openInventories,
        fc.array(env, { minLength: 3, maxLength: 3 }),
        elsewhere,
        fc.nat(),
        fc.boolean(),
        (inventory, envs, address, choice, shares) => {
          const world: World = {
            addressOf: (workload) => {
              const known = workload.pods[choice % Math.max(1, workload.pods.length)]?.addresses[0];
              return known ?? address;
            },
            labelsOf: (name) => {
              const found = inventory.namespaces.find((namespace) => namespace.name === name);
              return { ...found?.labels, ...(found?.defined === false && envs['abc'.indexOf(name)]) };
            },
            sharesNode: (a, b) => {
              const [one, other] = [a, b].map(({ pods }) => pods[choice % Math.max(1, pods.length)]?.node);
              return one === undefined || other === undefined ? shares : one === other;
            },
          };
          const predictor = createPredictor(inventory);
          for (const [from, to] of pairsOf(inventory)) {
            const prediction = predictor.between(from, to);
            for (const point of POINTS) {
              const outcome = outcomeOf(prediction, point);
              if (outcome === 'unknown') continue;
              const allows = oracleAllows(
                inventory,
                world,
                { workload: from },
                { workload: to },
                point.protocol,
                point.port,
              );
              expect([from.id, to.id, point, outcome]).toEqual([from.id, to.id, point, allows ? 'allowed' : 'denied']);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
