import type { Decision } from '../../../../src/harness/predict/model.ts';
import type { BatchResult, Observation } from '../../../../src/harness/probe/model.ts';
import { isDenial } from '../../../../src/harness/probe/outcome.ts';
import { controlKey, type Cell, type Oracle } from './cells.ts';

/** What was seen of one cell; a denial counts only where the listener answered its own pod. */
export type Seen = { readonly kind: 'open' | 'blocked' } | { readonly kind: 'not measured'; readonly why: string };

export interface Judged {
  readonly cell: Cell;
  readonly decision: Decision;
  readonly seen: Seen;
  readonly attempts: Observation['attempts'];
  readonly result: 'agree' | 'disagree' | 'unknown' | 'not measured';
}

/** Predicted against observed, every cell once. */
export function compare(cells: readonly Cell[], oracle: Oracle, batch: BatchResult): readonly Judged[] {
  return cells.map((cell) => {
    const decision = oracle.decide(cell);
    const seen = seenOf(cell, batch);
    const attempts = batch.observations.get(cell.key)?.attempts ?? [];
    return { cell, decision, seen, attempts, result: resultOf(decision.outcome, seen) };
  });
}

/** What is not known agrees with nothing, nor does what was not measured. */
export function resultOf(predicted: Decision['outcome'], { kind }: Seen): Judged['result'] {
  if (kind === 'not measured') return 'not measured';
  if (predicted === 'unknown') return 'unknown';
  return (predicted === 'allowed') === (kind === 'open') ? 'agree' : 'disagree';
}

/** Neither agrees nor disagrees. One that opened once and was denied once is told as it is: it may be the policies'. */
export function isUnmeasured({ result, attempts }: Judged): boolean {
  const flickers =
    attempts.some(({ outcome }) => outcome === 'open') && attempts.some(({ outcome }) => isDenial(outcome));
  return result === 'not measured' && !flickers;
}

export function seenOf(cell: Cell, { observations, health }: BatchResult): Seen {
  const observation = observations.get(cell.key);
  if (observation === undefined) return notMeasured('there is no observation');
  if (observation.doubt !== undefined) return notMeasured(observation.doubt);
  if (observation.outcome === 'open') return { kind: 'open' };
  if (!isDenial(observation.outcome)) return notMeasured(`it was ${observation.outcome}`);
  const control = observations.get(controlKey(cell));
  if (control?.outcome !== 'open')
    return notMeasured(`no control: the listener was ${control?.outcome ?? 'not asked'}`);
  const source = health.get(cell.from.id);
  if (source?.healthy !== true || !source.reachedSomething)
    return notMeasured(`the agent of ${cell.from.id} is not well`);
  return { kind: 'blocked' };
}

function notMeasured(why: string): Seen {
  return { kind: 'not measured', why };
}

/** Cells by what became of them. */
export interface Tally {
  readonly cells: number;
  readonly agree: { readonly allowed: number; readonly denied: number };
  readonly disagree: number;
  readonly unknown: number;
  readonly notMeasured: number;
}

export function tallyOf(judged: readonly Judged[]): Tally {
  const count = (result: Judged['result'], outcome?: Decision['outcome']): number =>
    judged.filter((one) => one.result === result && (outcome === undefined || one.decision.outcome === outcome)).length;
  return {
    cells: judged.length,
    agree: { allowed: count('agree', 'allowed'), denied: count('agree', 'denied') },
    disagree: count('disagree'),
    unknown: count('unknown'),
    notMeasured: count('not measured'),
  };
}
