import type { Protocol } from '../../../../src/requirements/model.ts';
import type { Workload } from '../../../../src/harness/inventory/model.ts';
import { assumedDns } from '../../../../src/harness/inventory/dns.ts';
import { outsider } from '../../../../src/harness/predict/ends/outsider.ts';
import { inCidr, type End } from '../predict/oracle.ts';
import type { CaseSpec, EndpointSpec, WorldSpec } from './worlds.ts';

/** What cases ask of one connection, found by plain loops and without the planner, the sets or the suggestion. */
export class Wishes {
  readonly #world: WorldSpec;
  readonly dns = assumedDns();

  constructor(world: WorldSpec) {
    this.#world = world;
  }

  allows(from: End, to: End, protocol: Protocol, port: number): boolean {
    return this.#named('mayReach', from, to, protocol, port) || this.#asksForName(from, to, protocol, port);
  }

  forbids(from: End, to: End, protocol: Protocol, port: number): boolean {
    return this.#named('mayNotReach', from, to, protocol, port);
  }

  /** Namespaces in which endpoints lie, and those of sources that no destination could stop. */
  namespaces(): ReadonlySet<string> {
    const { cases, inventory } = this.#world;
    const names = new Set(cases.flatMap(({ from, to }) => [from, to]).flatMap((one) => this.#namespaceOf(one)));
    const isLost = cases.some(
      ({ expect, from, to }) => expect === 'mayNotReach' && from.kind === 'anyone' && to.kind === 'outsider',
    );
    if (isLost) for (const { namespace } of inventory.workloads) names.add(namespace);
    for (const { expect, from, to } of cases) {
      if (expect !== 'mayNotReach') continue;
      if (from.kind === 'anyone' && to.kind === 'anyone')
        for (const one of inventory.workloads) names.add(one.namespace);
      if (from.kind !== 'anyone' && from.kind !== 'cidr' && from.kind !== 'outsider') continue;
      if (to.kind === 'anyone') for (const one of inventory.workloads) names.add(one.namespace);
    }
    return names;
  }

  #namespaceOf(endpoint: EndpointSpec): readonly string[] {
    const { workloads, services } = this.#world.inventory;
    if (endpoint.kind === 'service')
      return services.slice(endpoint.index, endpoint.index + 1).map((one) => one.namespace);
    if (!('index' in endpoint)) return [];
    return workloads.slice(endpoint.index, endpoint.index + 1).map((one) => one.namespace);
  }

  #asksForName(from: End, to: End, protocol: Protocol, port: number): boolean {
    if (!('workload' in to) || to.workload.id !== this.dns.id || port !== 53 || protocol === 'SCTP') return false;
    return this.#world.cases.some(
      (one) =>
        one.expect === 'mayReach' && one.to.kind === 'service' && 'workload' in from && this.#isIn(one.from, from),
    );
  }

  #named(expect: CaseSpec['expect'], from: End, to: End, protocol: Protocol, port: number): boolean {
    return this.#world.cases.some(
      (one) =>
        one.expect === expect &&
        // A lone pod is asked about itself only behind a service.
        !(isLonePod(from, to) && one.to.kind !== 'service') &&
        this.#isIn(one.from, from) &&
        (one.to.kind === 'service'
          ? this.#isBehind(one.to.index, to, protocol, port)
          : this.#isIn(one.to, to) && speaksOf(one.on, protocol, port)),
    );
  }

  #isIn(endpoint: EndpointSpec, end: End): boolean {
    if (endpoint.kind === 'cidr') return 'address' in end && inCidr(endpoint.cidr, end.address);
    if ('address' in end) return false;
    if (end.workload === outsider()) return endpoint.kind === 'outsider' || endpoint.kind === 'anyone';
    if (endpoint.kind === 'outsider' || end.workload.id === this.dns.id) return false;
    if (endpoint.kind === 'anyone') return true;
    const meant = this.#world.inventory.workloads[endpoint.index];
    if (meant === undefined || meant.namespace !== end.workload.namespace) return false;
    if (endpoint.kind === 'namespace') return true;
    return endpoint.kind === 'workload' ? meant === end.workload : carries(end.workload, meant.labels);
  }

  #isBehind(index: number, end: End, protocol: Protocol, port: number): boolean {
    const service = this.#world.inventory.services[index];
    if (service === undefined || 'address' in end || end.workload.namespace !== service.namespace) return false;
    if (!carries(end.workload, service.selector ?? {})) return false;
    return service.ports.some(
      (one) => one.protocol === protocol && port === (service.headless ? one.port : one.targetPort),
    );
  }
}

/** One pod at both ends. */
export function isLonePod(from: End, to: End): boolean {
  return 'workload' in from && 'workload' in to && from.workload === to.workload && from.workload.kind === 'Pod';
}

function carries({ labels }: Workload, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Without ports, every port is meant. */
function speaksOf(on: readonly string[], protocol: Protocol, port: number): boolean {
  if (on.length === 0 || on.includes('any')) return true;
  return on.some((text) => {
    const [range = '', name = 'tcp'] = text.split('/');
    const [first = 0, last = first] = range.split('-').map(Number);
    return name.toUpperCase() === protocol && port >= first && port <= last;
  });
}
