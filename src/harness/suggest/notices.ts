import type { Requirement } from '../../requirements/model.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory, Service, Workload } from '../inventory/model.ts';
import { outsider } from '../predict/ends/outsider.ts';
import { endpointsOf } from '../predict/ends/services.ts';
import { isExpired, type Claims } from './claims.ts';
import type { Scope } from './scope.ts';

/** What somebody who applies the suggestion had better know first, as sentences. */
export function noticesOf(
  inventory: Inventory,
  scope: Scope,
  { may }: Claims,
  requirements: readonly Requirement[],
  today: string,
): readonly string[] {
  const notes = [
    ...(scope.namespaces.length === 0 ? ['no endpoint lies in a namespace: there is nothing to isolate'] : []),
    ...requirements.filter((one) => isExpired(one, today)).map(expiredText),
    ...dnsNotes(inventory, scope, may),
    ...onNodes(inventory, scope),
    ...otherPolicies(inventory),
    ...waysIn(inventory, scope, may),
  ];
  return [...new Set(notes)];
}

function expiredText({ id, expires }: Requirement): string {
  return `${id} expired on ${expires ?? ''} and is not served: renew it or remove it`;
}

function dnsNotes(inventory: Inventory, scope: Scope, may: Claims['may']): readonly string[] {
  if (!may.some(({ forName }) => forName)) return [];
  const { workloads, assumption } = clusterDns(inventory);
  if (assumption !== undefined) return [assumption.text];
  const isolated = workloads.filter((server) => scope.governs(server));
  return isolated.map(
    ({ id }) => `${id} answers for names and is isolated: only those reach it who use a name in these requirements`,
  );
}

function onNodes({ workloads }: Inventory, { namespaces }: Scope): readonly string[] {
  return workloads
    .filter(({ hostNetwork, namespace }) => hostNetwork && namespaces.includes(namespace))
    .map(({ id }) => `${id} is on the host network: no NetworkPolicy isolates it`);
}

function otherPolicies({ adminPolicies, unmodelled }: Inventory): readonly string[] {
  return [
    ...adminPolicies.map(({ kind, id }) => `${kind} ${id} stays as it is, and the proof reckons with it`),
    ...unmodelled.map(
      ({ kind, id }) =>
        `${kind} ${id} is neither replaced nor part of the proof: it may deny what the suggestion allows`,
    ),
  ];
}

/** A way in that nobody asked for is closed by the suggestion, and that may be an oversight. */
function waysIn(inventory: Inventory, scope: Scope, may: Claims['may']): readonly string[] {
  const fromAddresses = new Set<Workload>();
  const fromStrangers = new Set<Workload>();
  for (const { from, to } of may) {
    if (to.kind !== 'workload') continue;
    if (from.kind === 'addresses') fromAddresses.add(to.workload);
    else if (from.workload === outsider()) fromStrangers.add(to.workload);
  }
  const closed = (service: Service | undefined, open: ReadonlySet<Workload>): readonly Workload[] =>
    service === undefined
      ? []
      : [...new Set(endpointsOf(inventory, service).map(({ workload }) => workload))].filter(
          (workload) => scope.governs(workload) && !open.has(workload),
        );
  const services = inventory.services
    .filter(({ type }) => type === 'LoadBalancer' || type === 'NodePort')
    .flatMap((service) =>
      closed(service, fromAddresses).map(
        ({ id }) =>
          `service ${service.id} (${service.type}) leads to ${id} from outside, but no requirement lets addresses reach it; to allow them: from: {cidr: 0.0.0.0/0}`,
      ),
    );
  const routes = inventory.routes.flatMap(({ kind, namespace, name, backends }) =>
    backends.flatMap((backend) => {
      const service = inventory.services.find(
        (one) => one.namespace === backend.namespace && one.name === backend.service,
      );
      return closed(service, fromStrangers).map(
        ({ id }) =>
          `${kind} ${namespace}/${name} leads to ${id}, but no requirement lets an outsider, such as an ingress controller, reach it`,
      );
    }),
  );
  return [...services, ...routes];
}
