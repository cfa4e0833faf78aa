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
const CANARY = { node: 'a', enforced: true, text: 'enforced', phases: [] };
const RESTRAINT: Restraint = { pace: { jitterMs: 250, perSecond: 50 }, maxErrors: 10 };

interface Scene {
  readonly restraint?: Restraint;
  readonly canaryStands?: boolean;
  /** Of the two probes, in their order. */
  readonly outcomes?: readonly Outcome[];
}

/** Measures with a prober that sees these outcomes, and on which something fails. */
async function measured(fails: (options: MeasureOptions) => number, scene: Scene = { restraint: RESTRAINT }) {
  const { outcomes = ['open', 'timed-out'], canaryStands = true, ...restraint } = scene;
  const asked: MeasureOptions[] = [];
  const notes: string[] = [];
  let canariesAsked = 0;
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
    canaryStands,
    canary: () => {
      canariesAsked += 1;
      return Promise.resolve({ canaries: [CANARY], slowestMs: 0 });
    },
  };
  const progress = { stage: () => undefined, count: () => undefined, note: (text: string) => void notes.push(text) };
  const run = { signal: new AbortController().signal, progress, timeoutMs: 3500 };
  const input = { plan, mayDial: () => true, ...restraint };
  return { ...(await measure(input, field, run)), asked, notes, canariesAsked };
}

describe('measuring on a cluster that others use', () => {
  it('is paced, and knows what was open when it had settled', async () => {
    const { asked, stopped, settling } = await measured(() => 0);
    expect(asked.every(({ pace, errors }) => pace === RESTRAINT.pace && errors !== undefined)).toBe(true);
    expect(asked.at(-1)).toMatchObject({ attempts: 2, openBefore: new Set(['a']) });
    expect(settling?.settled).toBe(true);
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

describe('where no canary stands yet', () => {
  it('none is asked if all is open at the first try', async () => {
    const { asked, batch, canaries, canariesAsked, ...told } = await measured(() => 0, {
      canaryStands: false,
      outcomes: ['open', 'open'],
    });
    expect(canariesAsked).toBe(0);
    expect(asked.map(({ attempts }) => attempts)).toEqual([2]);
    expect(batch.attempts).toBe(2);
    expect(canaries).toEqual([]);
    expect(told.settling).toBeUndefined();
    expect(told.noCanary).toContain('no policy was there');
  });

  it.each<Outcome>(['timed-out', 'refused', 'mixed', 'not-measured', 'accepted-not-identified'])(
    'it is asked, and all is tried again, where one is %s',
    async (outcome) => {
      const { asked, canaries, noCanary, notes, settling } = await measured(() => 0, {
        canaryStands: false,
        outcomes: ['open', outcome],
      });
      expect(asked.map(({ attempts }) => attempts)).toEqual([2, 1, 1, 1, 2].slice(0, asked.length - 1).concat(2));
      expect(asked.length).toBeGreaterThan(3);
      expect(canaries).toEqual([CANARY]);
      expect(noCanary).toBeUndefined();
      expect(settling?.settled).toBe(true);
      expect(notes).toEqual(['not every connection is open: the canary is watched, and all are tried again']);
    },
  );

  it('nothing more is sent where too much fails at the first try', async () => {
    const { asked, canariesAsked, stopped } = await measured(() => 20, { restraint: RESTRAINT, canaryStands: false });
    expect(asked).toHaveLength(1);
    expect(canariesAsked).toBe(0);
    expect(stopped).toContain('20 of the last 20');
  });
});
