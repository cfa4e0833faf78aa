import type { AddressSet } from '../predict/sets/addresses.ts';
import type { Probe, ProbePod, ProbeProtocol } from '../probe/model.ts';
import type { Workload } from '../inventory/model.ts';
import { isRange, type Cell } from './cell.ts';
import { singleAddress } from './cells-addresses.ts';
import { replicaId } from './demand.ts';
import { addressRefusal, hostRefusal, type ExternalAccess, type HostAddresses } from './external.ts';

/** What can be tried with. */
export interface TrialContext {
  /** By `ProbePod.id`. */
  readonly pods: ReadonlyMap<string, ProbePod>;
  /** Cluster IPs by service id, as the cluster gave them. */
  readonly serviceAddresses: ReadonlyMap<string, readonly string[]>;
  /** Addresses of hosts, as an unisolated pod of the run learnt them. */
  readonly hosts: HostAddresses;
  /** Why a workload has no stand-in, by its id, where there is more to say. */
  readonly refused?: ReadonlyMap<string, string>;
  /** Workloads that have a stand-in, to look for an allowed peer among. */
  readonly workloads: readonly Workload[];
  readonly allowExternal: ExternalAccess;
  /** True: behind services are real pods, which cannot identify themselves. */
  readonly realServices: boolean;
  /** `cluster.local` unless the cluster says otherwise. */
  readonly clusterDomain: string;
}

/** One cell as it is tried: a probe for each address and family. */
export interface TrialProbe {
  readonly probe: Probe;
  /** Probes of one listener can be each other's control. */
  readonly listener: string;
  readonly family?: 'IPv4' | 'IPv6';
  readonly address?: string;
  /** `ProbePod.id` of the destination, where it is a pod of the run. */
  readonly target?: string;
}

export type Trial =
  | { readonly kind: 'probes'; readonly probes: readonly TrialProbe[] }
  /** Not tried: the predicted verdict stands, or there is none. */
  | { readonly kind: 'none'; readonly verdict: 'predicted' | 'untested' | 'inconclusive'; readonly why: string };

/** How a cell is tried, or why it is not. */
export function trialOf(cell: Cell, context: TrialContext): Trial {
  if (isRange(cell)) return predicted('a range of ports is predicted; ports of it are observed one by one');
  if (cell.protocol === 'SCTP') return untested('SCTP cannot be tried: the agent has no SCTP');
  if (cell.source.kind === 'addresses') return predicted('connections from outside the cluster are not made');
  const source = context.pods.get(cell.source.workload.id);
  if (source === undefined) return withoutStandIn(cell.source.workload, context);
  switch (cell.destination.kind) {
    case 'workload':
      return toWorkload(cell, source, cell.destination.workload, context);
    case 'service':
      return toService(cell, source, cell.destination, context);
    case 'addresses':
      return toAddress(cell, source, cell.destination.addresses, context);
    case 'host':
      return toHost(cell, source, cell.destination.host, context);
  }
}

function toWorkload(
  cell: Cell,
  source: ProbePod,
  workload: { readonly id: string; readonly hostNetwork: boolean },
  context: TrialContext,
): Trial {
  const target = context.pods.get(workload.id === source.id ? replicaId(workload.id) : workload.id);
  if (target === undefined) return withoutStandIn(workload, context);
  return { kind: 'probes', probes: probesOfPod(cell.key, source, target, protocolOf(cell), cell.ports.from) };
}

/** One probe for each family that both pods have. */
export function probesOfPod(
  key: string,
  source: ProbePod,
  target: ProbePod,
  protocol: ProbeProtocol,
  port: number,
): readonly TrialProbe[] {
  const families = new Set(source.addresses.map(familyOf));
  return target.addresses
    .filter((address) => families.has(familyOf(address)))
    .map((address) => ({
      probe: {
        key: `${key} at ${address}`,
        from: source.id,
        protocol,
        port,
        target: { address },
        responders: [target.uid],
      },
      listener: listenerOf(target.id, protocol, port, familyOf(address)),
      family: familyOf(address),
      address,
      target: target.id,
    }));
}

