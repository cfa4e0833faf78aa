import type { LabelSelector } from '../../../requirements/selector.ts';
import { SERVICE_ACCOUNT_LABEL } from '../../inventory/cilium-selectors.ts';
import type { Namespace, UnmodelledPolicy, Workload } from '../../inventory/model.ts';
import type { TierPolicy } from './admin-compile.ts';
import { AddressGrid, type AddressSet } from '../sets/addresses.ts';
import { netsOfEnd, podsOfEnd } from './calico-compile.ts';
import { namesOfPorts, type CompiledPolicy } from './compile.ts';
import { EndpointVocabulary } from '../ends/endpoints.ts';
import type { NamespaceIndex } from '../ends/namespaces.ts';
import { seenLabels } from '../ends/seen-labels.ts';
import type { Whereabouts } from '../dialects/whereabouts.ts';

/**
 * What policies speak of: label keys and values, port names, namespaces, addresses. Two workloads that differ in
 * nothing of it have the same key, and every policy treats them alike.
 */
export class Vocabulary {
  /** Values that selectors name, by label key; any other value of the key is as good as any other. */
  readonly #labels = new Map<string, Set<string>>();
  readonly #portNames = new Set<string>();
  readonly #namespaceSelectors: readonly LabelSelector[];
  /** Namespaces that policies live in: their pods differ from all others. */
  readonly #homes: ReadonlySet<string>;
  /** Of selectors of Calico. */
  readonly #endpoints: EndpointVocabulary;
  /** The edges of all ipBlocks and networks. */
  readonly #grid: AddressGrid;
  readonly #places = new Map<AddressSet, string>();
  readonly #namespaces: NamespaceIndex;
  readonly #namespaceKeys = new Map<string, string>();

  constructor(
    policies: readonly CompiledPolicy[],
    tiers: readonly TierPolicy[],
    unmodelled: readonly UnmodelledPolicy[],
    namespaces: NamespaceIndex,
  ) {
    const namespaceSelectors = new Map<string, LabelSelector>();
    const rules = policies.flatMap((policy) => [...policy.rules.ingress, ...policy.rules.egress]);
    const tierRules = tiers.flatMap((policy) => [...policy.rules.ingress, ...policy.rules.egress]);
    const subjects = tiers.map(({ subject }) => subject);
    for (const policy of policies) this.#learn(policy.podSelector);
    for (const { ports } of [...rules, ...tierRules]) for (const name of namesOfPorts(ports)) this.#portNames.add(name);
    for (const peer of [...[...rules, ...tierRules].flatMap(({ pods }) => pods), ...subjects]) {
      if ('endpoints' in peer) continue;
      this.#learn(peer.pods);
      if (peer.namespaces.by === 'labels') {
        namespaceSelectors.set(JSON.stringify(peer.namespaces.selector), peer.namespaces.selector);
      }
    }
    const ends = tierRules.flatMap(({ peer, own }) => [peer ?? [], own ?? []].flat());
    const endpoints = [...subjects, ...ends.flatMap(podsOfEnd)];
    this.#endpoints = new EndpointVocabulary(
      endpoints.flatMap((peer) => ('endpoints' in peer ? [peer.endpoints] : [])),
    );
    this.#namespaceSelectors = [...namespaceSelectors.values()];
    this.#homes = new Set([...policies, ...unmodelled].flatMap(({ namespace }) => namespace ?? []));
    this.#grid = new AddressGrid([
      ...rules.flatMap(({ blocks }) => blocks.map(({ addresses }) => addresses)),
      ...tierRules.map(({ networks }) => networks),
      ...ends.flatMap(netsOfEnd),
    ]);
    this.#namespaces = namespaces;
  }

  keyOf(workload: Workload, namespace: Namespace, location: string): string {
    return JSON.stringify([
      this.#namespaceKey(namespace),
      this.#labelsKey(workload),
      workload.ports
        .filter(({ name }) => name !== undefined && this.#portNames.has(name))
        .map(({ name, protocol, port }) => `${name ?? ''} ${protocol} ${port}`)
        .sort(),
      workload.hostNetwork,
      location,
      ...this.#endpoints.keyOf(workload, namespace, this.#namespaces),
    ]);
  }

  /** Equal for whereabouts that no block tells apart. */
  locate({ kind, surely, perhaps }: Whereabouts): string {
    return [kind, this.#place(surely), this.#place(perhaps)].join('; ');
  }

  /** Pods whose addresses are not known have the same ones. */
  #place(addresses: AddressSet): string {
    const known = this.#places.get(addresses) ?? this.#grid.locate(addresses);
    this.#places.set(addresses, known);
    return known;
  }

  /** Nodes have no labels that a policy sees. */
  #labelsKey(workload: Workload): readonly string[] {
    if (workload.hostNetwork) return [];
    const labels = this.#labels.has(SERVICE_ACCOUNT_LABEL) ? seenLabels(workload) : workload.labels;
    const key: string[] = [];
    for (const [name, value] of Object.entries(labels)) {
      const values = this.#labels.get(name);
      if (values) key.push(values.has(value) ? `${name}=${value}` : name);
    }
    return key.sort();
  }

  #namespaceKey(namespace: Namespace): string {
    const known = this.#namespaceKeys.get(namespace.name);
    if (known !== undefined) return known;
    const matches = this.#namespaceSelectors.map((selector) => this.#namespaces.match(selector, namespace));
    // An answer that hangs on an undefined namespace's labels names the namespace, so it stays apart.
    const apart = this.#homes.has(namespace.name) || matches.some((match) => match !== 'yes' && match !== 'no');
    const key = `${apart ? namespace.name : ''} ${matches.join(' ')}`;
    this.#namespaceKeys.set(namespace.name, key);
    return key;
  }

  #learn({ matchLabels, matchExpressions }: LabelSelector): void {
    for (const [key, value] of Object.entries(matchLabels)) this.#valuesOf(key).add(value);
    for (const { key, values } of matchExpressions) {
      const known = this.#valuesOf(key);
      for (const value of values) known.add(value);
    }
  }

  #valuesOf(key: string): Set<string> {
    const known = this.#labels.get(key) ?? new Set<string>();
    this.#labels.set(key, known);
    return known;
  }
}
