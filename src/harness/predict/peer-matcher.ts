import { selects } from '../../requirements/selector.ts';
import type { Namespace } from '../inventory/model.ts';
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
    // A pod on the host network is its node, as far as policies see.
    if (podClass.example.hostNetwork || !selects(peer.pods, podClass.example.labels)) return 'no';
    return this.#matchNamespace(peer, podClass.namespace);
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

  #matchNamespace({ namespaces }: PodPeer, namespace: Namespace): Match {
    if (namespaces.by === 'name') return namespaces.name === namespace.name ? 'yes' : 'no';
    return this.#namespaces.match(namespaces.selector, namespace);
  }
}
