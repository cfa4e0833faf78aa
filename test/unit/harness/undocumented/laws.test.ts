import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Inventory } from '../../../../src/harness/inventory/model.ts';
import type { ResolvedRequirement } from '../../../../src/harness/plan/requests.ts';
import { ConnectionSet } from '../../../../src/harness/predict/sets/connections.ts';
import { matrixOf } from '../../../../src/harness/predict/matrix.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { undocumentedAllows } from '../../../../src/harness/undocumented/allows.ts';
import { Documented } from '../../../../src/harness/undocumented/documented.ts';
import { knownInventories, openInventories } from '../predict/arbitraries.ts';

const NOTHING: readonly ResolvedRequirement[] = [];

/** What the groups say of each pair of workloads, all gates together. */
function pairsOf(inventory: Inventory): ReadonlyMap<string, ConnectionSet> {
  const predictor = createPredictor(inventory);
  const { groups } = undocumentedAllows(inventory, predictor, new Documented(NOTHING, [], '2027-01-15'));
  const pairs = new Map<string, ConnectionSet>();
  for (const { from, to, connections } of groups.flatMap(({ blocks }) => blocks)) {
    for (const source of from.flatMap((name) => unfold(name, inventory))) {
      for (const target of to.flatMap((name) => unfold(name, inventory))) {
        const key = `${source} > ${target}`;
        pairs.set(key, pairs.get(key)?.union(connections) ?? connections);
      }
    }
  }
  return pairs;
}

function unfold(name: string, { workloads }: Inventory): readonly string[] {
  if (!name.endsWith('/*')) return [name];
  return workloads.filter(({ namespace }) => `${namespace}/*` === name).map(({ id }) => id);
}

it.each([
  ['all is known', knownInventories],
  ['addresses, nodes and namespaces may be unknown', openInventories],
])('without requirements it is the matrix, but for what no policy can close (%s)', (_, inventories) => {
  fc.assert(
    fc.property(inventories, (inventory) => {
      const found = pairsOf(inventory);
      const onNode = new Set(inventory.workloads.filter(({ hostNetwork }) => hostNetwork).map(({ id }) => id));
      const { rows } = matrixOf(inventory, createPredictor(inventory));
      const inside = rows.filter(({ from, to }) => from.includes('[') && to.includes('['));
      for (const { from, to, connections } of inside) {
        const told = found.get(`${from} > ${to}`) ?? ConnectionSet.NONE;
        // Nodes are told where a policy of the other end decides; never more than the matrix allows.
        if (onNode.has(from) || onNode.has(to)) expect(ConnectionSet.parse(connections).covers(told)).toBe(true);
        else expect(`${from} > ${to}: ${told.format()}`).toBe(`${from} > ${to}: ${connections}`);
      }
      const allowed = new Set(inside.map(({ from, to }) => `${from} > ${to}`));
      const pairs = [...found.keys()].filter((pair) => pair.split(' > ').every((end) => end.includes('[')));
      expect(pairs.filter((pair) => !allowed.has(pair))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it('without requirements it has the addresses of the matrix, for each workload that policies can isolate', () => {
  fc.assert(
    fc.property(knownInventories, (inventory) => {
      const onNode = new Set(inventory.workloads.filter(({ hostNetwork }) => hostNetwork).map(({ id }) => id));
      const { rows } = matrixOf(inventory, createPredictor(inventory));
      const outside = rows
        .filter(({ from, to }) => !(from.includes('[') && to.includes('[')))
        .filter(({ from, to }) => !onNode.has(from) && !onNode.has(to));
      const told = pairsOf(inventory);
      const ends = [...told].filter(([pair]) => !pair.split(' > ').every((end) => end.includes('[')));
      // Rules cut addresses where the matrix need not: what each says is allowed, and nothing is left out.
      expect(new Set(ends.flatMap(([pair]) => pair.split(' > ').filter((end) => end.includes('['))))).toEqual(
        new Set(outside.flatMap(({ from, to }) => [from, to].filter((end) => end.includes('[')))),
      );
    }),
    { numRuns: 200 },
  );
});
