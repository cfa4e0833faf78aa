import type { Field } from './field.ts';
import { readLabels } from './labels.ts';
import type { Service, ServicePort } from './model.ts';
import type { KubeObject } from './objects.ts';
import { readPortNumber, readPortOrName, readProtocol } from './ports.ts';

const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const;

/** A Service with the API's defaults. https://kubernetes.io/docs/concepts/services-networking/service/ */
export function readService({ namespace, name, root, position }: KubeObject): Service {
  const spec = root.get('spec');
  const type = readType(spec.get('type'));
  const clusterIp = spec.get('clusterIP').text();
  const listed = spec
    .get('clusterIPs')
    .items()
    .map((item) => item.text());
  const addresses = new Set([clusterIp, ...listed].filter((ip) => ip !== undefined && ip !== '' && ip !== 'None'));
  const externalName = spec.get('externalName').text();
  const selector = readLabels(spec.get('selector'));
  const ports = readServicePorts(spec.get('ports'));
  const hasSelector = type !== 'ExternalName' && Object.keys(selector).length > 0;
  return {
    id: `${namespace}/${name}`,
    namespace,
    name,
    type,
    headless: clusterIp === 'None' || listed.includes('None'),
    addresses: [...addresses].filter((ip) => ip !== undefined),
    ...(externalName === undefined || externalName === '' ? {} : { externalName }),
    ...(hasSelector ? { selector } : {}),
    ...readTrafficPolicy(type, spec),
    publishNotReadyAddresses: spec.get('publishNotReadyAddresses').flag() ?? false,
    ports,
    position,
    raw: root.value,
  };
}

/** https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy */
function readTrafficPolicy(type: Service['type'], spec: Field): Pick<Service, 'externalTrafficPolicy'> {
  const isExposed = type === 'NodePort' || type === 'LoadBalancer' || spec.get('externalIPs').items().length > 0;
  if (!isExposed || type === 'ExternalName') return {};
  return { externalTrafficPolicy: spec.get('externalTrafficPolicy').text() === 'Local' ? 'Local' : 'Cluster' };
}

function readType(field: Field): Service['type'] {
  const text = field.text() ?? 'ClusterIP';
  const type = TYPES.find((known) => known === text);
  if (type === undefined) field.problem(`must be one of ${TYPES.join(', ')}, not ${JSON.stringify(text)}`);
  return type ?? 'ClusterIP';
}

/** Several ports need names; a name, and a number of a protocol, may be there once. */
function readServicePorts(field: Field): ServicePort[] {
  const items = field.items();
  const ports = items.map((item) => ({ item, read: readServicePort(item) }));
  const seen = new Set<string>();
  for (const { item, read } of ports) {
    const [port] = read;
    if (port === undefined) continue;
    if (items.length > 1 && port.name === undefined) item.problem('must have a name: there are several ports');
    for (const key of [`${port.port}/${port.protocol}`, ...(port.name === undefined ? [] : [port.name])]) {
      if (seen.has(key)) item.problem(`has ${key}, which another port has`);
      seen.add(key);
    }
  }
  return ports.flatMap(({ read }) => read);
}

/** The target port is the port itself where it is absent (or 0, as the API has it). */
function readServicePort(item: Field): ServicePort[] {
  const port = readPortNumber(item.get('port'));
  if (port === undefined) {
    if (!item.get('port').present) item.problem('must have a port');
    return [];
  }
  const name = item.get('name').text();
  const nodePort = item.get('nodePort').integer();
  const target = item.get('targetPort');
  const targetPort = target.value === 0 || target.value === '' ? port : (readPortOrName(target) ?? port);
  return [
    {
      ...(name === undefined || name === '' ? {} : { name }),
      protocol: readProtocol(item.get('protocol')),
      port,
      targetPort,
      ...(nodePort === undefined || nodePort === 0 ? {} : { nodePort }),
    },
  ];
}
