import type { Direction } from '../../requirements/model.ts';
import type { Inventory, NetworkPolicy, Workload } from '../inventory/model.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Prediction, Predictor } from '../predict/model.ts';
import { createPredictor } from '../predict/predictor.ts';
import type { Suggestion } from './model.ts';
import { outside, overlayOf } from './overlay.ts';
import { governedPairs, governedWorkloads } from './pairs.ts';
import type { Scope } from './scope.ts';

/** What becomes of a policy that is there when the suggestion is applied. */
export interface Successor {
  readonly policy: NetworkPolicy;
  /**
   * `replaced`: a suggested policy has its name. `unneeded`: kept, it would change nothing. `opens`: kept, it would let
   * through what the suggestion does not, by itself or with others that are kept.
   */
  readonly becomes: 'replaced' | 'unneeded' | 'opens';
}

/** Every policy of the namespaces that the suggestion isolates: none is needed any more, and some had better go. */
export function successorsOf(suggestion: Suggestion, inventory: Inventory, scope: Scope): readonly Successor[] {
  const names = new Set(suggestion.policies.map(({ id }) => id));
  const concerned = inventory.policies.filter(({ namespace }) => scope.namespaces.includes(namespace));
  const kept = concerned.filter(({ id }) => !names.has(id));
  const opening = new Kept(kept, suggestion, inventory).opening(scope);
  return concerned.map((policy) => ({
    policy,
    becomes: names.has(policy.id) ? 'replaced' : opening.has(policy) ? 'opens' : 'unneeded',
  }));
}

/** One pair of ends, and how a predictor is asked about it. An end that is addresses has no policies. */
interface Pair {
  readonly subject: Readonly<Partial<Record<Direction, Workload>>>;
  readonly ask: (predictor: Predictor) => readonly Prediction[];
}

/** Policies that are kept beside the suggestion. Policies add up, so what they open is found with all of them at once. */
class Kept {
  readonly #kept: readonly NetworkPolicy[];
  readonly #inventory: Inventory;
  readonly #suggestion: Suggestion;
  readonly #found = new Set<NetworkPolicy>();
  readonly #oneSided = new Map<NetworkPolicy | 'suggested', Map<Direction, Predictor>>();

  constructor(kept: readonly NetworkPolicy[], suggestion: Suggestion, inventory: Inventory) {
    this.#kept = kept;
    this.#inventory = { ...inventory, unmodelled: [] };
    this.#suggestion = suggestion;
  }

  opening(scope: Scope): ReadonlySet<NetworkPolicy> {
    if (this.#kept.length === 0) return this.#found;
    const alone = this.#suggestion.predictor;
    const both = createPredictor({ ...this.#inventory, policies: [...this.#suggestion.policies, ...this.#kept] });
    for (const [from, to] of governedPairs(this.#inventory, scope)) {
      const more = possible(both.between(from, to)).subtract(alone.between(from, to).allowed);
      this.#blame(more, { subject: { egress: from, ingress: to }, ask: (one) => [one.between(from, to)] });
    }
    for (const workload of governedWorkloads(this.#inventory, scope)) {
      for (const direction of ['ingress', 'egress'] as const) {
        for (const { addresses, first, second } of overlayOf(both, alone, direction, workload)) {
          const more = possible(first).subtract(second.allowed);
          this.#blame(more, {
            subject: { [direction]: workload },
            ask: (one) => outside(one, direction, workload, addresses).map(({ prediction }) => prediction),
          });
        }
      }
    }
    return this.#found;
  }

  /** A policy is to blame where, at one end, it allows a part that the suggestion does not. */
  #blame(more: ConnectionSet, pair: Pair): void {
    if (more.isEmpty) return;
    for (const policy of this.#kept.filter((one) => !this.#found.has(one))) {
      const opens = policy.directions.some((direction) => {
        const given = this.#given(policy, direction, pair);
        return given.subtract(this.#given('suggested', direction, pair)).overlaps(more);
      });
      if (opens) this.#found.add(policy);
    }
  }

  /** What one end's policies alone allow: without policies of the other direction, the other end allows all. */
  #given(whose: NetworkPolicy | 'suggested', direction: Direction, { subject, ask }: Pair): ConnectionSet {
    const end = subject[direction];
    if (end === undefined) return ConnectionSet.NONE;
    const predictor = this.#oneSidedOf(whose, direction);
    if (whose !== 'suggested' && predictor.isolatedBy(end, direction).length === 0) return ConnectionSet.NONE;
    const sets = ask(predictor).map((one) => (whose === 'suggested' ? one.allowed : possible(one)));
    return sets.reduce((sum, set) => sum.union(set), ConnectionSet.NONE);
  }

  #oneSidedOf(whose: NetworkPolicy | 'suggested', direction: Direction): Predictor {
    const known = this.#oneSided.get(whose) ?? new Map<Direction, Predictor>();
    this.#oneSided.set(whose, known);
    const found = known.get(direction) ?? this.#oneSidedPredictor(whose, direction);
    known.set(direction, found);
    return found;
  }

  #oneSidedPredictor(whose: NetworkPolicy | 'suggested', direction: Direction): Predictor {
    const policies = (whose === 'suggested' ? this.#suggestion.policies : [whose])
      .filter(({ directions }) => directions.includes(direction))
      .map((policy) => ({ ...policy, directions: [direction] }));
    return createPredictor({ ...this.#inventory, policies, adminPolicies: [] });
  }
}

function possible({ allowed, unknown }: Prediction): ConnectionSet {
  return allowed.union(unknown);
}
