import type { Inventory, NetworkPolicy, Workload } from '../inventory/model.ts';
import type { AddressSet } from '../predict/sets/addresses.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';
import type { AddressPrediction, Prediction, Predictor } from '../predict/model.ts';
import { ChangedTiers } from '../predict/changed-tiers.ts';
import { outsider } from '../predict/ends/outsider.ts';
import { createPredictor } from '../predict/predictor.ts';
import { applyEdit } from './edits.ts';
import type { Edit } from './model.ts';

/**
 * Predictions for mutants. Of a NetworkPolicy only its namespace is predicted anew. Policies in tiers select across
 * namespaces: after a change of them the pods that they select are predicted anew.
 */
export class MutantPredictors {
  readonly #inventory: Inventory;
  readonly #tiers: ChangedTiers;
  /** Of the namespace that was asked for last. */
  #known: { readonly namespace: string; readonly predictors: NamespacePredictors } | undefined;

  /** @param assumed workloads that are in no input, and will be asked about all the same */
  constructor(inventory: Inventory, assumed: readonly Workload[]) {
    this.#inventory = inventory;
    this.#tiers = new ChangedTiers(inventory, [outsider(), ...inventory.workloads, ...assumed]);
  }

  /** Good for pairs with an end that the changed policy concerns, before or after. */
  after(edit: Edit): Predictor {
    if (edit.list === 'adminPolicies') return this.#tiers.after(edit.replaced, edit.by);
    if (edit.list !== 'policies') return createPredictor(applyEdit(this.#inventory, edit));
    const { namespace } = edit.replaced;
    if (this.#known?.namespace !== namespace) {
      this.#known = { namespace, predictors: new NamespacePredictors(this.#inventory, namespace) };
    }
    return this.#known.predictors.replace(edit.replaced, edit.by);
  }
}

/**
 * Predictions with the policies of one namespace changed. A policy selects pods of its own namespace only, so the ends
 * that lie elsewhere decide as before. They are asked of a predictor that throws this namespace open, which is made
 * once; only the small predictor in which all others are open is made anew for each change. A connection is allowed if
 * both allow it: for each end, one of them says what is so and the other everything.
 */
export class NamespacePredictors {
  readonly #inventory: Inventory;
  readonly #namespace: string;
  readonly #own: readonly NetworkPolicy[];
  readonly #othersOpen: readonly NetworkPolicy[];
  readonly #elsewhere: Predictor;

  constructor(inventory: Inventory, namespace: string) {
    const { policies } = inventory;
    const others = policies.filter((policy) => policy.namespace !== namespace);
    this.#inventory = inventory;
    this.#namespace = namespace;
    this.#own = policies.filter((policy) => policy.namespace === namespace);
    // Without policies a pod is as open, and cheaper to tell apart from others; but administrators' baseline policies
    // decide for pods that no NetworkPolicy selects.
    const mustSay = inventory.adminPolicies.length > 0;
    this.#othersOpen = mustSay ? [...new Set(others.map((policy) => policy.namespace))].map(openNamespace) : [];
    this.#elsewhere = createPredictor({ ...inventory, policies: [...others, openNamespace(namespace)] });
  }

  /** With `policy`, one of the namespace's, replaced; without `by` it is gone. Only for pairs with an end in there. */
  replace(policy: NetworkPolicy, by: NetworkPolicy | undefined): Predictor {
    const own = this.#own.flatMap((other) => (other === policy ? (by ?? []) : other));
    const here = createPredictor({ ...this.#inventory, policies: [...own, ...this.#othersOpen] });
    const elsewhere = this.#elsewhere;
    const sourceOf = ({ namespace }: Workload): Predictor => (namespace === this.#namespace ? here : elsewhere);
    return {
      between: (from, to) => both(here.between(from, to), elsewhere.between(from, to)),
      toAddresses: (from, addresses: AddressSet): readonly AddressPrediction[] =>
        sourceOf(from).toAddresses(from, addresses),
      fromAddresses: (addresses, to) => sourceOf(to).fromAddresses(addresses, to),
      isolatedBy: (workload, direction) => sourceOf(workload).isolatedBy(workload, direction),
      classOf: (workload) => `${here.classOf(workload)} ${elsewhere.classOf(workload)}`,
      selectedBy: (policyId) => here.selectedBy(policyId),
      mayConcern: (policyName, workload) => here.mayConcern(policyName, workload),
    };
  }
}

/** Policies that isolate every pod of a namespace and let everything through, in both directions. */
function openNamespace(namespace: string): NetworkPolicy {
  const position = { file: 'mutate', line: 0, column: 0 };
  const anyone = [{ index: 0, position }];
  return {
    kind: 'NetworkPolicy',
    id: `${namespace}/(open)`,
    namespace,
    name: '(open)',
    podSelector: { matchLabels: {}, matchExpressions: [] },
    directions: ['ingress', 'egress'],
    ingress: anyone,
    egress: anyone,
    position,
    raw: {},
  };
}

function both(a: Prediction, b: Prediction): Prediction {
  if (b.allowed.isAll) return a;
  if (a.allowed.isAll) return b;
  const allowed = a.allowed.intersect(b.allowed);
  const possible = (one: Prediction): ConnectionSet =>
    one.unknown.isEmpty ? one.allowed : one.allowed.union(one.unknown);
  return {
    allowed,
    unknown: a.unknown.isEmpty && b.unknown.isEmpty ? a.unknown : possible(a).intersect(possible(b)).subtract(allowed),
    notes: [],
    decide(protocol, port) {
      const decisions = [a.decide(protocol, port), b.decide(protocol, port)] as const;
      const telling = decisions.find(({ outcome }) => outcome === 'denied');
      return telling ?? decisions.find(({ outcome }) => outcome === 'unknown') ?? decisions[0];
    },
  };
}
