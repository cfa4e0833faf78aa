import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../../../../src/harness/inventory/model.ts';
import { AddressSet, ALL_ADDRESSES } from '../../../../../src/harness/predict/sets/addresses.ts';
import { createPredictor } from '../../../../../src/harness/predict/predictor.ts';
import { ADDRESSES, knownInventories, openInventories } from '../arbitraries.ts';
import { calicoObjects, withCalico } from './arbitraries.ts';
import { calicoAllows, type CalicoWorld } from './oracle.ts';
import { outcomeOf, pairsOf, POINTS } from '../points.ts';

const KINDS = ['Namespaced', 'Global', 'Kubernetes'];

/** Nodes share nothing: whether tiers let a node and its pods alone is documented nowhere. */
function worldOf({ namespaces }: Inventory): CalicoWorld {
  return {
    addressOf: ({ pods }) => pods[0]?.addresses[0] ?? '',
    labelsOf: (name) => namespaces.find((namespace) => namespace.name === name)?.labels ?? {},
    sharesNode: () => false,
    kinds: KINDS,
    team: undefined,
  };
}

/** Every pod on a node of its own. */
function apart(inventory: Inventory): Inventory {
  return {
    ...inventory,
    workloads: inventory.workloads.map((workload) => ({
      ...workload,
      pods: workload.pods.map((pod) => ({ ...pod, node: workload.name })),
    })),
  };
}

describe("Calico's policies and a naive oracle", { timeout: 120_000 }, () => {
  it('agree on every point where nothing is open', () => {
    fc.assert(
      fc.property(knownInventories, calicoObjects(true), (known, calico) => {
        const inventory = withCalico(apart(known), calico);
        const predictor = createPredictor(inventory);
        const world = worldOf(inventory);
        for (const [from, to] of pairsOf(inventory)) {
          const prediction = predictor.between(from, to);
          for (const point of POINTS) {
            const expected = calicoAllows(inventory, calico, world, { workload: from }, { workload: to }, point);
            const answer = [from.id, to.id, point, outcomeOf(prediction, point)];
            expect(answer).toEqual([from.id, to.id, point, expected ? 'allowed' : 'denied']);
            expect(prediction.decide(point.protocol, point.port).outcome).toBe(answer[3]);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('agree on every address, and the parts are disjoint and cover all', () => {
    fc.assert(
      fc.property(knownInventories, calicoObjects(true), (known, calico) => {
        const inventory = withCalico(apart(known), calico);
        const predictor = createPredictor(inventory);
        const world = worldOf(inventory);
        for (const workload of inventory.workloads) {
          const out = predictor.toAddresses(workload, ALL_ADDRESSES);
          const into = predictor.fromAddresses(ALL_ADDRESSES, workload);
          for (const parts of [out, into]) {
            const sum = parts.reduce((all, { addresses }) => all.union(addresses), AddressSet.EMPTY);
            expect(sum.equals(ALL_ADDRESSES)).toBe(true);
            parts.forEach((part, index) => {
              for (const other of parts.slice(index + 1)) expect(part.addresses.overlaps(other.addresses)).toBe(false);
            });
          }
          for (const address of ADDRESSES) {
            for (const point of POINTS) {
              const at = (parts: typeof out): string | undefined =>
                parts
                  .find(({ addresses }) => addresses.contains(address))
                  ?.prediction.decide(point.protocol, point.port).outcome;
              const isOut = calicoAllows(inventory, calico, world, { workload }, { address }, point);
              const isIn = calicoAllows(inventory, calico, world, { address }, { workload }, point);
              expect([at(out), at(into)]).toEqual([isOut, isIn].map((yes) => (yes ? 'allowed' : 'denied')));
            }
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('agree in every world that is left open: labels, addresses, service accounts, and the order of kinds', () => {
    const env = fc.constantFrom<Record<string, string>>({}, { env: 'x' }, { env: 'y' }, { env: 'other' });
    const elsewhere = fc.constantFrom('10.9.9.9', '10.1.0.1', '172.20.0.1', '192.168.7.7');
    fc.assert(
      fc.property(
        openInventories,
        calicoObjects(false),
        fc.array(env, { minLength: 3, maxLength: 3 }),
        elsewhere,
        fc.record({
          choice: fc.nat(),
          shares: fc.boolean(),
          kinds: fc.shuffledSubarray(KINDS, { minLength: 3 }),
          team: fc.constantFrom(undefined, 'x', 'xy'),
        }),
        (open, calico, envs, address, { choice, shares, kinds, team }) => {
          const inventory = withCalico(open, calico);
          const world: CalicoWorld = {
            kinds,
            team,
            addressOf: ({ pods }) => pods[choice % Math.max(1, pods.length)]?.addresses[0] ?? address,
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
              const { outcome: decided, reason, egress, ingress } = prediction.decide(point.protocol, point.port);
              expect(decided).toBe(outcome);
              for (const side of [egress, ingress]) {
                const isOpen = side.allowedBy.length > 0 || side.exempt !== undefined || side.isolatedBy.length === 0;
                expect(isOpen).toBe(side.outcome === 'allowed');
              }
              if (outcome === 'unknown') expect(reason).toBeTruthy();
              else {
                const allows = calicoAllows(inventory, calico, world, { workload: from }, { workload: to }, point);
                expect([from.id, to.id, point, outcome]).toEqual([
                  from.id,
                  to.id,
                  point,
                  allows ? 'allowed' : 'denied',
                ]);
                for (const note of reason?.split('; ') ?? []) expect(prediction.notes.join('; ')).toContain(note);
              }
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
