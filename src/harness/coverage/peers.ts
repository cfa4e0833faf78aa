import { type LabelSelector, NAMESPACE_NAME, selects } from '../../requirements/selector.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory, Namespace, NetworkPolicy, PolicyPeer, Workload } from '../inventory/model.ts';

/** Finds peers of policies that are nobody. The cluster's DNS, where it is assumed, is somebody. */
export class PeerSearch {
  readonly #namespaces: ReadonlyMap<string, Namespace>;
  readonly #workloads: ReadonlyMap<string, readonly Workload[]>;
  /** Policies repeat their peers; the answer is the same for the same selectors in one namespace. */
  readonly #known = new Map<string, boolean>();

  constructor(inventory: Inventory) {
    const workloads = [...inventory.workloads, ...clusterDns(inventory).workloads.filter(({ assumed }) => assumed)];
    this.#workloads = Map.groupBy(workloads, ({ namespace }) => namespace);
    const namespaces = new Map(inventory.namespaces.map((namespace) => [namespace.name, namespace]));
    // The namespace of the assumed DNS is assumed to have no labels but its name.
    for (const name of this.#workloads.keys()) {
      if (!namespaces.has(name)) namespaces.set(name, { name, labels: { [NAMESPACE_NAME]: name }, defined: true });
    }
    this.#namespaces = namespaces;
  }

  /** Whether a selector surely selects no workload; addresses, and namespaces of unknown labels, may be anybody. */
  isNobody(peer: PolicyPeer, policy: NetworkPolicy): boolean {
    if (peer.kind === 'ipBlock') return false;
    const { namespaceSelector, podSelector } = peer;
    const key = JSON.stringify([namespaceSelector ?? policy.namespace, podSelector]);
    let answer = this.#known.get(key);
    if (answer === undefined) {
      const namespaces = namespaceSelector === undefined ? [policy.namespace] : this.#maybeSelected(namespaceSelector);
      answer = !namespaces.some((name) => this.#hasPod(name, podSelector));
      this.#known.set(key, answer);
    }
    return answer;
  }

  #hasPod(namespace: string, selector: LabelSelector | undefined): boolean {
    const workloads = this.#workloads.get(namespace) ?? [];
    return workloads.some(
      ({ labels, pods }) =>
        selector === undefined ||
        selects(selector, labels) ||
        pods.some((pod) => pod.labels !== undefined && selects(selector, pod.labels)),
    );
  }

  #maybeSelected(selector: LabelSelector): string[] {
    return [...this.#namespaces.values()].filter((namespace) => maySelect(selector, namespace)).map(({ name }) => name);
  }
}

export function selectsEverything({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

/** Of a namespace that is not defined, only the name is known: conditions on other labels may hold. */
export function maySelect(selector: LabelSelector, { labels, defined }: Namespace): boolean {
  if (defined) return selects(selector, labels);
  const matchLabels = Object.entries(selector.matchLabels).filter(([key]) => key === NAMESPACE_NAME);
  const matchExpressions = selector.matchExpressions.filter(({ key }) => key === NAMESPACE_NAME);
  return selects({ matchLabels: Object.fromEntries(matchLabels), matchExpressions }, labels);
}
