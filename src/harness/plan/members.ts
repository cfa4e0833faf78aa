import type { Endpoint, EndpointRef } from '../../requirements/model.ts';
import { selects } from '../../requirements/selector.ts';
import { MayreachError } from '../../source/error.ts';
import type { Inventory, Service, Workload } from '../inventory/model.ts';
import { chosenNamespaces, unsureText } from './namespaces.ts';
import { hintFor, isNamedBy, nothingFound } from './nothing-found.ts';
import { addressProblem, AddressSet } from '../predict/sets/addresses.ts';
import { outsider } from '../predict/ends/outsider.ts';
import {
  resolveService,
  workloadsBehind,
  type ServiceAddress,
  type ServiceEndpoint,
} from '../predict/ends/services.ts';

/** What an endpoint comes to on one inventory. */
export type Member =
  | {
      readonly kind: 'workload';
      readonly label: string;
      readonly workload: Workload;
      /** Why it is not known to be a member: it is one, or it is not, with labels that nobody defined. */
      readonly unsure?: string;
    }
  | {
      readonly kind: 'service';
      readonly label: string;
      readonly service: Service;
      readonly endpoints: readonly ServiceEndpoint[];
      readonly beyond: readonly ServiceAddress[];
    }
  | { readonly kind: 'addresses'; readonly label: string; readonly addresses: AddressSet }
  | { readonly kind: 'host'; readonly label: string; readonly host: string };

export interface Members {
  readonly members: readonly Member[];
  /** What an endpoint such as `anyone` passes over, each with its reason. */
  readonly leftOut: readonly string[];
}

/** The members of `ref`. @throws MayreachError ENDPOINT_SELECTS_NOTHING at the place that names it */
export function membersOf(ref: EndpointRef, inventory: Inventory): Members {
  const found = select(ref, inventory);
  if (found.members.some((member) => !isUnsure(member))) return found;
  throw new MayreachError(nothingFound(ref), {
    code: 'ENDPOINT_SELECTS_NOTHING',
    position: ref.position,
    hint: hintFor(ref.endpoint, inventory),
  });
}

/** As a source, a service is the workloads behind it: a service opens no connection. */
export function sourcesOf(ref: EndpointRef, inventory: Inventory): Members {
  if (ref.endpoint.kind === 'host') {
    throw new MayreachError(`${ref.label} is a host: it can be reached, but it cannot be a source`, {
      code: 'REQUIREMENT_INVALID',
      position: ref.position,
      hint: 'Name the addresses that connections come from: {cidr: 203.0.113.0/24}',
    });
  }
  const { members, leftOut } = membersOf(ref, inventory);
  const sources = members.flatMap((member) =>
    member.kind === 'service'
      ? [...new Set(member.endpoints.map(({ workload }) => workload))].map((workload) => asMember(workload))
      : [member],
  );
  if (sources.length > 0) return { members: sources, leftOut };
  throw new MayreachError(`${ref.label}: the service has no workload behind it that could connect`, {
    code: 'ENDPOINT_SELECTS_NOTHING',
    position: ref.position,
  });
}

/** Whether it is a member hangs on labels that nobody defined. */
export function isUnsure(member: Member): boolean {
  return member.kind === 'workload' && member.unsure !== undefined;
}

function select(ref: EndpointRef, inventory: Inventory): Members {
  const { endpoint } = ref;
  switch (endpoint.kind) {
    case 'workload':
      return all(inventory.workloads.filter((workload) => isNamed(workload, endpoint)));
    case 'pods':
      return { members: podMembers(ref, endpoint, inventory), leftOut: [] };
    case 'service': {
      const found = inventory.services
        .filter(isNamedBy(endpoint))
        .map((service) => serviceMember(service, inventory))
        .filter((member) => member.kind !== 'service' || isBacked(member));
      return { members: found, leftOut: found.flatMap(whatIsNotKnown) };
    }
    case 'host':
      refuseServiceName(ref, endpoint.host, inventory);
      return { members: [hostMember(endpoint.host)], leftOut: [] };
    case 'cidr':
      return { members: [addressMember(endpoint.cidr)], leftOut: [] };
    case 'outsider':
      return { members: [asMember(outsider())], leftOut: [] };
    case 'anyone':
      return anyone(inventory);
  }
}

