import {
  NAME,
  NAMESPACE,
  OF_NAMESPACE,
  OF_SERVICE_ACCOUNT,
  ORCHESTRATOR,
  SERVICE_ACCOUNT,
} from '../../inventory/calico-ends.ts';
import { atomsOf, evaluate, type Expression, type Lookup } from '../../inventory/expression.ts';
import type { Namespace, Workload } from '../../inventory/model.ts';
import type { Match, NamespaceIndex } from './namespaces.ts';

/** Whether a selector of Calico selects a pod. */
export function matchEndpoint(
  expression: Expression,
  workload: Workload,
  namespace: Namespace,
  index: NamespaceIndex,
): Match {
  const sure = evaluate(expression, labelsOf(workload, namespace, index, false));
  if (sure !== 'perhaps') return sure;
  if (!index.assumes) return 'unknown';
  const assumed = evaluate(expression, labelsOf(workload, namespace, index, true));
  if (assumed === 'perhaps') return 'unknown';
  return assumed === 'yes' ? 'assumedYes' : 'assumedNo';
}

/**
 * All labels of a pod as an endpoint: its own, those that Calico adds, and those of its namespace and service account
 * under their prefixes. https://docs.tigera.io/calico/latest/network-policy/get-started/calico-policy/calico-labels
 * @param assume that a namespace which is not defined has no labels but its name
 */
export function labelsOf(workload: Workload, namespace: Namespace, index: NamespaceIndex, assume: boolean): Lookup {
  const { labels, serviceAccount } = workload;
  return (key) => {
    if (key === NAMESPACE) return { value: namespace.name };
    if (key === SERVICE_ACCOUNT) return { value: serviceAccount };
    if (key === ORCHESTRATOR) return { value: 'k8s' };
    if (key.startsWith(OF_NAMESPACE)) return labelOfNamespace(key.slice(OF_NAMESPACE.length), namespace, assume);
    if (!key.startsWith(OF_SERVICE_ACCOUNT)) return { value: valueIn(labels, key) };
    const name = key.slice(OF_SERVICE_ACCOUNT.length);
    if (name === NAME) return { value: serviceAccount };
    const known = index.labelsOfServiceAccount(workload);
    return known === undefined ? 'unknown' : { value: valueIn(known, name) };
  };
}

/** A label of a namespace as its selectors name it. */
export function labelOfNamespace(key: string, namespace: Namespace, assume: boolean): ReturnType<Lookup> {
  if (key === NAME) return { value: namespace.name };
  const value = valueIn(namespace.labels, key);
  return value === undefined && !namespace.defined && !assume ? 'unknown' : { value };
}

function valueIn(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** The namespaces outside of which a selector selects nothing, where it says so. */
export function namespacesNamed(expression: Expression): readonly string[] | undefined {
  if (expression.is === 'in' && expression.key === NAMESPACE) return [...new Set(expression.values)];
  if (expression.is !== 'and') return undefined;
  return expression.of.map(namespacesNamed).find((names) => names !== undefined);
}

/** Why it is not known whether a selector selects the pod, as a sentence's beginning. */
export function doubtOfEndpoint(
  expression: Expression,
  workload: Workload,
  namespace: Namespace,
  index: NamespaceIndex,
): string {
  const lookup = labelsOf(workload, namespace, index, false);
  const open = atomsOf(expression).find(({ key }) => lookup(key) === 'unknown');
  return open?.key.startsWith(OF_SERVICE_ACCOUNT) === true
    ? `the labels of service account ${workload.namespace}/${workload.serviceAccount} are not known`
    : `namespace ${namespace.name} is used but not defined`;
}

/** What selectors of Calico speak of, so that pods which none of them tells apart are of one class. */
export class EndpointVocabulary {
  /** By key: the values that are named, or all of them where parts of values count. */
  readonly #values = new Map<string, Set<string> | 'all'>();

  constructor(expressions: Iterable<Expression>) {
    for (const atom of [...new Set(expressions)].flatMap(atomsOf)) {
      const known = this.#values.get(atom.key) ?? new Set<string>();
      const isPart = atom.is !== 'in' && atom.is !== 'has';
      this.#values.set(atom.key, isPart ? 'all' : known);
      if (atom.is === 'in' && known !== 'all') for (const value of atom.values) known.add(value);
    }
  }

  keyOf(workload: Workload, namespace: Namespace, index: NamespaceIndex): readonly string[] {
    if (this.#values.size === 0 || workload.hostNetwork) return [];
    const lookup = labelsOf(workload, namespace, index, false);
    const key: string[] = [];
    for (const [name, values] of this.#values) {
      const found = lookup(name);
      // An answer that hangs on unknown labels names whose they are.
      if (found === 'unknown') key.push(`${name}? ${namespace.name}/${workload.serviceAccount}`);
      else if (found.value !== undefined) {
        key.push(values === 'all' || values.has(found.value) ? `${name}=${found.value}` : name);
      }
    }
    return key;
  }
}
