import { expect, test } from 'vitest';
import type { Outcome } from '../../../../src/harness/evidence/schema.ts';
import type { Clock } from '../../../../src/harness/probe/clock.ts';
import { settle } from '../../../../src/harness/probe/settle.ts';

/** A clock that moves only when somebody waits or measures. */
const fakeClock = (): Clock & { ms: number } => ({
  ms: 0,
  now() {
    return this.ms;
  },
  pause(ms) {
    this.ms += ms;
    return Promise.resolve();
  },
});
const settling = (
  pictures: readonly (readonly [string, Outcome][])[],
  slowestCanaryMs: number,
  deadlineMs = 60_000,
) => {
  const clock = fakeClock();
  let index = 0;
  const sweep = () => {
    clock.ms += 100;
    const picture = pictures[Math.min(index, pictures.length - 1)] ?? [];
    index += 1;
    return Promise.resolve(new Map(picture));
  };
  return settle(sweep, { slowestCanaryMs, deadlineMs, signal: new AbortController().signal, clock });
};

test('a matrix that does not change settles after three times the slowest canary', async () => {
  const result = await settling([[['cell', 'open']]], 1_000);
  expect(result.settled).toBe(true);
  expect(result.durationMs).toBeGreaterThanOrEqual(3_000);
  expect(result.durationMs).toBeLessThan(3_500);
  expect(result.sweeps).toBeGreaterThan(2);
});

test('a change begins the wait anew', async () => {
  const still = await settling([[['cell', 'open']]], 1_000);
  const changing = await settling([[['cell', 'open']], [['cell', 'open']], [['cell', 'timed-out']]], 1_000);
  expect(changing.settled).toBe(true);
  expect(changing.durationMs).toBeGreaterThan(still.durationMs + 500);
});

test('one kind of denial after another is no change', async () => {
  const result = await settling([[['cell', 'refused']], [['cell', 'timed-out']], [['cell', 'unreachable']]], 500);
  expect(result).toMatchObject({ settled: true });
  expect(result.durationMs).toBeLessThan(2_000);
});

test('two equal sweeps with a different one between them have not settled', async () => {
  const [open, denied]: [string, Outcome][][] = [[['cell', 'open']], [['cell', 'refused']]];
  const flicker = Array.from({ length: 100 }, (_, index) => (index % 3 === 0 ? denied : open)) as [string, Outcome][][];
  expect(await settling(flicker, 1_000, 5_000)).toMatchObject({ settled: false });
});

test('an abort ends it with the reason', async () => {
  const controller = new AbortController();
  const options = { slowestCanaryMs: 10_000, deadlineMs: 60_000, signal: controller.signal };
  const running = settle(() => Promise.resolve(new Map()), options);
  controller.abort(new Error('stopped by the user'));
  await expect(running).rejects.toThrow('stopped by the user');
});

test('a sweep that takes longer than the deadline is compared with one more', async () => {
  const clock = fakeClock();
  const sweep = (): Promise<ReadonlyMap<string, Outcome>> => {
    clock.ms += 90_000;
    return Promise.resolve(new Map([['cell', 'open']]));
  };
  const options = { slowestCanaryMs: 100, deadlineMs: 60_000, signal: new AbortController().signal, clock };
  expect(await settle(sweep, options)).toMatchObject({ settled: true, sweeps: 2 });
});

test('ends at once where nothing more may be sent, and has not settled', async () => {
  const clock = fakeClock();
  const sweep = (): Promise<ReadonlyMap<string, Outcome>> => Promise.resolve(new Map());
  const signal = new AbortController().signal;
  const options = { slowestCanaryMs: 100, deadlineMs: 60_000, signal, clock, mustStop: () => true };
  expect(await settle(sweep, options)).toMatchObject({ settled: false, sweeps: 1 });
});