/** Names a listener, so that its probes find each other. */
export function listenerOf(target: string, protocol: string, port: number, family: string): string {
  return `${target} ${protocol}/${port} ${family}`;
}

function toService(
  cell: Cell,
  source: ProbePod,
  { service, endpoints }: Cell['destination'] & { kind: 'service' },
  context: TrialContext,
): Trial {
  const ids = endpoints.flatMap(({ workload }) => [workload.id, replicaId(workload.id)]);
  const responders = ids.flatMap((id) => context.pods.get(id)?.uid ?? []);
  const identified = context.realServices ? {} : { responders };
  const probe = { from: source.id, protocol: protocolOf(cell), port: cell.ports.from, ...identified };
  if (cell.via === 'service-name') {
    const name = `${service.name}.${service.namespace}.svc.${context.clusterDomain}`;
    const listener = listenerOf(name, cell.protocol, cell.ports.from, 'name');
    return { kind: 'probes', probes: [{ probe: { ...probe, key: cell.key, target: { name } }, listener }] };
  }
  const addresses = context.serviceAddresses.get(service.id) ?? [];
  if (addresses.length === 0) return predicted(`the cluster gave ${service.id} no address`);
  return { kind: 'probes', probes: addresses.map((address) => atAddress(cell, address, probe)) };
}

function toAddress(cell: Cell, source: ProbePod, addresses: AddressSet, context: TrialContext): Trial {
  const address = singleAddress(addresses);
  if (address === undefined) return predicted('a range of addresses is predicted, not dialled one by one');
  const refusal = addressRefusal(address, context.allowExternal, context.hosts);
  if (refusal !== undefined) return untested(refusal);
  const probe = { from: source.id, protocol: protocolOf(cell), port: cell.ports.from };
  return { kind: 'probes', probes: [atAddress(cell, address, probe)] };
}

function toHost(cell: Cell, source: ProbePod, host: string, context: TrialContext): Trial {
  const known = context.hosts.get(host) ?? [];
  const refusal = hostRefusal(host, known, context.allowExternal);
  if (refusal !== undefined) return untested(refusal);
  if (known.length === 0) {
    return {
      kind: 'none',
      verdict: 'inconclusive',
      why: `no pod of the run could resolve ${host}: is the name right?`,
    };
  }
  const probe = {
    key: cell.key,
    from: source.id,
    protocol: protocolOf(cell),
    port: cell.ports.from,
    target: { name: host },
  };
  return { kind: 'probes', probes: [{ probe, listener: listenerOf(host, cell.protocol, cell.ports.from, 'name') }] };
}

function atAddress(cell: Cell, address: string, probe: Omit<Probe, 'key' | 'target'>): TrialProbe {
  const family = familyOf(address);
  return {
    probe: { ...probe, key: `${cell.key} at ${address}`, target: { address } },
    listener: listenerOf(address, cell.protocol, cell.ports.from, family),
    family,
    address,
  };
}

function withoutStandIn(
  { id, hostNetwork }: { readonly id: string; readonly hostNetwork: boolean },
  { refused }: TrialContext,
): Trial {
  const why = refused?.get(id) ?? (hostNetwork ? 'it is on the host network' : undefined);
  return predicted(`${id} has no stand-in in this run${why === undefined ? '' : `: ${why}`}`);
}

function protocolOf({ protocol }: Cell): ProbeProtocol {
  return protocol === 'UDP' ? 'UDP' : 'TCP';
}

export function familyOf(address: string): 'IPv4' | 'IPv6' {
  return address.includes(':') ? 'IPv6' : 'IPv4';
}

function predicted(why: string): Trial {
  return { kind: 'none', verdict: 'predicted', why };
}

function untested(why: string): Trial {
  return { kind: 'none', verdict: 'untested', why };
}
