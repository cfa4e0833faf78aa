import type { Field } from './field.ts';
import type { HandMadeEndpoint, Service } from './model.ts';
import type { KubeObject } from './objects.ts';
import { parseCidr } from './cidr.ts';
import { readPortNumber, readProtocol } from './ports.ts';

/** By the service's `namespace/name`. */
export type HandMade = ReadonlyMap<string, readonly HandMadeEndpoint[]>;

/** https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ownership */
const SERVICE = 'kubernetes.io/service-name';

/**
 * What EndpointSlices and Endpoints say, each endpoint once: of a service without a selector they are all there is to
 * know. https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
 */
export function readHandMade(objects: readonly KubeObject[]): HandMade {
  const found = objects.flatMap((object) => {
    const service = object.kind === 'Endpoints' ? object.name : serviceOf(object);
    if (service === undefined) return [];
    const endpoints = object.kind === 'Endpoints' ? ofSubsets(object.root) : ofSlice(object.root);
    return endpoints.map((endpoint) => ({ service: `${object.namespace}/${service}`, endpoint }));
  });
  const all = new Map<string, HandMadeEndpoint[]>();
  for (const { service, endpoint } of found) {
    const known = all.get(service) ?? [];
    all.set(service, known);
    if (!known.some((one) => JSON.stringify(one) === JSON.stringify(endpoint))) known.push(endpoint);
  }
  return all;
}

/** Services with what was made for them by hand; one with a selector is kept by the cluster itself. */
export function withHandMade(services: readonly Service[], made: HandMade): Service[] {
  return services.map((service) => {
    const handMade = made.get(service.id);
    const isKept = service.selector !== undefined || service.type === 'ExternalName';
    return isKept || handMade === undefined ? service : { ...service, handMade };
  });
}

function serviceOf({ root }: KubeObject): string | undefined {
  return root.at('metadata', 'labels').get(SERVICE).text();
}

/** An endpoint that is not ready gets no traffic. An address of type FQDN is a name, and no proxy serves it. */
function ofSlice(root: Field): readonly HandMadeEndpoint[] {
  if (root.get('addressType').text() === 'FQDN') return [];
  const ready = root
    .get('endpoints')
    .items()
    .filter((endpoint) => endpoint.at('conditions', 'ready').flag() !== false);
  return pairs(
    ready.flatMap((endpoint) => endpoint.get('addresses').items()),
    root.get('ports'),
  );
}

function ofSubsets(root: Field): readonly HandMadeEndpoint[] {
  return root
    .get('subsets')
    .items()
    .flatMap((subset) =>
      pairs(
        subset
          .get('addresses')
          .items()
          .map((item) => item.get('ip')),
        subset.get('ports'),
      ),
    );
}

function addressText(field: Field): string | undefined {
  const text = field.text();
  if (text === undefined) return undefined;
  const [address] = parseCidr(`${text}/${text.includes(':') ? 128 : 32}`)?.text.split('/') ?? [];
  if (address === undefined) field.problem(`must be an IP address, not ${JSON.stringify(text)}`);
  return address;
}

function pairs(addresses: readonly Field[], ports: Field): readonly HandMadeEndpoint[] {
  const targets = ports.items().flatMap((item) => {
    const [port, name] = [readPortNumber(item.get('port')), item.get('name').text()];
    if (port === undefined) return [];
    return [
      { ...(name === undefined || name === '' ? {} : { name }), protocol: readProtocol(item.get('protocol')), port },
    ];
  });
  return addresses.flatMap((field) => {
    const address = addressText(field);
    return address === undefined ? [] : targets.map((target) => ({ address, ...target }));
  });
}
