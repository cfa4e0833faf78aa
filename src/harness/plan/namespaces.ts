import type { NamespaceChoice } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { NamespaceIndex } from '../predict/ends/namespaces.ts';

/** Unsure: a namespace that is used but not defined may have the labels that are asked for, or not. */
export type Certainty = 'sure' | 'unsure';

/** The namespaces that an endpoint chooses, or may choose, by name. */
export function chosenNamespaces(choice: NamespaceChoice, inventory: Inventory): ReadonlyMap<string, Certainty> {
  if (choice.by === 'name') return new Map([[choice.name, 'sure']]);
  const index = new NamespaceIndex(inventory, {});
  const names = new Set([...inventory.namespaces, ...inventory.workloads.map(namespaceOf)].map(({ name }) => name));
  const chosen = new Map<string, Certainty>();
  for (const name of names) {
    const match = index.match(choice.selector, index.get(name));
    if (match === 'no') continue;
    chosen.set(name, match === 'yes' ? 'sure' : 'unsure');
  }
  return chosen;
}

function namespaceOf({ namespace }: Workload): { readonly name: string } {
  return { name: namespace };
}

/** Why it is not known whether an endpoint means the workload. */
export function unsureText({ id, namespace }: Workload, endpoint: string): string {
  return `the namespace ${namespace} is used but not defined, so whether ${endpoint} means ${id} is not known`;
}

/** What to do about it. */
export const DEFINE_NAMESPACE = 'add the Namespace, with its labels, to the manifests';

/** The hint of an endpoint that no known label leads to. */
export function undefinedHint(names: readonly string[]): string {
  const [are, them] = names.length === 1 ? ['is', 'its Namespace'] : ['are', 'their Namespaces'];
  return `${names.join(', ')} ${are} used but not defined: add ${them}, with labels, to the manifests`;
}
