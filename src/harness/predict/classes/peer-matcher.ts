import type { Namespace } from '../../inventory/model.ts';
import type { ClassRegistry, PodClass } from './classes.ts';
import type { PodPeer } from '../rules/compile.ts';
import { matchNamespace, matchWorkload } from '../rules/match-peer.ts';
import { doubtOfEndpoint, namespacesNamed } from '../ends/endpoints.ts';
import type { Match, NamespaceIndex } from '../ends/namespaces.ts';

/** A class that a peer selects, or may select, or is only assumed to. */
export interface Matched {
  readonly podClass: PodClass;
  readonly match: Exclude<Match, 'no'>;
}

/** Which classes each peer of a policy selects; computed once for a peer, and for classes as they are founded. */
export class PeerMatcher {
  readonly #registry: ClassRegistry;
  readonly #namespaces: NamespaceIndex;
  /** By peer, then by the index of the class: a selector of Calico is an expression to be evaluated. */
  readonly #endpoints = new Map<PodPeer, Match[]>();
  readonly #matched = new Map<PodPeer, { upTo: number; readonly found: Matched[] }>();

  constructor(registry: ClassRegistry, namespaces: NamespaceIndex) {
    this.#registry = registry;
    this.#namespaces = namespaces;
  }

  match(peer: PodPeer, podClass: PodClass): Match {
    const ask = (): Match => matchWorkload(peer, podClass.example, podClass.namespace, this.#namespaces);
    if (!('endpoints' in peer)) return ask();
    const known = this.#endpoints.get(peer) ?? [];
    this.#endpoints.set(peer, known);
    return (known[podClass.index] ??= ask());
  }

  /** Why it is not known whether a peer selects a class, as a sentence's beginning. */
  doubt(peer: PodPeer, { example, namespace }: PodClass): string {
    if ('endpoints' in peer) return doubtOfEndpoint(peer.endpoints, example, namespace, this.#namespaces);
    return `namespace ${namespace.name} is used but not defined`;
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

  #candidates(peer: PodPeer): Iterable<readonly PodClass[]> {
    const { byNamespace } = this.#registry;
    const names = namesOf(peer);
    return names === undefined ? byNamespace.values() : names.map((name) => byNamespace.get(name) ?? []);
  }

  #matchNamespace(peer: PodPeer, namespace: Namespace): Match {
    return 'endpoints' in peer ? 'unknown' : matchNamespace(peer, namespace, this.#namespaces);
  }
}

/** The only namespaces in which it may select. */
function namesOf(peer: PodPeer): readonly string[] | undefined {
  if ('endpoints' in peer) return namespacesNamed(peer.endpoints);
  return peer.namespaces.by === 'name' ? [peer.namespaces.name] : undefined;
}
