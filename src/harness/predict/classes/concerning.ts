import type { PodClass } from './classes.ts';

const known = new WeakMap<PodClass, ReadonlySet<string>>();

/** Names (as those of `PolicyRef`) of the policies that select the pods of a class, or may. */
export function concerning(podClass: PodClass): ReadonlySet<string> {
  const found = known.get(podClass) ?? new Set(namesOf(podClass));
  known.set(podClass, found);
  return found;
}

/** As predictions name a policy: the kind is not said of a NetworkPolicy of Kubernetes. */
export function policyName({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return kind === 'NetworkPolicy' ? id : `${kind} ${id}`;
}

function namesOf({ selectedBy, tierPolicies, unmodelled }: PodClass): readonly string[] {
  return [...[...selectedBy, ...tierPolicies].map(({ ref }) => ref.policy), ...unmodelled.map(policyName)];
}
