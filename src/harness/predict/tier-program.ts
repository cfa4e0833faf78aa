import type { Direction } from '../../requirements/model.ts';
import type { TierPolicy, TierRule } from './admin-compile.ts';
import type { Match } from './namespaces.ts';

/** A policy of a tier and how surely it selects the pods in question. */
export interface Selected {
  readonly policy: TierPolicy;
  readonly match: Exclude<Match, 'no'>;
}

/**
 * The rules of one tier for the pods of one class in one direction. Kinds are not ordered among each other, nor are
 * policies of the same priority: the API leaves open which one is applied where several match.
 */
export interface Program {
  readonly tier: TierPolicy['tier'];
  readonly direction: Direction;
  /** By lane, then by priority, lowest first. */
  readonly kinds: readonly (readonly (readonly Selected[])[])[];
  readonly rules: readonly TierRule[];
}

/** What may become of connections. One that is in two of the sets is not settled. */
export interface Outcome<Set> {
  readonly accept: Set;
  readonly deny: Set;
  /** Left to the next tier, by a rule or because none matched. */
  readonly pass: Set;
}

/** Sets of connections, or one connection as a set: true or false. */
export interface Algebra<Set> {
  readonly none: Set;
  readonly all: Set;
  union(a: Set, b: Set): Set;
  intersect(a: Set, b: Set): Set;
  subtract(a: Set, b: Set): Set;
}

/** The connections that a rule matches surely, and those that it may match (the former included). */
export interface Meeting<Set> {
  readonly surely: Set;
  readonly perhaps: Set;
}

/** Asked for each rule that is reached, with what is not decided before it. */
export type Meet<Set> = (rule: TierRule, selected: Selected, open: Set) => Meeting<Set>;

export function programOf(
  selected: readonly Selected[],
  tier: TierPolicy['tier'],
  direction: Direction,
): Program | undefined {
  const taking = selected.filter(({ policy }) => policy.tier === tier && policy.rules[direction].length > 0);
  if (taking.length === 0) return undefined;
  const kinds = [...Map.groupBy(taking, ({ policy }) => policy.lane).values()].map((ofKind) => {
    const groups = [...Map.groupBy(ofKind, ({ policy }) => policy.priority)];
    return groups.sort(([a], [b]) => a - b).map(([, group]) => group);
  });
  return { tier, direction, kinds, rules: taking.flatMap(({ policy }) => policy.rules[direction]) };
}

interface State<Set> extends Outcome<Set> {
  /** What nothing has decided or passed on yet. */
  readonly open: Set;
}

/** Takes all connections through a tier. */
export function runProgram<Set>({ kinds, direction }: Program, algebra: Algebra<Set>, meet: Meet<Set>): Outcome<Set> {
  const start: State<Set> = { accept: algebra.none, deny: algebra.none, pass: algebra.none, open: algebra.all };
  const ofPolicy = (selected: Selected, state: State<Set>): State<Set> =>
    selected.policy.rules[direction].reduce((before, rule) => step(before, rule, selected, algebra, meet), state);
  const end = unordered(kinds, start, algebra, (groups, atKind) =>
    groups.reduce((state, group) => unordered(group, state, algebra, ofPolicy), atKind),
  );
  return { accept: end.accept, deny: end.deny, pass: algebra.union(end.pass, end.open) };
}

function step<Set>(
  state: State<Set>,
  rule: TierRule,
  selected: Selected,
  algebra: Algebra<Set>,
  meet: Meet<Set>,
): State<Set> {
  if (state.open === algebra.none) return state;
  const { surely, perhaps } = meet(rule, selected, state.open);
  const met = algebra.intersect(state.open, perhaps);
  return {
    ...state,
    [rule.action]: algebra.union(state[rule.action], met),
    open: algebra.subtract(state.open, surely),
  };
}

/** Each part sees what was open before all of them; any may be the one that is applied. */
function unordered<Part, Set>(
  parts: readonly Part[],
  start: State<Set>,
  algebra: Algebra<Set>,
  run: (part: Part, state: State<Set>) => State<Set>,
): State<Set> {
  return parts
    .map((part) => run(part, start))
    .reduce((a, b) => ({
      accept: algebra.union(a.accept, b.accept),
      deny: algebra.union(a.deny, b.deny),
      pass: algebra.union(a.pass, b.pass),
      open: algebra.intersect(a.open, b.open),
    }));
}
