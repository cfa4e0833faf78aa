import { selects } from '../../../requirements/selector.ts';
import { clusterDns } from '../../inventory/dns.ts';
import type { Inventory, NetworkPolicy, PolicyPeer, PolicyPort, Workload } from '../../inventory/model.ts';
import { NamespaceIndex, type Match } from '../ends/namespaces.ts';
import { variantsOf } from '../ends/variants.ts';

/** A pod that a peer selects, or (not surely) may. */
export interface Carrier {
  readonly pod: Workload;
  readonly surely: boolean;
}

/** Which pods of a cluster give a policy's named ports a number. Files are taken for the whole cluster. */
export class Carriers {
  readonly #policy: NetworkPolicy;
  readonly #inventory: Inventory;
  #found: readonly Workload[] | undefined;

  constructor(policy: NetworkPolicy, inventory: Inventory) {
    this.#policy = policy;
    this.#inventory = inventory;
  }

  /** Of the policy's own namespace. */
  neighbours(): readonly Workload[] {
    return this.#pods().filter(({ namespace }) => namespace === this.#policy.namespace);
  }

  /** That the policy selects. */
  selected(): readonly Workload[] {
    return this.neighbours().filter(({ labels }) => selects(this.#policy.podSelector, labels));
  }

  behind(peers: readonly PolicyPeer[]): readonly Carrier[] {
    const index = new NamespaceIndex(this.#inventory, {});
    return this.#pods().flatMap((pod): readonly Carrier[] => {
      const matches = peers.map((peer) => this.#match(peer, pod, index));
      if (matches.includes('yes')) return [{ pod, surely: true }];
      return matches.includes('unknown') ? [{ pod, surely: false }] : [];
    });
  }

  /** Most policies name no ports: they are gathered once asked for. */
  #pods(): readonly Workload[] {
    const { workloads } = this.#inventory;
    const dns = clusterDns(this.#inventory).workloads.filter(({ assumed }) => assumed);
    return (this.#found ??= [...workloads, ...dns].filter(({ hostNetwork }) => !hostNetwork).flatMap(variantsOf));
  }

  #match(peer: PolicyPeer, pod: Workload, index: NamespaceIndex): Match {
    if (peer.kind === 'ipBlock') return 'no';
    const { namespaceSelector, podSelector } = peer;
    if (podSelector !== undefined && !selects(podSelector, pod.labels)) return 'no';
    if (namespaceSelector !== undefined) return index.match(namespaceSelector, index.get(pod.namespace));
    return pod.namespace === this.#policy.namespace ? 'yes' : 'no';
  }
}

/** The numbers that pods give a named port, lowest first. */
export function numbersOf({ port: name, protocol }: PolicyPort, pods: readonly Workload[]): readonly number[] {
  const ports = pods.flatMap((pod) => pod.ports.filter((port) => port.name === name && port.protocol === protocol));
  return [...new Set(ports.map(({ port }) => port))].sort((a, b) => a - b);
}
