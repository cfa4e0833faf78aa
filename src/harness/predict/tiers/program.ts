import type { Direction } from '../../../requirements/model.ts';
import type { TierPolicy, TierRule } from '../rules/admin-compile.ts';
import type { Match } from '../ends/namespaces.ts';

/** A policy of a tier and how surely it selects the pods in question. */
export interface Selected {
  readonly policy: TierPolicy;
  readonly match: Exclude<Match, 'no'>;
  /** Its rules that may concern these pods. */
  readonly rules: Readonly<Record<Direction, readonly TierRule[]>>;
}

/** Policies that are tried in this order. */
type Sequence = readonly Selected[];

/**
 * Rules of one tier, or of a part of it, for the pods of one class in one direction. Lanes are not ordered among each
 * other, nor are sequences of the same priority: the API leaves open which one is applied where several match.
 */
export interface Program {
  readonly direction: Direction;
  /** By lane, then by priority, lowest first, then what has no order. */
  readonly lanes: readonly (readonly (readonly Sequence[])[])[];
  readonly rules: readonly TierRule[];
}

/** What may become of connections. One that is in two of the sets is not settled. */
export interface Outcome<Set> {
  readonly accept: Set;
  readonly deny: Set;
  /** Left to the next tier by a rule. */
  readonly pass: Set;
  /** No rule matched. */
  readonly rest: Set;
}

/** Sets of connections, or one connection as a set: true or false. */
export interface Algebra<Set> {
  readonly none: Set;
  readonly all: Set;
  readonly union: (a: Set, b: Set) => Set;
  readonly intersect: (a: Set, b: Set) => Set;
  readonly subtract: (a: Set, b: Set) => Set;
}

/** The connections that a rule matches surely, and those that it may match (the former included). */
export interface Meeting<Set> {
  readonly surely: Set;
  readonly perhaps: Set;
}

/** Asked for each rule that is reached, with what is not decided before it. */
export type Meet<Set> = (rule: TierRule, selected: Selected, open: Set) => Meeting<Set>;

/** Undefined where there are no rules. */
export function programOf(selected: readonly Selected[], direction: Direction): Program | undefined {
  const taking = selected.filter(({ rules }) => rules[direction].length > 0);
  if (taking.length === 0) return undefined;
  const lanes = [...Map.groupBy(taking, ({ policy }) => policy.lane).values()].map((ofLane) =>
    [...Map.groupBy(ofLane, ({ policy }) => policy.priority)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, group]) => sequencesOf(group)),
  );
  return { direction, lanes, rules: taking.flatMap(({ rules }) => rules[direction]) };
}

/** Of the same priority: those that a name orders one after the other, the others each for itself. */
function sequencesOf(group: readonly Selected[]): readonly Sequence[] {
  const sequences = Map.groupBy(group, ({ policy }) => (policy.isOrderedByName ? policy.kind : policy));
  const byName = (a: Selected, b: Selected): number => (a.policy.name < b.policy.name ? -1 : 1);
  return [...sequences.values()].map((sequence) => sequence.toSorted(byName));
}

/** Takes all connections through a program. */
export function runProgram<Set>({ lanes, direction }: Program, algebra: Algebra<Set>, meet: Meet<Set>): Outcome<Set> {
  const start: Outcome<Set> = { accept: algebra.none, deny: algebra.none, pass: algebra.none, rest: algebra.all };
  const ofPolicy = (state: Outcome<Set>, selected: Selected): Outcome<Set> =>
    selected.rules[direction].reduce((before, rule) => step(before, rule, selected, algebra, meet), state);
  const ofSequence = (sequence: Sequence, state: Outcome<Set>): Outcome<Set> => sequence.reduce(ofPolicy, state);
  return unordered(lanes, start, algebra, (groups, atLane) =>
    groups.reduce((state, group) => unordered(group, state, algebra, ofSequence), atLane),
  );
}

function step<Set>(
  state: Outcome<Set>,
  rule: TierRule,
  selected: Selected,
  algebra: Algebra<Set>,
  meet: Meet<Set>,
): Outcome<Set> {
  if (state.rest === algebra.none) return state;
  const { surely, perhaps } = meet(rule, selected, state.rest);
  const met = algebra.intersect(state.rest, perhaps);
  return {
    ...state,
    [rule.action]: algebra.union(state[rule.action], met),
    rest: algebra.subtract(state.rest, surely),
  };
}

/** Each part sees what was open before all of them; any may be the one that is applied. */
function unordered<Part, Set>(
  parts: readonly Part[],
  start: Outcome<Set>,
  algebra: Algebra<Set>,
  run: (part: Part, state: Outcome<Set>) => Outcome<Set>,
): Outcome<Set> {
  return parts
    .map((part) => run(part, start))
    .reduce((a, b) => ({
      accept: algebra.union(a.accept, b.accept),
      deny: algebra.union(a.deny, b.deny),
      pass: algebra.union(a.pass, b.pass),
      rest: algebra.intersect(a.rest, b.rest),
    }));
}
