import type { PortRef, Protocol, Requirement } from '../../requirements/model.ts';
import { MayreachError } from '../../source/error.ts';
import type { ContainerPort, ServicePort } from '../inventory/model.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Member } from './members.ts';

/** Ports of one destination that a requirement speaks of. */
export interface WantedPorts {
  /** As an exact set, in the destination's own numbers (a service's: its ports, not its target ports). */
  readonly connections: ConnectionSet;
  /** The ports that are asked for one by one; everything else in `connections` is a range. */
  readonly points: readonly PortPoint[];
  /** Where ranges can be tried: both ends of each. */
  readonly ends: readonly PortPoint[];
  /** True where every port is meant: then ports that nobody declared are tried too. */
  readonly every: boolean;
}

export interface PortPoint {
  readonly protocol: Protocol;
  readonly port: number;
}

/**
 * Without `on`, mayReach means the ports that the destination declares and mayNotReach every protocol and port.
 * @throws MayreachError PORT_UNKNOWN at the `on` entry, or at the requirement where nothing is declared
 */
export function wantedPorts(requirement: Requirement, to: Member): WantedPorts {
  if (requirement.on !== undefined) return unite(requirement.on.map((port) => fromSpec(port, to)));
  if (requirement.expect === 'mayNotReach') return everyPort(to);
  const declared = declaredPorts(to);
  if (declared.length > 0) return fromPoints(declared);
  throw new MayreachError(`${requirement.id}: ${to.label} declares no port, so \`mayReach\` does not say where`, {
    code: 'PORT_UNKNOWN',
    position: requirement.position,
    hint: 'Name the ports with `on:`, or declare containerPorts',
  });
}

/** The ports at which a destination says that it listens; none for addresses and hosts. */
export function declaredPorts(to: Member): readonly (PortPoint & { readonly name?: string })[] {
  if (to.kind === 'workload') return to.workload.ports;
  if (to.kind === 'service') return to.service.ports;
  return [];
}

function fromSpec(ref: PortRef, to: Member): WantedPorts {
  const { spec } = ref;
  if (spec.kind === 'any') return everyPort(to);
  if (spec.kind === 'name') return named(ref, spec.name, spec.protocol, to);
  if (to.kind === 'service') return servicePorts(ref, spec, to.service.ports, to.label);
  const connections = ConnectionSet.of(spec.protocol, spec.from, spec.to);
  const ends = [spec.from, spec.to].map((port) => ({ protocol: spec.protocol, port }));
  if (spec.from === spec.to) return { connections, points: ends.slice(0, 1), ends: [], every: false };
  return { connections, points: [], ends, every: false };
}

/** A service listens at its own ports and nowhere else. */
function everyPort(to: Member): WantedPorts {
  if (to.kind === 'service') return fromPoints(to.service.ports);
  return { connections: ConnectionSet.ALL, points: [], ends: [], every: true };
}

function named(ref: PortRef, name: string, protocol: Protocol | undefined, to: Member): WantedPorts {
  const declared = declaredPorts(to);
  const found = declared.filter((port) => port.name === name && (protocol === undefined || port.protocol === protocol));
  if (found.length > 0) return fromPoints(found);
  const names = declared.flatMap((port) => (port.name === undefined ? [] : [port.name]));
  throw new MayreachError(`${to.label} has no port named ${ref.label}`, {
    code: 'PORT_UNKNOWN',
    position: ref.position,
    hint: names.length > 0 ? `Its named ports: ${names.join(', ')}` : 'It names no port: write the number',
  });
}

function servicePorts(
  ref: PortRef,
  { protocol, from, to }: { protocol: Protocol; from: number; to: number },
  ports: readonly ServicePort[],
  label: string,
): WantedPorts {
  const found = ports.filter((port) => port.protocol === protocol && port.port >= from && port.port <= to);
  if (found.length > 0) return fromPoints(found);
  const behind = ports.find((port) => port.protocol === protocol && port.targetPort === from);
  throw new MayreachError(`${label} has no port ${ref.label}`, {
    code: 'PORT_UNKNOWN',
    position: ref.position,
    hint: behind
      ? `Port ${from} is the target port of its port ${behind.port}: a service is asked at its own port`
      : `Its ports: ${ports.map(servicePortText).join(', ') || 'none'}`,
  });
}

function servicePortText({ name, port, protocol }: ServicePort): string {
  return `${port}/${protocol.toLowerCase()}${name === undefined ? '' : ` (${name})`}`;
}

function fromPoints(ports: readonly (ContainerPort | ServicePort | PortPoint)[]): WantedPorts {
  return unite(
    ports.map(({ protocol, port }) => ({
      connections: ConnectionSet.port(protocol, port),
      points: [{ protocol, port }],
      ends: [],
      every: false,
    })),
  );
}

function unite(parts: readonly WantedPorts[]): WantedPorts {
  const points = new Map(
    parts.flatMap((part) => part.points).map((point) => [`${point.protocol}/${point.port}`, point]),
  );
  return {
    connections: parts.reduce((sum, part) => sum.union(part.connections), ConnectionSet.NONE),
    points: [...points.values()],
    ends: parts.flatMap((part) => part.ends),
    every: parts.some((part) => part.every),
  };
}
