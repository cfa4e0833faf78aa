import type { Workload } from '../inventory/model.ts';
import { ALL_ADDRESSES, AddressSet } from '../predict/sets/addresses.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Prediction } from '../predict/model.ts';
import type { CellPrediction, Via } from './cell.ts';
import { addressCells } from './cells-addresses.ts';
import type { CellContext, DraftCell } from './context.ts';
import { workloadCells } from './cells-workloads.ts';
import { andName, notKnown, overAll, together } from './combine.ts';
import type { Member } from './members.ts';
import { outcomeAt, piecesOf } from './pieces.ts';
import type { PortPoint } from './ports.ts';
import type { Request } from './request.ts';

type ServiceMember = Member & { kind: 'service' };
type HostMember = Member & { kind: 'host' };

/**
 * A service is judged by its endpoints at their target ports. mayReach asks for its name and its address;
 * mayNotReach for its address alone, since a name that does not resolve blocks nobody who knows the address.
 */
export function serviceCells(request: Request, to: ServiceMember, context: CellContext): readonly DraftCell[] {
  const { from, wanted, requirement } = request;
  if (from.kind !== 'workload') return endpointCells(request, to, context);
  const mayReach = requirement.expect === 'mayReach';
  if (context.servicesByEndpoints || (to.service.headless && !mayReach)) return endpointCells(request, to, context);
  const vias: Via[] = [
    ...(mayReach ? ['service-name' as const] : []),
    ...(to.service.headless ? [] : ['service-address' as const]),
  ];
  return wanted.points.flatMap((point) => {
    const connection = behindService(from.workload, to, point, context);
    return vias.map((via): DraftCell => ({
      from: from.label,
      to: to.label,
      source: from,
      destination: to,
      via,
      protocol: point.protocol,
      ports: { from: point.port, to: point.port },
      prediction: via === 'service-name' ? andName(connection, from.workload, context) : connection,
    }));
  });
}

function behindService(from: Workload, to: ServiceMember, point: PortPoint, context: CellContext): CellPrediction {
  if (isElsewhere(to, context)) return notKnown(ELSEWHERE);
  const behind = to.endpoints.filter(isBehind(point));
  const predictions = [
    ...behind.map(({ workload, targetPort }) => ({
      prediction: context.predictor.between(from, workload),
      targetPort,
    })),
    ...beyondService(from, to, point, context),
  ];
  return together(
    predictions.map(
      ({ prediction, targetPort }) =>
        () =>
          prediction.decide(point.protocol, targetPort),
    ),
    predictions.map(({ prediction, targetPort }) => outcomeAt(prediction, point.protocol, targetPort)),
  );
}

/** Endpoints that were made by hand are those of another cluster: here nothing stands behind the service. */
function isElsewhere({ service }: ServiceMember, { isEphemeral }: CellContext): boolean {
  return isEphemeral === true && service.selector === undefined;
}

const ELSEWHERE =
  'the service has no selector, and the endpoints that were made for it are not applied to this cluster';

function beyondService(
  from: Workload,
  to: ServiceMember,
  point: PortPoint,
  { predictor }: CellContext,
): readonly { readonly prediction: Prediction; readonly targetPort: number }[] {
  return to.beyond
    .filter(isBehind(point))
    .flatMap(({ address, targetPort }) =>
      predictor.toAddresses(from, AddressSet.of(address)).map(({ prediction }) => ({ prediction, targetPort })),
    );
}

/** The same question asked of each workload behind the service, and of each other address, at its target port. */
function endpointCells(request: Request, to: ServiceMember, context: CellContext): readonly DraftCell[] {
  if (isElsewhere(to, context)) return [];
  return request.wanted.points.flatMap((point) => [
    ...to.endpoints.filter(isBehind(point)).flatMap(({ workload, targetPort }) => {
      const destination = { kind: 'workload', label: workload.id, workload } as const;
      const cells = request.from.kind === 'workload' ? workloadCells : addressCells;
      return cells({ ...request, wanted: onlyPort(point, targetPort) }, destination, context);
    }),
    ...to.beyond.filter(isBehind(point)).flatMap(({ address, targetPort }) => {
      const destination = { kind: 'addresses', label: address, addresses: AddressSet.parse(address) } as const;
      return addressCells({ ...request, wanted: onlyPort(point, targetPort) }, destination, context);
    }),
  ]);
}

function onlyPort({ protocol }: PortPoint, port: number): Request['wanted'] {
  const connections = ConnectionSet.port(protocol, port);
  return { connections, points: [{ protocol, port }], ends: [], every: false };
}

function isBehind({ protocol, port }: PortPoint): (endpoint: { readonly port: PortPoint }) => boolean {
  return (endpoint) => endpoint.port.protocol === protocol && endpoint.port.port === port;
}

/**
 * A host is allowed only if all its addresses are, denied only if none is. Where nobody has resolved it, it may have
 * any address. Once its addresses are known, mayNotReach asks for each of them: a failed name alone blocks nothing.
 */
export function hostCells(request: Request, to: HostMember, context: CellContext): readonly DraftCell[] {
  const { from, requirement } = request;
  if (from.kind !== 'workload') return [];
  const known = context.hosts.get(to.host) ?? [];
  if (requirement.expect === 'mayNotReach' && known.length > 0) {
    return known.flatMap((address) => {
      const member = {
        kind: 'addresses',
        label: `${to.host} (${address})`,
        addresses: AddressSet.parse(address),
      } as const;
      return addressCells(request, member, context);
    });
  }
  return nameCells(request, to, known, context);
}

function nameCells(
  request: Request,
  to: HostMember,
  known: readonly string[],
  context: CellContext,
): readonly DraftCell[] {
  const { from, requirement, wanted } = request;
  if (from.kind !== 'workload') return [];
  const addresses = known.length === 0 ? ALL_ADDRESSES : AddressSet.of(...known);
  const parts = context.predictor.toAddresses(from.workload, addresses).map(({ prediction }) => prediction);
  const undetermined =
    known.length === 0
      ? `the addresses of ${to.host} are not known, and the policies allow some addresses and deny others`
      : `some addresses of ${to.host} are allowed and others denied`;
  const prediction = overAll(parts, undetermined);
  const byName = requirement.expect === 'mayReach';
  return piecesOf(wanted, prediction, requirement.expect, []).map(({ protocol, ports, outcome }): DraftCell => {
    const connection: CellPrediction = {
      predicted: outcome === 'unknown' && known.length > 0 ? 'mixed' : outcome,
      byName: false,
      decide: () => prediction.decide(protocol === 'any' ? 'TCP' : protocol, ports.from),
    };
    return {
      from: from.label,
      to: to.label,
      source: from,
      destination: to,
      via: byName ? 'host-name' : 'address',
      protocol,
      ports,
      prediction: byName ? andName(connection, from.workload, context) : connection,
    };
  });
}
