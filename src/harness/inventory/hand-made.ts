import type { Field } from './field.ts';
import type { HandMadeEndpoint, Service } from './model.ts';
import type { KubeObject } from './objects.ts';
import { parseCidr } from './cidr.ts';
import { readPortNumber, readProtocol } from './ports.ts';

/** https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ownership */
const SERVICE = 'kubernetes.io/service-name';

/**
 * Services with what EndpointSlices and Endpoints say of them, each endpoint once: of one without a selector that is all
 * there is to know. One with a selector is kept by the cluster itself.
 * https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors
 */
export function withHandMade(services: readonly Service[], objects: readonly KubeObject[]): Service[] {
  const made = new Map<string, Map<string, HandMadeEndpoint>>();
  for (const { id, selector, type } of services) {
    if (selector === undefined && type !== 'ExternalName') made.set(id, new Map());
  }
  for (const object of objects) {
    const name = object.kind === 'Endpoints' ? object.name : serviceOf(object);
    const endpoints = object.kind === 'Endpoints' ? ofSubsets(object.root) : ofSlice(object.root);
    const known = made.get(`${object.namespace}/${name ?? ''}`);
    for (const endpoint of endpoints) known?.set(JSON.stringify(endpoint), endpoint);
  }
  return services.map((service) => {
    const handMade = [...(made.get(service.id)?.values() ?? [])];
    return handMade.length === 0 ? service : { ...service, handMade };
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
