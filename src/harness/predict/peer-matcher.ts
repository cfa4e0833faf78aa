import { selects } from '../../requirements/selector.ts';
import type { Namespace, Workload } from '../inventory/model.ts';
import type { ClassRegistry, PodClass } from './classes.ts';
import type { PodPeer } from './compile.ts';
import type { Match, NamespaceIndex } from './namespaces.ts';

/** A class that a peer selects, or may select, or is only assumed to. */
export interface Matched {
  readonly podClass: PodClass;
  readonly match: Exclude<Match, 'no'>;
}

/** Which classes each peer of a policy selects; computed once for a peer, and for classes as they are founded. */
export class PeerMatcher {
  readonly #registry: ClassRegistry;
  readonly #namespaces: NamespaceIndex;
  readonly #matched = new Map<PodPeer, { upTo: number; readonly found: Matched[] }>();

  constructor(registry: ClassRegistry, namespaces: NamespaceIndex) {
    this.#registry = registry;
    this.#namespaces = namespaces;
  }

  match(peer: PodPeer, podClass: PodClass): Match {
    return matchWorkload(peer, podClass.example, podClass.namespace, this.#namespaces);
  }

  /** Every class for which `match` is not "no". */
  matched(peer: PodPeer): readonly Matched[] {
    const entry = this.#matched.get(peer) ?? { upTo: 0, found: [] };
    this.#matched.set(peer, entry);
    if (entry.upTo === this.#registry.classes.length) return entry.found;
    for (const neighbours of this.#candidates(peer)) {
      const [first] = neighbours;
      if (first === undefined || this.#matchNamespace(peer, first.namespace) === 'no') continue;
      for (const podClass of neighbours) {
        if (podClass.index < entry.upTo) continue;
        const match = this.match(peer, podClass);
        if (match !== 'no') entry.found.push({ podClass, match });
      }
    }
    entry.upTo = this.#registry.classes.length;
    return entry.found;
  }

  #candidates({ namespaces }: PodPeer): Iterable<readonly PodClass[]> {
    const { byNamespace } = this.#registry;
    return namespaces.by === 'name' ? [byNamespace.get(namespaces.name) ?? []] : byNamespace.values();
  }

  #matchNamespace(peer: PodPeer, namespace: Namespace): Match {
    return matchNamespace(peer, namespace, this.#namespaces);
  }
}

/** Whether a peer selects a workload. A pod on the host network is its node, as far as policies see. */
export function matchWorkload(
  peer: PodPeer,
  { hostNetwork, labels }: Workload,
  namespace: Namespace,
  index: NamespaceIndex,
): Match {
  return hostNetwork || !selects(peer.pods, labels) ? 'no' : matchNamespace(peer, namespace, index);
}

function matchNamespace({ namespaces }: PodPeer, namespace: Namespace, index: NamespaceIndex): Match {
  if (namespaces.by === 'name') return namespaces.name === namespace.name ? 'yes' : 'no';
  return index.match(namespaces.selector, namespace);
}
