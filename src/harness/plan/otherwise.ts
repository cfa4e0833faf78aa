import type { Endpoint, Requirement, RequirementSet } from '../../requirements/model.ts';
import { MayreachError } from '../../source/error.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Member } from './members.ts';
import { chosenNamespaces, type Certainty } from './namespaces.ts';
import { resolveTargets } from './targets.ts';
import { hasReplicas, unsureOf, type Request } from './request.ts';

/**
 * `otherwise`: every connection between workloads of the namespaces in which the set's endpoints lie that no case
 * of the run names. A case names what it asks, be it allowed or forbidden; a service's case names the ports behind it.
 * @throws MayreachError CASE_WITHOUT_CELLS where there is no pair of pods that a case could leave: nothing would be met
 */
export function requestsOfOtherwise(
  requirement: Requirement,
  set: RequirementSet,
  inventory: Inventory,
  asked: readonly Request[],
): { readonly requests: readonly Request[]; readonly leftOut: readonly string[] } {
  const namespaces = namespacesOf(set, inventory);
  const inside = inventory.workloads.filter(({ namespace }) => namespaces.has(namespace));
  const pods = inside.filter(({ hostNetwork }) => !hostNetwork).map((workload) => member(workload, namespaces));
  const [first, second] = pods;
  if (first === undefined || (second === undefined && !hasReplicas(first.workload.kind))) {
    throw nothingToJudge(requirement, [...namespaces.keys()]);
  }
  const named = namedConnections(asked.filter((request) => unsureOf(request) === undefined));
  const perhaps = namedConnections(asked.filter((request) => unsureOf(request) !== undefined));
  const requests: Request[] = [];
  const ask = (from: Member, to: Member, connections: ConnectionSet): void => {
    if (connections.isEmpty) return;
    requests.push({ requirement, from, to, wanted: { connections, points: [], ends: [], every: true } });
  };
  for (const from of pods) {
    for (const to of pods) {
      if (from.label === to.label && !hasReplicas(from.workload.kind)) continue;
      const rest = ConnectionSet.ALL.subtract(connectionsOf(named, from, to));
      const doubtful = rest.intersect(connectionsOf(perhaps, from, to));
      ask(from, to, rest.subtract(doubtful));
      ask({ ...from, unsure: `whether a case names ${from.label} → ${to.label} is not known` }, to, doubtful);
    }
  }
  return {
    requests,
    leftOut: inside.filter(({ hostNetwork }) => hostNetwork).map(({ id }) => `${id}: on the host network`),
  };
}

function nothingToJudge({ id, position }: Requirement, namespaces: readonly string[]): MayreachError {
  return new MayreachError(`${id} has nothing to judge`, {
    code: 'CASE_WITHOUT_CELLS',
    position,
    hint:
      namespaces.length === 0
        ? 'It speaks of the namespaces in which endpoints lie: declare one, as `endpoints: {web: shop/web}`'
        : `It speaks of connections between pods, and there are no two off the host network in ${namespaces.join(', ')}`,
  });
}

type Pod = Member & { readonly kind: 'workload' };

function member(workload: Workload, namespaces: ReadonlyMap<string, Certainty>): Pod {
  const pod = { kind: 'workload', label: workload.id, workload } as const;
  if (namespaces.get(workload.namespace) !== 'unsure') return pod;
  const { namespace } = workload;
  const unsure = `the namespace ${namespace} is used but not defined, so whether an endpoint lies in it is not known`;
  return { ...pod, unsure };
}

/** Of the endpoints that the set declares or writes out. `anyone` lies everywhere and says nothing. */
export function namespacesOf(set: RequirementSet, inventory: Inventory): ReadonlyMap<string, Certainty> {
  const refs = [...set.endpoints.values(), ...set.requirements.flatMap(({ from, to }) => [...from, ...to])];
  const namespaces = new Map<string, Certainty>();
  for (const { endpoint } of refs) {
    for (const [name, certainty] of placesOf(endpoint, inventory)) {
      if (namespaces.get(name) !== 'sure') namespaces.set(name, certainty);
    }
  }
  return namespaces;
}

function placesOf(endpoint: Endpoint, inventory: Inventory): Iterable<readonly [string, Certainty]> {
  if (endpoint.kind === 'workload' || endpoint.kind === 'service') return [[endpoint.namespace, 'sure']];
  return endpoint.kind === 'pods' ? chosenNamespaces(endpoint.namespaces, inventory) : [];
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

function connectionsOf(named: Named, from: Pod, to: Pod): ConnectionSet {
  return named.get(from.label)?.get(to.label) ?? ConnectionSet.NONE;
}

function add(named: Named, from: string, to: string, connections: ConnectionSet): void {
  const row = named.get(from) ?? new Map<string, ConnectionSet>();
  named.set(from, row);
  row.set(to, row.get(to)?.union(connections) ?? connections);
}
