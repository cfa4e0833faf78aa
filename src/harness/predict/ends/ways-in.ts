import type { Protocol } from '../../../requirements/model.ts';
import type { Inventory, Route, Workload } from '../../inventory/model.ts';
import { ConnectionSet } from '../sets/connections.ts';
import { resolveService, type ServiceEndpoint } from './services.ts';

type Backend = Route['backends'][number];

export interface WaysIn {
  /** Ports at which routes from outside arrive at each workload, whatever the policies say. */
  readonly ways: ReadonlyMap<Workload, ConnectionSet>;
  /** Routes that lead nowhere, and what was assumed of others, as sentences. */
  readonly notes: readonly string[];
}

/** All that Ingress, Gateway API and OpenShift routes lead to. */
export function waysIn(inventory: Inventory): WaysIn {
  const ways = new Map<Workload, ConnectionSet>();
  const notes: string[] = [];
  for (const route of inventory.routes) {
    for (const backend of route.backends) {
      for (const { workload, port, slicePort } of endpointsOf(inventory, route, backend, notes)) {
        const way = ConnectionSet.port(port.protocol, slicePort);
        ways.set(workload, (ways.get(workload) ?? ConnectionSet.NONE).union(way));
      }
    }
  }
  return { ways, notes };
}

function endpointsOf(
  inventory: Inventory,
  route: Route,
  backend: Backend,
  notes: string[],
): readonly ServiceEndpoint[] {
  const service = inventory.services.find(
    ({ namespace, name }) => namespace === backend.namespace && name === backend.service,
  );
  const routeName = `${route.kind} ${route.namespace}/${route.name}`;
  if (service === undefined) {
    notes.push(`${routeName} names service ${backend.namespace}/${backend.service}, which is not in the input`);
    return [];
  }
  const { endpoints, externalName, notes: serviceNotes } = resolveService(inventory, service);
  notes.push(...serviceNotes);
  if (externalName !== undefined)
    notes.push(`${routeName} leads out of the cluster again: ${service.id} is ${externalName}`);
  const carried = endpoints.filter(({ port }) => port.protocol === protocolOf(route));
  const { port: wanted } = backend;
  if (wanted === undefined || endpoints.length === 0) return carried;
  const named = carried.filter((endpoint) => isNamed(endpoint, route, wanted));
  if (named.length > 0) return named;
  const lacking = `${routeName} names port ${wanted} of service ${service.id}, which has no such ${protocolOf(route)} port`;
  const taken = route.kind === 'Ingress' ? carried.filter(({ port }) => isText(port.targetPort, wanted)) : [];
  notes.push(
    taken.length === 0
      ? lacking
      : `${lacking} but forwards to one: it is listed, because ingress-nginx takes a target port, too; other controllers do not`,
  );
  return taken;
}

/** Ingress and OpenShift routes, and all routes of the Gateway API but one, are of TCP. */
function protocolOf({ kind }: Route): Protocol {
  return kind === 'UDPRoute' ? 'UDP' : 'TCP';
}

/**
 * An OpenShift route names a port of the endpoints (as it is named there, after the service's port); all others name a
 * port of the service.
 * https://docs.redhat.com/en/documentation/openshift_container_platform/4.19/html/network_apis/route-route-openshift-io-v1
 */
function isNamed({ port, slicePort }: ServiceEndpoint, { kind }: Route, wanted: number | string): boolean {
  if (port.name === wanted) return true;
  return kind === 'Route' ? isText(slicePort, wanted) : port.port === wanted;
}

/** A number may be written as text. */
function isText(one: number | string, other: number | string): boolean {
  return String(one) === String(other);
}
