import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALL_ADDRESSES } from '../../../../src/harness/predict/sets/addresses.ts';
import type { Prediction } from '../../../../src/harness/predict/model.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import type { Inventory } from '../../../../src/harness/inventory/model.ts';
import { openInventories, policies, PROTOCOLS } from './arbitraries.ts';
import { outcomeOf, pairsOf, type Point } from './points.ts';

describe('laws of prediction', () => {
  it('sets and decisions agree at every boundary port, and reasons fit the outcome', () => {
    fc.assert(
      fc.property(openInventories, fc.boolean(), (inventory, assume) => {
        const predictor = createPredictor(inventory, { assumeUndefinedNamespacesHaveNoLabels: assume });
        const predictions = [
          ...pairsOf(inventory).map(([from, to]) => predictor.between(from, to)),
          ...inventory.workloads.flatMap((workload) => [
            ...predictor.toAddresses(workload, ALL_ADDRESSES).map(({ prediction }) => prediction),
            ...predictor.fromAddresses(ALL_ADDRESSES, workload).map(({ prediction }) => prediction),
          ]),
        ];
        for (const prediction of predictions) {
          expect(prediction.allowed.overlaps(prediction.unknown)).toBe(false);
          for (const { protocol, port } of boundaries(prediction)) {
            const decision = prediction.decide(protocol, port);
            expect(decision.outcome).toBe(outcomeOf(prediction, { protocol, port }));
            if (decision.outcome === 'unknown') expect(decision.reason).toBeTruthy();
            else
              for (const note of decision.reason?.split('; ') ?? [])
                expect(prediction.notes.join('; ')).toContain(note);
            for (const side of [decision.egress, decision.ingress]) {
              const open = side.allowedBy.length > 0 || side.exempt !== undefined || side.isolatedBy.length === 0;
              expect(open).toBe(side.outcome === 'allowed');
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('the order of policies, rules, peers and ports never matters', () => {
    fc.assert(
      fc.property(openInventories, (inventory) => {
        const turned = {
          ...inventory,
          policies: inventory.policies.toReversed().map((policy) => ({
            ...policy,
            ingress: policy.ingress.toReversed().map(turnRule),
            egress: policy.egress.toReversed().map(turnRule),
          })),
        };
        expect(textOf(turned)).toEqual(textOf(inventory));
      }),
      { numRuns: 100 },
    );
  });

  it('adding a rule that allows never closes anything', () => {
    fc.assert(
      fc.property(openInventories, policies, (inventory, more) => {
        const before = createPredictor(inventory);
        const donors = [...more];
        const grown = {
          ...inventory,
          policies: inventory.policies.map((policy) => {
            const donor = donors.pop();
            if (!donor) return policy;
            return {
              ...policy,
              ingress: [...policy.ingress, ...donor.ingress],
              egress: [...policy.egress, ...donor.egress],
            };
          }),
        };
        const after = createPredictor(grown);
        for (const [from, to] of pairsOf(inventory)) {
          const [old, now] = [before.between(from, to), after.between(from, to)];
          expect(now.allowed.covers(old.allowed)).toBe(true);
          expect(now.allowed.union(now.unknown).covers(old.unknown)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('a workload answers as its twin of another name, in the inventory or not', () => {
    fc.assert(
      fc.property(openInventories, (inventory) => {
        const predictor = createPredictor(inventory);
        for (const [from, to] of pairsOf(inventory)) {
          const twin = { ...from, name: 'twin', id: 'twin', labels: { ...from.labels, 'pod-template-hash': '5d9' } };
          const [mine, its] = [predictor.between(from, to), predictor.between(twin, to)];
          expect(its.allowed.format()).toBe(mine.allowed.format());
          expect(its.unknown.format()).toBe(mine.unknown.format());
        }
      }),
      { numRuns: 100 },
    );
  });
});

type Rule = Inventory['policies'][number]['ingress'][number];

function turnRule(rule: Rule): Rule {
  return {
    ...rule,
    ...(rule.peers && { peers: rule.peers.toReversed() }),
    ...(rule.ports && { ports: rule.ports.toReversed() }),
  };
}

function textOf(inventory: Inventory): readonly string[] {
  const predictor = createPredictor(inventory);
  return pairsOf(inventory).map(([from, to]) => {
    const { allowed, unknown, notes } = predictor.between(from, to);
    return `${from.id} ${to.id}: ${allowed.format()} | ${unknown.format()} | ${notes.join('; ')}`;
  });
}

/** Both sides of every edge of both sets. */
function boundaries({ allowed, unknown }: Prediction): readonly Point[] {
  return PROTOCOLS.flatMap((protocol) => {
    const edges = [allowed, unknown]
      .flatMap((set) => set.intervals(protocol))
      .flatMap(({ from, to }) => [from - 1, from, to, to + 1]);
    return [...new Set([1, 65535, ...edges])]
      .filter((port) => port >= 1 && port <= 65535)
      .map((port) => ({ protocol, port }));
  });
}