/**
 * By their search domains pods look up `api` as a service of their own namespace, and `api.shop` as one of shop.
 * https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#namespaces-of-services
 */
function refuseServiceName({ label, position }: EndpointRef, host: string, { services }: Inventory): void {
  const found = services.find(({ name, namespace }) => host === name || host === `${name}.${namespace}`);
  if (found === undefined) return;
  throw new MayreachError(`${label} is not outside the cluster, as a host is: pods look it up as ${found.id}`, {
    code: 'REQUIREMENT_INVALID',
    position,
    hint: `A service is written {service: ${found.id}}`,
  });
}

function anyone(inventory: Inventory): Members {
  const onNodes = inventory.workloads.filter(({ hostNetwork }) => hostNetwork);
  return {
    members: [...inventory.workloads.filter(({ hostNetwork }) => !hostNetwork), outsider()].map(asMember),
    leftOut: onNodes.map(({ id }) => `${id}: on the host network, a node as policies see it`),
  };
}

function podMembers(
  { label }: EndpointRef,
  { namespaces, pods }: Endpoint & { kind: 'pods' },
  inventory: Inventory,
): readonly Member[] {
  const chosen = chosenNamespaces(namespaces, inventory);
  return inventory.workloads.flatMap((workload): readonly Member[] => {
    const certainty = chosen.get(workload.namespace);
    if (certainty === undefined || !selects(pods, workload.labels)) return [];
    const member = asMember(workload);
    return [certainty === 'sure' ? member : { ...member, unsure: unsureText(workload, label) }];
  });
}

function all(workloads: readonly Workload[]): Members {
  return { members: workloads.map(asMember), leftOut: [] };
}

function asMember(workload: Workload): Member & { kind: 'workload' } {
  return { kind: 'workload', label: workload.id, workload };
}

function serviceMember(service: Service, inventory: Inventory): Member {
  if (service.type === 'ExternalName' && service.externalName !== undefined) return hostMember(service.externalName);
  const asDialled = withPorts(service, inventory);
  const { endpoints, beyond } = resolveService(inventory, asDialled);
  return { kind: 'service', label: `${service.id}[Service]`, service: asDialled, endpoints, beyond };
}

/**
 * A headless service needs no ports: its name gives its pods' addresses, to be dialled at what they declare.
 * https://kubernetes.io/docs/concepts/services-networking/service/#headless-services
 */
function withPorts(service: Service, inventory: Inventory): Service {
  if (!service.headless || service.ports.length > 0) return service;
  const declared = workloadsBehind(inventory, service).flatMap(({ ports }) => ports);
  const each = new Map(declared.map((one) => [`${one.port}/${one.protocol}`, one]));
  return { ...service, ports: [...each.values()].map((one) => ({ ...one, targetPort: one.port })) };
}

/** A service whose selector selects no workload selects nothing; one without a selector may have endpoints by hand. */
function isBacked({ service, endpoints }: Member & { kind: 'service' }): boolean {
  return endpoints.length > 0 || service.selector === undefined;
}

/** Why nothing is said of what stands behind a service. */
function whatIsNotKnown(member: Member): readonly string[] {
  if (member.kind !== 'service' || member.endpoints.length > 0 || member.beyond.length > 0) return [];
  return [`${member.label}: it has no selector, and no EndpointSlice that was read says what stands behind it`];
}

/** A host that is written as an address is that address: there is no name to resolve. */
function hostMember(host: string): Member {
  if (addressProblem(host) === undefined) return { kind: 'addresses', label: host, addresses: AddressSet.parse(host) };
  return { kind: 'host', label: host, host };
}

function addressMember(cidr: string): Member {
  return { kind: 'addresses', label: cidr, addresses: AddressSet.parse(cidr) };
}

function isNamed(workload: Workload, endpoint: Endpoint & { kind: 'workload' }): boolean {
  return (
    workload.namespace === endpoint.namespace &&
    workload.name === endpoint.name &&
    (endpoint.workloadKind === undefined || workload.kind === endpoint.workloadKind)
  );
}
