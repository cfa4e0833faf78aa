import type { Requirement } from '../../requirements/model.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { DEFINE_NAMESPACE } from '../plan/namespaces.ts';
import { isUnsure, type Member } from '../plan/members.ts';
import type { Request } from '../plan/request.ts';
import type { ResolvedRequirement } from '../plan/requests.ts';
import { resolveTargets } from '../plan/targets.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import { blocksOfNode } from './nodes.ts';
import type { Claim, ClaimEnd, Unserved } from './model.ts';

/** Names are asked for over UDP, and over TCP where the answer is long (https://www.rfc-editor.org/rfc/rfc7766). */
const DNS = ConnectionSet.port('UDP', 53).union(ConnectionSet.port('TCP', 53));

export interface Claims {
  /** Of every mayReach case that holds, DNS for the names that it uses included. */
  readonly may: readonly Claim[];
  /** Of every mayNotReach case that holds; of `otherwise`, which yields to every case, only what names may need. */
  readonly mayNot: readonly Claim[];
  /** The requirements that forbid something to workloads of a namespace, by its name, in the order of the run. */
  readonly forbidding: ReadonlyMap<string, ReadonlySet<Requirement>>;
  readonly unserved: readonly Unserved[];
}

/**
 * What the requirements of a run ask for and forbid, pair by pair. An expired requirement claims nothing: nobody stands
 * behind it any more.
 * @param today `YYYY-MM-DD`, UTC
 */
export function claimsOf(resolved: readonly ResolvedRequirement[], inventory: Inventory, today: string): Claims {
  const dns = clusterDns(inventory).workloads;
  const workloads = new Map([...inventory.workloads, ...dns].map((workload) => [workload.id, workload]));
  const live = resolved.filter(({ requirement }) => !isExpired(requirement, today));
  const of = (expect: Requirement['expect']): readonly Request[] =>
    live.filter(({ requirement }) => requirement.expect === expect).flatMap(({ requests }) => requests);
  const asked = of('mayReach');
  const forbidden = of('mayNotReach');
  const servers = new Set(dns.map(({ id }) => id));
  return {
    may: asked.filter(isSure).flatMap((request) => [...claims(request, workloads), ...nameClaims(request, dns)]),
    mayNot: forbidden
      .filter(({ requirement, to }) => !requirement.otherwise || servers.has(to.label))
      .flatMap((request) => claims(request, workloads)),
    forbidding: forbidding(forbidden),
    unserved: asked.flatMap(unserved),
  };
}

function forbidding(requests: readonly Request[]): ReadonlyMap<string, ReadonlySet<Requirement>> {
  const found = new Map<string, Set<Requirement>>();
  for (const { requirement, from, to } of requests) {
    for (const namespace of [from, to].flatMap(namespaceOf)) {
      const known = found.get(namespace);
      if (known === undefined) found.set(namespace, new Set([requirement]));
      else known.add(requirement);
    }
  }
  return found;
}

function namespaceOf(member: Member): readonly string[] {
  if (member.kind === 'workload') return [member.workload.namespace];
  return member.kind === 'service' ? [member.service.namespace] : [];
}

export function isExpired({ expires }: Requirement, today: string): boolean {
  return expires !== undefined && expires < today;
}

function claims(request: Request, workloads: ReadonlyMap<string, Workload>): readonly Claim[] {
  const { requirement } = request;
  const from = endOf(request.from);
  if (from === undefined) return [];
  const to = endOf(request.to);
  return resolveTargets(request).flatMap((target): readonly Claim[] => {
    const workload = to === undefined ? workloads.get(target.to) : undefined;
    const end = workload === undefined ? to : ({ kind: 'workload', workload } as const);
    return end === undefined ? [] : [{ requirement, from, to: end, connections: target.connections, forName: false }];
  });
}

/** What may not be meant is not granted. */
function isSure({ from, to }: Request): boolean {
  return !isUnsure(from) && !isUnsure(to);
}

/** Undefined for a service, whose targets are the ends, and for a host, whose addresses nobody knows. */
function endOf(member: Member): ClaimEnd | undefined {
  return member.kind === 'workload' || member.kind === 'addresses' ? member : undefined;
}

/** A service is dialled by its name and its address, a host by its name: both have to be resolved. */
function nameClaims({ requirement, from, to }: Request, dns: readonly Workload[]): readonly Claim[] {
  if (from.kind !== 'workload' || (to.kind !== 'service' && to.kind !== 'host')) return [];
  return dns.map((server) => ({
    requirement,
    from,
    to: { kind: 'workload', workload: server },
    connections: DNS,
    forName: true,
  }));
}

function unserved({ requirement, from, to, wanted }: Request): readonly Unserved[] {
  const reasons: string[] = [];
  if (to.kind === 'host') {
    reasons.push(
      `the addresses of ${to.label} are not known, and a NetworkPolicy cannot name a host: name its addresses ({cidr: …}), or let ${from.label} out by a policy of your network plugin that knows names`,
    );
  }
  if (to.kind === 'service') {
    const missing = wanted.points.filter(
      ({ protocol, port }) =>
        !to.endpoints.some((endpoint) => endpoint.port.protocol === protocol && endpoint.port.port === port),
    );
    for (const { protocol, port } of missing) {
      const outside = to.beyond.filter((one) => one.port.protocol === protocol && one.port.port === port);
      reasons.push(
        outside.length === 0
          ? `what stands behind ${protocol} port ${port} of ${to.label} is not known`
          : `behind ${protocol} port ${port} of ${to.label} stand addresses that are no pods: name them ({cidr: ${outside[0]?.address ?? ''}})`,
      );
    }
  }
  for (const end of [from, to]) {
    if (end.kind === 'workload' && end.unsure !== undefined) reasons.push(`${end.unsure}: ${DEFINE_NAMESPACE}`);
    if (end.kind !== 'workload' || !end.workload.hostNetwork || blocksOfNode(end.workload) !== undefined) continue;
    reasons.push(`${end.label} is on the host network: policies know it by its nodes' addresses, which are not known`);
  }
  return reasons.map((reason) => ({ requirement, reason }));
}
