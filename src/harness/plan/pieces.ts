import { PROTOCOLS, type Expectation, type Protocol } from '../../requirements/model.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Allowance, Prediction } from '../predict/model.ts';
import type { Member } from './members.ts';
import { declaredPorts, type PortPoint, type WantedPorts } from './ports.ts';

/** A part of what is wanted that is answered alike: one port, or a range where only predicted. */
export interface Piece {
  readonly protocol: Protocol | 'any';
  readonly ports: { readonly from: number; readonly to: number };
  readonly outcome: Allowance;
}

/** Cuts what is wanted into single ports and ranges. The ranges that go against the requirement leave out `tried`. */
export function piecesOf(
  wanted: WantedPorts,
  prediction: Prediction,
  expect: Expectation,
  tried: readonly PortPoint[],
): readonly Piece[] {
  const points = [...wanted.points, ...tried];
  const single = points.map(({ protocol, port }): Piece => {
    return { protocol, ports: { from: port, to: port }, outcome: outcomeAt(prediction, protocol, port) };
  });
  const ranges = wanted.connections.subtract(pointSet(wanted.points));
  if (ranges.isEmpty) return single;
  const allowed = ranges.intersect(prediction.allowed);
  const unknown = ranges.intersect(prediction.unknown);
  const denied = ranges.subtract(allowed).subtract(unknown);
  const seen = pointSet(tried);
  // What was tried at a port overrules the range there, so a range that would fail is told without those ports.
  return [
    ...single,
    ...rangePieces(expect === 'mayNotReach' ? allowed.subtract(seen) : allowed, 'allowed'),
    ...rangePieces(unknown.subtract(seen), 'unknown'),
    ...rangePieces(expect === 'mayReach' ? denied.subtract(seen) : denied, 'denied'),
  ];
}

export function outcomeAt(prediction: Prediction, protocol: Protocol, port: number): Allowance {
  if (prediction.allowed.contains(protocol, port)) return 'allowed';
  return prediction.unknown.contains(protocol, port) ? 'unknown' : 'denied';
}

function rangePieces(set: ConnectionSet, outcome: Allowance): readonly Piece[] {
  if (set.isAll) return [{ protocol: 'any', ports: { from: 1, to: 65535 }, outcome }];
  return PROTOCOLS.flatMap((protocol) => set.intervals(protocol).map((ports) => ({ protocol, ports, outcome })));
}

function pointSet(points: readonly PortPoint[]): ConnectionSet {
  return points.reduce((set, { protocol, port }) => set.union(ConnectionSet.port(protocol, port)), ConnectionSet.NONE);
}

/**
 * The ports at which a range can be tried: those that the destination declares, both ends of a range that was
 * written, and where every port is meant one that nobody declared, at which a stand-in listens on purpose.
 */
export function triedPorts(wanted: WantedPorts, to: Member): readonly PortPoint[] {
  const undeclared = wanted.every && to.kind === 'workload' ? undeclaredPorts(to) : [];
  const candidates = [...declaredPorts(to), ...wanted.ends, ...undeclared];
  const asked = new Set(wanted.points.map(text));
  const tried = candidates.filter(
    (point) =>
      point.protocol !== 'SCTP' && wanted.connections.contains(point.protocol, point.port) && !asked.has(text(point)),
  );
  return [...new Map(tried.map(({ protocol, port }) => [text({ protocol, port }), { protocol, port }])).values()];
}

function text({ protocol, port }: PortPoint): string {
  return `${protocol}/${port}`;
}

/** High ports without a registered service, so that hardly any policy names them. */
const UNDECLARED_CANDIDATES = [41999, 42999, 43999];

function undeclaredPorts(to: Member & { kind: 'workload' }): readonly PortPoint[] {
  const declared = new Set(to.workload.ports.map(({ port }) => port));
  const port = UNDECLARED_CANDIDATES.find((candidate) => !declared.has(candidate));
  return port === undefined
    ? []
    : [
        { protocol: 'TCP', port },
        { protocol: 'UDP', port },
      ];
}
