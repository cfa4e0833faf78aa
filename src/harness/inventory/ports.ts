import { PROTOCOLS, type Protocol } from '../../requirements/model.ts';
import type { Field } from './field.ts';
import type { ContainerPort } from './model.ts';
import { checkPortName, isPort } from './names.ts';

const RANGE = 'must be a port from 1 to 65535';

/** TCP where it is absent, as the API defaults it. */
export function readProtocol(field: Field): Protocol {
  const text = field.text();
  const protocol = PROTOCOLS.find((known) => known === text);
  if (protocol === undefined && text !== undefined) {
    field.problem(`must be one of ${PROTOCOLS.join(', ')}, not ${JSON.stringify(text)}`, {
      hint: PROTOCOLS.some((known) => known === text.toUpperCase()) ? 'Write it in capitals.' : undefined,
    });
  }
  return protocol ?? 'TCP';
}

export function readPortNumber(field: Field): number | undefined {
  const port = field.integer();
  if (port === undefined || isPort(port)) return port;
  field.problem(`${RANGE}, not ${port}`);
  return undefined;
}

/** A number, or a port's name. A number in quotes is a name to the API, and refused as one. */
export function readPortOrName(field: Field): number | string | undefined {
  if (typeof field.value !== 'string') return readPortNumber(field);
  const wrong = checkPortName(field.value);
  if (wrong === undefined) return field.value;
  field.problem(`${JSON.stringify(field.value)} ${wrong}`, {
    hint: /^\d+$/.test(field.value) ? `Write the number without quotes: ${field.value}.` : undefined,
  });
  return undefined;
}

/** The last port of a range in a policy; only a numbered `port` (its raw value, if that is wrong) may have one. */
export function readEndPort(field: Field, port: unknown): number | undefined {
  const endPort = readPortNumber(field);
  if (endPort === undefined) return undefined;
  if (typeof port === 'number' && endPort >= port) return endPort;
  if (port === undefined) field.problem('must not be given without a port');
  else if (typeof port === 'string') field.problem(`must not be given with a named port (${port})`);
  else if (typeof port === 'number') field.problem(`must not be lower than the port: ${endPort} < ${port}`);
  return undefined;
}

/**
 * The ports that a pod declares, each once, in the order of its containers: those of the containers and of the init
 * containers that keep running (sidecars).
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export function readContainerPorts(podSpec: Field): ContainerPort[] {
  const sidecars = podSpec
    .get('initContainers')
    .items()
    .filter((container) => container.get('restartPolicy').value === 'Always');
  const ports: ContainerPort[] = [];
  for (const container of [...podSpec.get('containers').items(), ...sidecars]) {
    const names = new Set<string>();
    for (const item of container.get('ports').items()) {
      const port = readContainerPort(item);
      if (port === undefined) continue;
      if (port.name !== undefined && names.has(port.name)) item.get('name').problem(`${port.name} is here twice`);
      if (port.name !== undefined) names.add(port.name);
      ports.push(port);
    }
  }
  return uniquePorts(ports);
}

function readContainerPort(item: Field): ContainerPort | undefined {
  item.allowOnly(['containerPort', 'name', 'protocol', 'hostPort', 'hostIP']);
  const port = readPortNumber(item.get('containerPort'));
  if (!item.get('containerPort').present) item.problem('must have a containerPort');
  const protocol = readProtocol(item.get('protocol'));
  const name = item.get('name').text();
  const wrong = name === undefined || name === '' ? undefined : checkPortName(name);
  if (wrong !== undefined) item.get('name').problem(`${JSON.stringify(name)} ${wrong}`);
  if (port === undefined) return undefined;
  return { ...(name === undefined || name === '' ? {} : { name }), protocol, port };
}

/** Each name, protocol and number once; the first stays. */
export function uniquePorts(ports: Iterable<ContainerPort>): ContainerPort[] {
  const unique = new Map<string, ContainerPort>();
  for (const port of ports) {
    const key = `${port.name ?? ''}/${port.protocol}/${port.port}`;
    if (!unique.has(key)) unique.set(key, port);
  }
  return [...unique.values()];
}
