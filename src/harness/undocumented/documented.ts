import type { Workload } from '../inventory/model.ts';
import { ALL_ADDRESSES, AddressSet } from '../predict/sets/addresses.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Request } from '../plan/request.ts';
import { resolveTargets } from '../plan/targets.ts';
import type { ResolvedRequirement } from '../plan/requests.ts';

/** Connections with addresses outside. */
export interface AddressAllow {
  readonly addresses: AddressSet;
  readonly connections: ConnectionSet;
}

/** Whoever dials a name asks the cluster's DNS, over UDP and, for long answers, over TCP (RFC 7766). */
const DNS = ConnectionSet.port('UDP', 53).union(ConnectionSet.port('TCP', 53));

/**
 * What the mayReach cases of a run name, as exact sets. A case that may not reach, `otherwise`, and a case that has
 * expired document nothing. A host documents every address, on its ports: which it has, no file says. Whoever may
 * reach anything may ask the cluster's DNS for it.
 */
export class Documented {
  readonly #pairs = new Map<string, Map<string, ConnectionSet>>();
  readonly #toAddresses = new Map<string, AddressAllow[]>();
  readonly #fromAddresses = new Map<string, AddressAllow[]>();

  /** @param today `YYYY-MM-DD`, UTC: dates of requirements are inclusive */
  constructor(resolved: readonly ResolvedRequirement[], dns: readonly Workload[], today: string) {
    for (const { requirement, requests } of resolved) {
      const { expect, otherwise, expires } = requirement;
      if (expect !== 'mayReach' || otherwise || (expires !== undefined && expires < today)) continue;
      for (const request of requests) this.#add(request, dns);
    }
  }

  /** Between two workloads, by their ids. */
  between(from: string, to: string): ConnectionSet {
    return this.#pairs.get(from)?.get(to) ?? ConnectionSet.NONE;
  }

  toAddresses(from: string): readonly AddressAllow[] {
    return this.#toAddresses.get(from) ?? [];
  }

  fromAddresses(to: string): readonly AddressAllow[] {
    return this.#fromAddresses.get(to) ?? [];
  }

  #add(request: Request, dns: readonly Workload[]): void {
    const { from, to, wanted } = request;
    if (from.kind === 'workload') for (const server of dns) this.#addPair(from.workload.id, server.id, DNS);
    if (to.kind === 'addresses' || to.kind === 'host') {
      if (from.kind !== 'workload') return;
      const addresses = to.kind === 'host' ? ALL_ADDRESSES : to.addresses;
      append(this.#toAddresses, from.workload.id, { addresses, connections: wanted.connections });
      return;
    }
    if (to.kind === 'service' && from.kind === 'workload') {
      for (const { address, port, targetPort } of to.beyond) {
        if (!wanted.connections.contains(port.protocol, port.port)) continue;
        const connections = ConnectionSet.port(port.protocol, targetPort);
        append(this.#toAddresses, from.workload.id, { addresses: AddressSet.of(address), connections });
      }
    }
    for (const target of resolveTargets(request)) {
      if (from.kind === 'workload') this.#addPair(from.workload.id, target.to, target.connections);
      else if (from.kind === 'addresses') {
        append(this.#fromAddresses, target.to, { addresses: from.addresses, connections: target.connections });
      }
    }
  }

  #addPair(from: string, to: string, connections: ConnectionSet): void {
    const row = this.#pairs.get(from) ?? new Map<string, ConnectionSet>();
    this.#pairs.set(from, row);
    row.set(to, row.get(to)?.union(connections) ?? connections);
  }
}

function append(map: Map<string, AddressAllow[]>, key: string, allow: AddressAllow): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [allow]);
  else known.push(allow);
}

/** What is left of connections with some addresses once those documented are taken out. */
export function subtractAllows(whole: AddressAllow, documented: readonly AddressAllow[]): readonly AddressAllow[] {
  return documented.reduce<readonly AddressAllow[]>(
    (left, taken) => left.flatMap((piece) => subtractAllow(piece, taken)),
    [whole],
  );
}

function subtractAllow(piece: AddressAllow, taken: AddressAllow): readonly AddressAllow[] {
  const common = piece.addresses.intersect(taken.addresses);
  if (common.isEmpty || !piece.connections.overlaps(taken.connections)) return [piece];
  return [
    { addresses: piece.addresses.subtract(common), connections: piece.connections },
    { addresses: common, connections: piece.connections.subtract(taken.connections) },
  ].filter(({ addresses, connections }) => !addresses.isEmpty && !connections.isEmpty);
}
