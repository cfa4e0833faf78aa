import { selects, type Labels, type LabelSelector } from '../../../requirements/selector.ts';
import type { Inventory, Namespace, Workload } from '../../inventory/model.ts';
import { OUTSIDER_NAMESPACE } from './outsider.ts';

/**
 * Whether a selector selects a namespace. The labels of a namespace that is used but not defined are unknown but for
 * its name; `assumed…` is the answer under the assumption that it has no others.
 */
export type Match = 'yes' | 'no' | 'unknown' | 'assumedYes' | 'assumedNo';

export interface PredictorOptions {
  /** Namespaces that are used but not defined have no labels but their name, and answers say so. Default false. */
  readonly assumeUndefinedNamespacesHaveNoLabels?: boolean;
}

export class NamespaceIndex {
  /** Whether a namespace that is not defined is assumed to have no labels. */
  readonly assumes: boolean;
  readonly #byName: ReadonlyMap<string, Namespace>;
  readonly #serviceAccounts: Readonly<Record<string, Labels>>;

  constructor(inventory: Inventory, options: PredictorOptions) {
    this.#byName = new Map(inventory.namespaces.map((namespace) => [namespace.name, namespace]));
    this.#serviceAccounts = inventory.calico?.serviceAccounts ?? {};
    this.assumes = options.assumeUndefinedNamespacesHaveNoLabels ?? false;
  }

  /** A namespace that is not in the inventory is not defined either, but for an outsider's, of which all is known. */
  get(name: string): Namespace {
    const labels = { 'kubernetes.io/metadata.name': name };
    return this.#byName.get(name) ?? { name, labels, defined: name === OUTSIDER_NAMESPACE };
  }

  /** Undefined where they are not known; an outsider's has none. */
  labelsOfServiceAccount({ namespace, serviceAccount }: Workload): Labels | undefined {
    if (namespace === OUTSIDER_NAMESPACE) return {};
    const id = `${namespace}/${serviceAccount}`;
    return Object.hasOwn(this.#serviceAccounts, id) ? this.#serviceAccounts[id] : undefined;
  }

  match(selector: LabelSelector, namespace: Namespace): Match {
    const selected = selects(selector, namespace.labels);
    if (namespace.defined || hangsOnKnownLabels(selector, namespace)) return selected ? 'yes' : 'no';
    if (!this.assumes) return 'unknown';
    return selected ? 'assumedYes' : 'assumedNo';
  }
}

/** The note of an answer that rests on an `assumed…` match. */
export function undefinedNamespaceNote(namespace: Namespace): string {
  return `namespace ${namespace.name} is used but not defined: it is assumed to have no labels but its name`;
}

/** All conditions are on known labels, or one of those that are fails whatever the others are. */
function hangsOnKnownLabels({ matchLabels, matchExpressions }: LabelSelector, { labels }: Namespace): boolean {
  const isKnown = (key: string): boolean => Object.hasOwn(labels, key);
  const known: LabelSelector = {
    matchLabels: Object.fromEntries(Object.entries(matchLabels).filter(([key]) => isKnown(key))),
    matchExpressions: matchExpressions.filter(({ key }) => isKnown(key)),
  };
  if (!selects(known, labels)) return true;
  return Object.keys(matchLabels).every(isKnown) && matchExpressions.every(({ key }) => isKnown(key));
}
