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
    publishNotReadyAddresses: spec.get('publishNotReadyAddresses').flag() ?? false,
    ports: spec.get('ports').items().flatMap(readServicePort),
    position,
    raw: root.value,
  };
}

function readType(field: Field): Service['type'] {
  const text = field.text() ?? 'ClusterIP';
  const type = TYPES.find((known) => known === text);
  if (type === undefined) field.problem(`must be one of ${TYPES.join(', ')}, not ${JSON.stringify(text)}`);
  return type ?? 'ClusterIP';
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
