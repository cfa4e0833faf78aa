import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outsider } from '../../../../src/harness/predict/ends/outsider.ts';
import { suggest } from '../../../../src/harness/suggest/suggest.ts';
import { resolveRequirements } from '../../../../src/harness/plan/requests.ts';
import type { RequirementSet } from '../../../../src/requirements/model.ts';
import { parseRequirements } from '../../../../src/requirements/index.ts';
import { MayreachError } from '../../../../src/source/error.ts';
import { oracleAllows, type End, type World } from '../predict/oracle.ts';
import { isLonePod, Wishes } from './wishes.ts';
import { ADDRESSES, POINTS, requirementText, worlds, type WorldSpec } from './worlds.ts';

const TODAY = '2027-01-15';

describe('what is suggested for random requirements', () => {
  test('serves all of them and allows nothing else, as a naive oracle sees it; or they contradict each other', () => {
    const seen = { served: 0, refused: 0 };
    fc.assert(
      fc.property(worlds, (world) => {
        const wishes = new Wishes(world);
        const sets = parseRequirements(requirementText(world), 'world.reach.yaml');
        fc.pre(hasCells(sets, world));
        if (contradictory(world, wishes)) {
          seen.refused += 1;
          expect(() => suggest(sets, world.inventory, TODAY)).toThrow(/contradict each other/);
          return;
        }
        seen.served += 1;
        const { proof, policies, namespaces } = suggest(sets, world.inventory, TODAY);
        expect(proof.notMet.map(({ requirement, reasons }) => [requirement.id, reasons])).toEqual([]);
        expect(proof.excess).toEqual([]);
        expect(new Set(namespaces)).toEqual(wishes.namespaces());
        expect(differences({ ...world, inventory: { ...world.inventory, policies } }, wishes)).toEqual([]);
      }),
      { numRuns: 200 },
    );
    // Neither half may be empty, or the other would prove little.
    expect(seen.served).toBeGreaterThan(40);
    expect(seen.refused).toBeGreaterThan(20);
  });

  test('is the same text whatever the order of workloads', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const sets = parseRequirements(requirementText(world), 'world.reach.yaml');
        const turned = { ...world.inventory, workloads: world.inventory.workloads.toReversed() };
        expect(attempt(() => suggest(sets, turned, TODAY).yaml)).toBe(
          attempt(() => suggest(sets, world.inventory, TODAY).yaml),
        );
      }),
      { numRuns: 100 },
    );
  });
});

/** A case about a lone pod and itself asks nothing, and is refused. */
function hasCells(sets: readonly RequirementSet[], { inventory }: WorldSpec): boolean {
  return (
    attempt(() => resolveRequirements(sets, inventory, { tolerant: false }).length.toString()) !== 'CASE_WITHOUT_CELLS'
  );
}

function attempt(make: () => string): string {
  try {
    return make();
  } catch (error) {
    if (error instanceof MayreachError) return error.code;
    throw error;
  }
}

function ends({ inventory: { workloads } }: WorldSpec): readonly End[] {
  return [...workloads, outsider()].map((workload) => ({ workload }));
}

/** Ends of one connection, but addresses to addresses. */
function* connections(world: WorldSpec, others: readonly End[] = []): Generator<readonly [End, End]> {
  const pods = ends(world);
  for (const from of pods) {
    for (const to of [...pods, ...others]) yield [from, to];
    for (const address of ADDRESSES) {
      yield [from, { address }];
      yield [{ address }, from];
    }
  }
}

function contradictory(world: WorldSpec, wishes: Wishes): boolean {
  return [...connections(world)].some(([from, to]) =>
    POINTS.some(
      ({ protocol, port }) => wishes.allows(from, to, protocol, port) && wishes.forbids(from, to, protocol, port),
    ),
  );
}

/** Where the policies and the wishes differ, of what the policies can decide. */
function differences(world: WorldSpec, wishes: Wishes): readonly string[] {
  const { inventory } = world;
  const governed = wishes.namespaces();
  const isGoverned = (end: End): boolean => 'workload' in end && governed.has(end.workload.namespace);
  const isStranger = (end: End): boolean => 'workload' in end && end.workload !== outsider() && !isGoverned(end);
  const reality: World = {
    addressOf: ({ pods }) => pods[0]?.addresses[0] ?? '10.200.0.1',
    labelsOf: (name) => ({ 'kubernetes.io/metadata.name': name }),
    sharesNode: () => false,
  };
  const found: string[] = [];
  for (const [from, to] of connections(world, [{ workload: wishes.dns }])) {
    if (!isGoverned(from) && !isGoverned(to)) continue;
    // A lone pod reaches itself, whatever policies say.
    if (isLonePod(from, to)) continue;
    for (const { protocol, port } of POINTS) {
      // An outsider is whoever else runs in the cluster.
      const asked =
        wishes.allows(from, to, protocol, port) ||
        (isStranger(from) && wishes.allows({ workload: outsider() }, to, protocol, port)) ||
        (isStranger(to) && wishes.allows(from, { workload: outsider() }, protocol, port));
      const allowed = oracleAllows(inventory, reality, from, to, protocol, port);
      if (asked !== allowed)
        found.push(`${name(from)} → ${name(to)} ${protocol} ${port}: ${asked ? 'not served' : 'too much'}`);
    }
  }
  return found;
}

function name(end: End): string {
  return 'workload' in end ? end.workload.id : end.address;
}
