import type { Requirement, RequirementSet } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { ConnectionSet } from '../predict/connections.ts';
import { isIn, type Member } from './members.ts';
import { resolveTargets } from './targets.ts';
import { hasReplicas, type Request } from './request.ts';

/**
 * `otherwise`: every connection between workloads of the namespaces in which the set's endpoints lie that no case
 * of the run names. A case names what it asks, be it allowed or forbidden; a service's case names the ports behind it.
 */
export function requestsOfOtherwise(
  requirement: Requirement,
  set: RequirementSet,
  inventory: Inventory,
  asked: readonly Request[],
): { readonly requests: readonly Request[]; readonly leftOut: readonly string[] } {
  const namespaces = namespacesOf(set, inventory);
  const inside = inventory.workloads.filter(({ namespace }) => namespaces.has(namespace));
  const pods = inside.filter(({ hostNetwork }) => !hostNetwork);
  const named = namedConnections(asked);
  const requests: Request[] = [];
  for (const from of pods) {
    for (const to of pods) {
      if (from.id === to.id && !hasReplicas(from.kind)) continue;
      const rest = ConnectionSet.ALL.subtract(named.get(from.id)?.get(to.id) ?? ConnectionSet.NONE);
      if (rest.isEmpty) continue;
      requests.push({
        requirement,
        from: member(from),
        to: member(to),
        wanted: { connections: rest, points: [], ends: [], every: true },
      });
    }
  }
  return {
    requests,
    leftOut: inside.filter(({ hostNetwork }) => hostNetwork).map(({ id }) => `${id}: on the host network`),
  };
}

function member(workload: Workload): Member {
  return { kind: 'workload', label: workload.id, workload };
}

/** Of the endpoints that the set declares or writes out. `anyone` lies everywhere and says nothing. */
export function namespacesOf(set: RequirementSet, inventory: Inventory): ReadonlySet<string> {
  const refs = [...set.endpoints.values(), ...set.requirements.flatMap(({ from, to }) => [...from, ...to])];
  const namespaces = new Set<string>();
  for (const { endpoint } of refs) {
    if (endpoint.kind === 'workload' || endpoint.kind === 'service') namespaces.add(endpoint.namespace);
    if (endpoint.kind !== 'pods') continue;
    for (const { name } of inventory.namespaces) if (isIn(name, endpoint.namespaces, inventory)) namespaces.add(name);
  }
  return namespaces;
}

type Named = Map<string, Map<string, ConnectionSet>>;

function namedConnections(asked: readonly Request[]): Named {
  const named: Named = new Map();
  for (const request of asked) {
    if (request.from.kind !== 'workload') continue;
    for (const { to, connections } of resolveTargets(request)) add(named, request.from.workload.id, to, connections);
  }
  return named;
}

function add(named: Named, from: string, to: string, connections: ConnectionSet): void {
  const row = named.get(from) ?? new Map<string, ConnectionSet>();
  named.set(from, row);
  row.set(to, row.get(to)?.union(connections) ?? connections);
}
