import type { Inventory } from '../inventory/model.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';
import type { Prediction, Predictor } from '../predict/model.ts';
import { createPredictor } from '../predict/predictor.ts';
import { withDns } from './actors.ts';
import { overlayOf } from './overlay.ts';
import { addressText, governedPairs, governedWorkloads } from './pairs.ts';
import type { Flow, Suggestion } from './model.ts';
import type { Scope } from './scope.ts';
import { successorsOf, type Successor } from './successors.ts';

export interface Comparison {
  /** Allowed now, and not by the suggestion; between workloads first, then with addresses outside. */
  readonly closed: readonly Flow[];
  /** Allowed by the suggestion, and not now. */
  readonly opened: readonly Flow[];
  /** Of which it is not known whether the policies that are there allow it. */
  readonly unknown: readonly Flow[];
  /** Every policy of the namespaces that the suggestion isolates. */
  readonly policies: readonly Successor[];
}

/**
 * The suggestion beside the policies that are there: per pair of workloads (an outsider is one) of which the suggestion
 * governs an end, and with addresses outside, as exact sets.
 */
export function compareWithCurrent(suggestion: Suggestion, inventory: Inventory): Comparison {
  const all = withDns(inventory);
  const current = createPredictor(all);
  const scope = scopeOfSuggestion(suggestion);
  const differences = differencesBetween(current, suggestion.predictor, all, scope);
  return { ...differences, policies: successorsOf(suggestion, all, scope) };
}

function scopeOfSuggestion({ namespaces }: Suggestion): Scope {
  const names = new Set(namespaces);
  return { namespaces, governs: ({ namespace, hostNetwork }) => !hostNetwork && names.has(namespace) };
}

type Differences = Pick<Comparison, 'closed' | 'opened' | 'unknown'>;
type Place = Pick<Flow, 'from' | 'to'>;

function differencesBetween(before: Predictor, after: Predictor, inventory: Inventory, scope: Scope): Differences {
  const found = { closed: [] as Flow[], opened: [] as Flow[], unknown: [] as Flow[] };
  const add = (list: Flow[], place: Place, connections: ConnectionSet): void => {
    if (!connections.isEmpty) list.push({ ...place, connections });
  };
  const compare = (place: Place, now: Sets, then: Sets): void => {
    add(found.closed, place, now.allowed.subtract(then.allowed));
    add(found.opened, place, then.allowed.subtract(now.allowed).subtract(now.unknown));
    add(found.unknown, place, now.unknown);
  };
  for (const [from, to] of governedPairs(inventory, scope)) {
    compare({ from: from.id, to: to.id }, before.between(from, to), after.between(from, to));
  }
  for (const workload of governedWorkloads(inventory, scope)) {
    const { id } = workload;
    for (const { addresses, first, second } of overlayOf(before, after, 'ingress', workload)) {
      compare({ from: addressText(addresses), to: id }, first, second);
    }
    for (const { addresses, first, second } of overlayOf(before, after, 'egress', workload)) {
      compare({ from: id, to: addressText(addresses) }, first, second);
    }
  }
  return found;
}

type Sets = Pick<Prediction, 'allowed' | 'unknown'>;
