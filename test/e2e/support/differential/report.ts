import { tallyOf, type Judged, type Tally } from './compare.ts';
import type { Played } from './field.ts';

/** How many disagreements of one round are told in full. */
const TOLD = 4;

/** `12 rounds, 49 policies, 4,560 cells: 4,560 agree (1,300 allowed, 3,260 denied), 0 disagree, …`. */
export function summary(played: readonly Played[]): string {
  const policies = played.reduce((sum, { round }) => sum + round.policies.length, 0);
  const { cells, agree, disagree, unknown, notMeasured } = tallyOf(played.flatMap(({ judged }) => judged));
  const again = played.reduce((sum, { measuredAgain }) => sum + measuredAgain, 0);
  const all = agree.allowed + agree.denied;
  return (
    `${count(played.length)} rounds, ${count(policies)} policies, ${count(cells)} cells: ` +
    `${count(all)} agree (${count(agree.allowed)} allowed, ${count(agree.denied)} denied), ` +
    `${count(disagree)} disagree, ${count(unknown)} unknown, ${count(notMeasured)} not measured (${count(again)} measured again)`
  );
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** Everything that is needed to understand a round's disagreements; empty where there are none. */
export function disagreements({ round, judged, oracle }: Played): string {
  const wrong = judged.filter(({ result }) => result === 'disagree' || result === 'not measured');
  if (wrong.length === 0) return '';
  const told = wrong.slice(0, TOLD).map((one) => [headline(one), ...oracle.explain(one.cell), ...attemptsOf(one)]);
  const others = wrong.slice(TOLD).map(headline);
  const lines = round.yaml.split('\n').map((line, index) => `${String(index + 1).padStart(4)} ${line}`);
  return [`=== ${round.file}: ${wrong.length} of ${judged.length} cells`, ...told.flat(), ...others, ...lines].join(
    '\n',
  );
}

function headline({ cell, decision, seen }: Judged): string {
  const why = seen.kind === 'not measured' ? ` (${seen.why})` : '';
  return `--- ${cell.key}: predicted ${decision.outcome}, observed ${seen.kind}${why}`;
}

function attemptsOf({ attempts }: Judged): readonly string[] {
  return attempts.map(
    ({ at, outcome, durationMs, errno = '' }) => `    ${at} ${outcome} ${errno} after ${durationMs} ms`,
  );
}

/** What a run must hold so that its agreement says something. */
export function shortfalls(
  played: readonly Played[],
  { mostUnknown }: { readonly mostUnknown: number },
): readonly string[] {
  const tally: Tally = tallyOf(played.flatMap(({ judged }) => judged));
  const share = (part: number): number => (tally.cells === 0 ? 0 : part / tally.cells);
  return [
    ...(share(tally.agree.allowed) < LEAST ? ['too few cells were allowed'] : []),
    ...(share(tally.agree.denied) < LEAST ? ['too few cells were denied'] : []),
    ...(share(tally.unknown) > mostUnknown ? ['too many cells were unknown'] : []),
  ];
}

/** Of all cells: a run in which nothing is denied, or nothing is open, compares nothing. */
const LEAST = 0.1;
