import { selects } from '../../../requirements/selector.ts';
import type { Inventory, Service, ServicePort, Workload } from '../../inventory/model.ts';

/** One port of a service at one workload behind it. */
export interface ServiceEndpoint {
  readonly workload: Workload;
  readonly port: ServicePort;
  /**
   * The pod's port at which a connection to the service arrives. Behind a headless service nothing translates ports:
   * its name gives the pods' addresses, so a client arrives at the very port that it dials.
   * https://kubernetes.io/docs/concepts/services-networking/service/#headless-services
   */
  readonly targetPort: number;
  /** The pod's port in the service's EndpointSlices, which ingress controllers dial, headless or not. */
  readonly slicePort: number;
}

/** One port of a service at an address that is none of the pods that are known. */
export interface ServiceAddress {
  readonly address: string;
  readonly port: ServicePort;
  readonly targetPort: number;
}

export interface ServiceTargets {
  readonly endpoints: readonly ServiceEndpoint[];
  /** What else stands behind a service whose endpoints are made by hand. */
  readonly beyond: readonly ServiceAddress[];
  /** An ExternalName service is another name for a host, and has no endpoints. */
  readonly externalName?: string;
  /** Why there are no endpoints, or fewer than one might expect, as sentences. */
  readonly notes: readonly string[];
}

/** The pods behind a service, at their target ports: policies judge these, never the service's own address. */
export function resolveService(inventory: Inventory, service: Service): ServiceTargets {
  if (service.type === 'ExternalName') {
    const externalName = service.externalName === undefined ? {} : { externalName: service.externalName };
    return { endpoints: [], beyond: [], ...externalName, notes: [] };
  }
  const { selector } = service;
  if (selector === undefined || Object.keys(selector).length === 0) {
    return madeByHand(inventory, service);
  }
  const behind = workloadsBehind(inventory, service);
  if (behind.length === 0) {
    return { endpoints: [], beyond: [], notes: [`service ${service.id} selects no workload`] };
  }
  return endpointsBehind(service, behind);
}

/** The workloads of its namespace that its selector selects. */
export function workloadsBehind(inventory: Inventory, { namespace: home, selector }: Service): readonly Workload[] {
  if (selector === undefined) return [];
  return inventory.workloads.filter(
    ({ namespace, labels }) => namespace === home && selects({ matchLabels: selector, matchExpressions: [] }, labels),
  );
}

/** The endpoints of a service alone; see `resolveService`. */
export function endpointsOf(inventory: Inventory, service: Service): readonly ServiceEndpoint[] {
  return resolveService(inventory, service).endpoints;
}

function endpointsBehind(service: Service, behind: readonly Workload[]): ServiceTargets {
  const endpoints: ServiceEndpoint[] = [];
  const notes: string[] = [];
  for (const workload of behind) {
    for (const port of service.ports) {
      const slicePort = targetOn(workload, port);
      if (slicePort === undefined) {
        notes.push(
          `service ${service.id}: ${workload.id} has no ${port.protocol} port named "${port.targetPort}", so it does not serve port ${port.port}`,
        );
        continue;
      }
      endpoints.push({ workload, port, targetPort: service.headless ? port.port : slicePort, slicePort });
    }
  }
  return { endpoints, beyond: [], notes };
}

/**
 * An endpoint belongs to the port of its name. An address may be that of a pod that is known; else it is outside.
 * https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
 */
function madeByHand({ workloads }: Inventory, service: Service): ServiceTargets {
  const { id, ports, headless, handMade = [] } = service;
  const found = ports.flatMap((port) =>
    handMade
      .filter(({ name = '', protocol }) => name === (port.name ?? '') && protocol === port.protocol)
      .map((made) => ({ address: made.address, port, slicePort: made.port })),
  );
  if (found.length === 0) {
    const note = `service ${id} has no selector: its endpoints are made by hand and not known here`;
    return { endpoints: [], beyond: [], notes: [note] };
  }
  const placed = found.map(({ address, port, slicePort }) => {
    const workload = workloads.find(({ pods }) => pods.some(({ addresses }) => addresses.includes(address)));
    return { address, workload, port, slicePort, targetPort: headless ? port.port : slicePort };
  });
  return {
    endpoints: placed.flatMap(({ workload, port, slicePort, targetPort }) =>
      workload === undefined ? [] : [{ workload, port, slicePort, targetPort }],
    ),
    beyond: placed.flatMap(({ workload, address, port, targetPort }) =>
      workload === undefined ? [{ address, port, targetPort }] : [],
    ),
    notes: [],
  };
}

function targetOn(workload: Workload, { protocol, targetPort }: ServicePort): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  return workload.ports.find((port) => port.name === targetPort && port.protocol === protocol)?.port;
}
