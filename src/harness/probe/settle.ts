import type { Outcome } from '../evidence/schema.ts';
import { realClock, type Clock } from './clock.ts';
import { isDenial } from './outcome.ts';

export interface Settling {
  readonly settled: boolean;
  readonly durationMs: number;
  readonly sweeps: number;
}

export interface SettleOptions {
  /** The longest that the canary saw a change of policy take, ms. */
  readonly slowestCanaryMs: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Asked after each sweep: whether nothing more may be sent. */
  readonly mustStop?: () => boolean;
  readonly clock?: Clock;
}

const WINDOWS = 3;
/** A canary on an idle machine can be faster than policies on a busy one. */
const LEAST_WINDOW_MS = 500;
const PAUSE_MS = 250;

/**
 * Sweeps the matrix lightly until it stops changing: until all sweeps over three times the slowest canary agree. Which
 * kind of denial a cell shows is no difference: kernels limit how often they send a rejection.
 */
export async function settle(
  measureSweep: () => Promise<ReadonlyMap<string, Outcome>>,
  { slowestCanaryMs, deadlineMs, signal, mustStop = () => false, clock = realClock }: SettleOptions,
): Promise<Settling> {
  const windowMs = Math.max(LEAST_WINDOW_MS, WINDOWS * slowestCanaryMs);
  const began = clock.now();
  let [sweeps, since] = [0, began];
  let last: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const startedAt = clock.now();
    const picture = pictureOf(await measureSweep());
    sweeps += 1;
    if (picture !== last) [last, since] = [picture, startedAt];
    const agreedMs = startedAt - since;
    const durationMs = clock.now() - began;
    if (mustStop()) return { settled: false, durationMs, sweeps };
    if (agreedMs >= windowMs) return { settled: true, durationMs, sweeps };
    // One sweep, however long it took, says nothing of changes.
    if (durationMs >= deadlineMs && sweeps > 1) return { settled: false, durationMs, sweeps };
    const left = since + windowMs - clock.now();
    if (left > 0) await clock.pause(Math.min(PAUSE_MS, left), signal);
  }
}

function pictureOf(outcomes: ReadonlyMap<string, Outcome>): string {
  const cells = [...outcomes].map(([key, outcome]) => `${key} ${isDenial(outcome) ? 'denied' : outcome}`);
  return cells.sort().join('\n');
}
