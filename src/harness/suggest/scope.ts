import type { RequirementSet } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { namespacesOf } from '../plan/otherwise.ts';
import { outsider } from '../predict/ends/outsider.ts';
import { labelOf } from './contradictions.ts';
import type { Claim, ClaimEnd, Unserved } from './model.ts';

/** Which workloads the suggestion isolates. */
export interface Scope {
  /** Sorted. */
  readonly namespaces: readonly string[];
  /** Whether policies of these namespaces select the workload. */
  governs(workload: Workload): boolean;
}

/**
 * The namespaces in which the sets' endpoints lie. `anyone` lies everywhere; only where it is forbidden something that
 * no other end could stop do its namespaces count.
 */
export function scopeOf(sets: readonly RequirementSet[], inventory: Inventory, mayNot: readonly Claim[]): Scope {
  const known = new Set(inventory.namespaces.map(({ name }) => name));
  const names = new Set(
    sets.flatMap((set) => [...namespacesOf(set, inventory).keys()]).filter((name) => known.has(name)),
  );
  const isolatable = ({ hostNetwork, namespace }: Workload): boolean => !hostNetwork && known.has(namespace);
  const governs = (workload: Workload): boolean =>
    isolatable(workload) && workload !== outsider() && names.has(workload.namespace);
  for (const { from, to } of mayNot) {
    const ends = [from, to].flatMap((end) => workloadOf(end));
    if (ends.some(governs)) continue;
    const first = ends.find((workload) => workload !== outsider() && isolatable(workload));
    if (first !== undefined) names.add(first.namespace);
  }
  return { namespaces: [...names].sort(), governs };
}

/** What is forbidden between two ends of which no policy can isolate one: outsiders, nodes, addresses. */
export function unstoppable(mayNot: readonly Claim[], scope: Scope): readonly Unserved[] {
  return mayNot
    .filter(({ from, to }) => ![from, to].flatMap((end) => workloadOf(end)).some((one) => scope.governs(one)))
    .map(({ requirement, from, to }) => ({
      requirement,
      reason: `${labelOf(from)} → ${labelOf(to)}: no NetworkPolicy of these namespaces could stop it: neither end is a pod of theirs`,
    }));
}

function workloadOf(end: ClaimEnd): readonly Workload[] {
  return end.kind === 'workload' ? [end.workload] : [];
}
