import type { Direction, Protocol } from '../../requirements/model.ts';
import { PROTOCOLS } from '../../requirements/model.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { Engine } from '../predict/engine.ts';
import type { Kinds } from './kinds.ts';
import type { Asked, ExposureNotes } from './notes.ts';
import type { NamedPort, Stranger } from './strangers.ts';

/** What one workload's policies say of a kind of pods elsewhere; what is in no set is denied. */
export interface Answer {
  readonly allowed: ConnectionSet;
  readonly unknown: ConnectionSet;
  /** What becomes of ports, `connections`, to which the other pod gives a name: allowed besides, or denied after all. */
  readonly named: readonly NamedShare[];
}

export interface NamedShare extends NamedPort {
  readonly outcome: 'allowed' | 'denied';
  readonly connections: ConnectionSet;
}

/** A kind's pod without named ports, and one for each name that policies speak of. */
export interface StrangerOf {
  readonly plain: Stranger;
  readonly named: readonly { readonly port: NamedPort; readonly stranger: Stranger }[];
}

const LAST_PORT = 65535;

export function answerOf(
  asked: Asked,
  direction: Direction,
  { plain, named }: StrangerOf,
  { edges }: Kinds,
  engines: ReadonlyMap<Stranger, Engine>,
  notes: ExposureNotes,
): Answer {
  const { allowed, unknown } = setsOf(asked, direction, plain, engines, notes);
  const answers = named.map(({ port, stranger }) => {
    const sets = setsOf(asked, direction, stranger, engines, notes);
    const within = (set: ConnectionSet): ConnectionSet => piecesIn(set, port.protocol, edges);
    return { port, allowed: within(sets.allowed), unknown: within(sets.unknown) };
  });
  // What a name makes unknown is told as unknown of every pod.
  const doubtful = answers.reduce((sum, one) => sum.union(one.unknown), ConnectionSet.NONE);
  return {
    allowed: allowed.subtract(doubtful),
    unknown: unknown.union(doubtful),
    named: answers.flatMap((one) => sharesOf(one.port, one.allowed, allowed.subtract(doubtful), doubtful)),
  };
}

function sharesOf(
  port: NamedPort,
  withName: ConnectionSet,
  without: ConnectionSet,
  doubtful: ConnectionSet,
): readonly NamedShare[] {
  const all = ConnectionSet.of(port.protocol);
  const shares = [
    { ...port, outcome: 'allowed' as const, connections: withName.subtract(without).subtract(doubtful) },
    { ...port, outcome: 'denied' as const, connections: without.intersect(all).subtract(withName) },
  ];
  return shares.filter(({ connections }) => !connections.isEmpty);
}

/** What holds of each of several kinds. */
export function combine(answers: readonly Answer[]): Answer {
  const common = (sets: readonly ConnectionSet[]): ConnectionSet =>
    sets.reduce((sum, set) => sum.intersect(set), ConnectionSet.ALL);
  const allowed = common(answers.map((one) => one.allowed));
  const possible = common(answers.map((one) => one.allowed.union(one.unknown)));
  const shares = new Map(
    answers.flatMap(({ named }) => named.map((share) => [`${share.outcome} ${share.protocol} ${share.name}`, share])),
  );
  return {
    allowed,
    unknown: possible.subtract(allowed),
    named: [...shares.values()].flatMap((share) => {
      const { outcome } = share;
      const sets = answers.map((one) => namedIn(one, share));
      const connections =
        outcome === 'allowed'
          ? common(answers.map((one, index) => one.allowed.union(sets[index] ?? ConnectionSet.NONE))).subtract(allowed)
          : sets.reduce((sum, set) => sum.union(set), ConnectionSet.NONE).intersect(allowed);
      return connections.isEmpty ? [] : [{ ...share, connections }];
    }),
  };
}

/** Whether two answers say the same. */
export function sameText(a: Answer, b: Answer): boolean {
  return textOf(a) === textOf(b);
}

export function textOf({ allowed, unknown, named }: Answer): string {
  const names = named
    .map(({ outcome, protocol, name, connections }) => `${outcome} ${protocol} ${name} ${connections.format()}`)
    .sort();
  return [allowed.format(), unknown.format(), ...names].join(' | ');
}

function namedIn({ named }: Answer, { outcome, protocol, name }: NamedShare): ConnectionSet {
  const found = named.find((one) => one.outcome === outcome && one.protocol === protocol && one.name === name);
  return found?.connections ?? ConnectionSet.NONE;
}

/** The first port of each piece speaks for the whole of it. */
function piecesIn(set: ConnectionSet, protocol: Protocol, edges: Kinds['edges']): ConnectionSet {
  return edges[protocol].reduce((sum, start, index) => {
    if (!set.contains(protocol, start)) return sum;
    return sum.union(ConnectionSet.of(protocol, start, (edges[protocol][index + 1] ?? LAST_PORT + 1) - 1));
  }, ConnectionSet.NONE);
}

function setsOf(
  asked: Asked,
  direction: Direction,
  stranger: Stranger,
  engines: ReadonlyMap<Stranger, Engine>,
  notes: ExposureNotes,
): Omit<Answer, 'named'> {
  const engine = engines.get(stranger);
  const [other] = engine?.membersOf(stranger.workload) ?? [];
  if (engine === undefined || other === undefined) throw new TypeError('every stranger is known to one engine');
  const { connections, notes: noteTable } = engine.table;
  const sides = engine.membersOf(asked.example).map((member) => {
    const side = engine.side(member.podClass, direction, other.podClass, { kind: 'none' });
    for (const note of noteTable.get(side.notes)) notes.assume(note);
    const unknown = connections.get(side.unknown);
    for (const protocol of PROTOCOLS) {
      const [first] = unknown.intervals(protocol);
      if (first === undefined) continue;
      const point = { protocol, port: first.from };
      const { decision } = engine.decide(member, direction, { kind: 'class', ...other }, point);
      if (decision.unknown !== undefined) notes.notKnown(decision.unknown, asked);
      break;
    }
    return { allowed: connections.get(side.allowed), unknown };
  });
  const allowed = sides.reduce((sum, side) => sum.intersect(side.allowed), ConnectionSet.ALL);
  const possible = sides.reduce((sum, side) => sum.union(side.allowed).union(side.unknown), ConnectionSet.NONE);
  return { allowed, unknown: possible.subtract(allowed) };
}
