import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/harness/evidence/schema.ts';
import type { Plan } from '../../../../src/harness/plan/plan.ts';
import type { MeasureOptions, Probe, Prober } from '../../../../src/harness/probe/model.ts';
import { unmeasured } from '../../../../src/harness/probe/unmeasured.ts';
import { measure, type Restraint } from '../../../../src/harness/run/measure.ts';

const probes = ['a', 'b'].map((key): Probe => ({
  key,
  from: 'shop/web[Deployment]',
  protocol: 'TCP',
  port: 1,
  target: { address: '10.0.0.1' },
  responders: ['uid'],
}));
const plan: Plan = { cells: [], trials: new Map(), controls: new Map(), probes };
const RESTRAINT: Restraint = { pace: { jitterMs: 250, perSecond: 50 }, maxErrors: 10 };

/** Measures with a prober that sees these outcomes, and on which something fails. */
async function measured(
  fails: (options: MeasureOptions) => number,
  restraint: { readonly restraint?: Restraint } = { restraint: RESTRAINT },
) {
  const asked: MeasureOptions[] = [];
  const notes: string[] = [];
  const outcomes: readonly Outcome[] = ['open', 'timed-out'];
  const prober: Prober = {
    measure: (wanted, options) => {
      asked.push(options);
      options.errors?.count('EMFILE', fails(options));
      const batch = unmeasured(wanted, '');
      const seen = wanted.map(({ key }, index) => {
        return [key, { key, outcome: outcomes[index] ?? 'open', attempts: [] }] as const;
      });
      return Promise.resolve({ ...batch, observations: new Map(seen), attempts: wanted.length });
    },
    resolve: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
  const field = {
    prober: { ...prober, failedPorts: [] },
    canary: () => Promise.resolve({ canaries: [], slowestMs: 0 }),
  };
  const progress = { stage: () => undefined, count: () => undefined, note: (text: string) => void notes.push(text) };
  const run = { signal: new AbortController().signal, progress, timeoutMs: 3500 };
  const input = { plan, mayDial: () => true, ...restraint };
  return { ...(await measure(input, field, run)), asked, notes };
}

describe('measuring on a cluster that others use', () => {
  it('is paced, and knows what was open when it had settled', async () => {
    const { asked, stopped, settling } = await measured(() => 0);
    expect(asked.every(({ pace, errors }) => pace === RESTRAINT.pace && errors !== undefined)).toBe(true);
    expect(asked.at(-1)).toMatchObject({ attempts: 2, openBefore: new Set(['a']) });
    expect(settling.settled).toBe(true);
    expect(stopped).toBeUndefined();
  });

  it('is not begun where too much fails while it settles', async () => {
    const { asked, batch, settling, stopped, notes } = await measured(() => 20);
    expect(asked).toHaveLength(1);
    expect(settling).toMatchObject({ settled: false, sweeps: 1 });
    expect(stopped).toBe('stopped, because 20 of the last 20 connections failed: EMFILE (20)');
    expect(notes).toEqual([stopped]);
    expect([...batch.observations.values()]).toEqual(
      probes.map(({ key }) => ({ key, outcome: 'not-measured', attempts: [], doubt: stopped })),
    );
  });

  it('says why it was stopped in its middle, and keeps what was seen', async () => {
    const { stopped, batch } = await measured(({ attempts }) => (attempts === 2 ? 20 : 0));
    expect(stopped).toContain('20 of the last 20');
    expect(batch.observations.get('a')?.outcome).toBe('open');
  });
});

it('on a cluster of its own a run is neither paced nor stopped', async () => {
  const { asked, stopped } = await measured(() => 20, {});
  expect(asked.some(({ pace, errors }) => pace !== undefined || errors !== undefined)).toBe(false);
  expect(stopped).toBeUndefined();
});
