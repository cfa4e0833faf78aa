import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/harness/predict/model.ts';
import type { BatchResult, Observation, ProbePod, SourceHealth } from '../../../src/harness/probe/model.ts';
import { cellsBetween, controlsOf, type Cell, type Oracle } from '../../e2e/support/differential/cells.ts';
import { compare, tallyOf } from '../../e2e/support/differential/compare.ts';
import { shortfalls, summary } from '../../e2e/support/differential/report.ts';
import { sampleRounds } from '../../e2e/support/differential/rounds.ts';
import { wordsFor } from '../../e2e/support/differential/scene.ts';

const pod = (id: string): ProbePod => ({
  id,
  namespace: 'test',
  name: id,
  uid: `uid-${id}`,
  node: 'n',
  addresses: ['10.0.0.1'],
  listening: { TCP: [80], UDP: [] },
});
const PARTIES = [pod('a'), pod('b')];
const CELLS = cellsBetween(PARTIES);
const CONTROLS = controlsOf(PARTIES);

type Outcomes = Readonly<Record<string, Observation['outcome']>>;
const ALL_OPEN: Outcomes = Object.fromEntries([...CELLS, ...CONTROLS].map(({ key }) => [key, 'open']));

function batchOf(outcomes: Outcomes, health: Partial<SourceHealth> = {}): BatchResult {
  const well = { healthy: true, reachedSomething: true, opensEverything: false, lagMs: 0, ...health };
  return {
    observations: new Map(Object.entries(outcomes).map(([key, outcome]) => [key, { key, outcome, attempts: [] }])),
    health: new Map(PARTIES.map(({ id }) => [id, { pod: id, ...well }])),
    startedAt: '',
    endedAt: '',
    durationMs: 0,
    attempts: 0,
  };
}

function oracle(outcome: (cell: Cell) => Decision['outcome']): Oracle {
  const side = { outcome: 'allowed', isolatedBy: [], allowedBy: [] } as const;
  return {
    decide: (cell) => ({ outcome: outcome(cell), egress: side, ingress: side }),
    explain: () => [],
  };
}

const results = (outcomes: Outcomes, predicted: Decision['outcome'], health?: Partial<SourceHealth>) =>
  compare(
    CELLS,
    oracle(() => predicted),
    batchOf(outcomes, health),
  ).map(({ result }) => result);

describe('predicted against observed', () => {
  it('asks every listener of every other party, and each of its own', () => {
    expect(CELLS.map(({ key }) => key)).toEqual(['a > b TCP 80', 'b > a TCP 80']);
    expect(CONTROLS.map(({ key }) => key)).toEqual(['a > a TCP 80', 'b > b TCP 80']);
  });

  it.each([
    ['open', 'allowed', 'agree'],
    ['open', 'denied', 'disagree'],
    ['open', 'unknown', 'unknown'],
    ['timed-out', 'denied', 'agree'],
    ['refused', 'denied', 'agree'],
    ['timed-out', 'allowed', 'disagree'],
    ['timed-out', 'unknown', 'unknown'],
    ['mixed', 'allowed', 'not measured'],
    ['not-measured', 'denied', 'not measured'],
    ['accepted-not-identified', 'allowed', 'not measured'],
  ] as const)('%s where %s was predicted: %s', (observed, predicted, result) => {
    expect(results({ ...ALL_OPEN, 'a > b TCP 80': observed }, predicted)[0]).toBe(result);
  });

  it('takes no denial without a control, or from an agent that is not well', () => {
    const blocked: Outcomes = { ...ALL_OPEN, 'a > b TCP 80': 'timed-out' };
    expect(results({ ...blocked, 'b > b TCP 80': 'timed-out' }, 'denied')[0]).toBe('not measured');
    expect(results(blocked, 'denied', { healthy: false })[0]).toBe('not measured');
    expect(results(blocked, 'denied', { reachedSomething: false })[0]).toBe('not measured');
    expect(results({}, 'denied')).toEqual(['not measured', 'not measured']);
  });

  it('counts each kind apart, and finds a run in which nothing is compared', () => {
    const round = { number: 1, policies: [], file: '', yaml: '' };
    const play = (outcomes: Outcomes, predict: (cell: Cell) => Decision['outcome']) => {
      const judged = compare(CELLS, oracle(predict), batchOf(outcomes));
      return [{ round, judged, oracle: oracle(predict), measuredAgain: 0, settledAfterMs: 0 }];
    };
    const half = play({ ...ALL_OPEN, 'a > b TCP 80': 'timed-out' }, ({ from }) =>
      from.id === 'a' ? 'denied' : 'allowed',
    );
    expect(summary(half)).toBe(
      '1 rounds, 0 policies, 2 cells: 2 agree (1 allowed, 1 denied), 0 disagree, 0 unknown, 0 not measured (0 measured again)',
    );
    expect(shortfalls(half, { mostUnknown: 0 })).toEqual([]);
    expect(
      shortfalls(
        play(ALL_OPEN, () => 'allowed'),
        { mostUnknown: 0 },
      ),
    ).toEqual(['too few cells were denied']);
    const unknown = play(ALL_OPEN, () => 'unknown');
    expect(tallyOf(unknown.flatMap(({ judged }) => judged))).toMatchObject({ cells: 2, unknown: 2, disagree: 0 });
    expect(shortfalls(unknown, { mostUnknown: 0.5 })).toContain('too many cells were unknown');
    expect(shortfalls([], { mostUnknown: 0 })).not.toEqual([]);
  });
});

describe('rounds of random policies', () => {
  const words = wordsFor({ outside: '172.17.0.9', pod: '10.42.0.7' });
  const sample = (seed: number, cilium = true) => sampleRounds({ seed, rounds: 20, words, cilium });

  it('are the same for the same seed, the first without policies', () => {
    const rounds = sample(1);
    expect(rounds.map(({ yaml }) => yaml)).toEqual(sample(1).map(({ yaml }) => yaml));
    expect(rounds.map(({ yaml }) => yaml)).not.toEqual(sample(2).map(({ yaml }) => yaml));
    expect(rounds).toHaveLength(21);
    expect(rounds[0]).toMatchObject({ policies: [], yaml: '' });
    expect(rounds.slice(1).every(({ policies }) => policies.length > 0)).toBe(true);
  });

  it('have kinds of Cilium only where Cilium runs', () => {
    const kindsOf = (cilium: boolean) =>
      [...new Set(sample(1, cilium).flatMap(({ policies }) => policies.map(({ kind }) => kind)))].sort();
    expect(kindsOf(false)).toEqual(['NetworkPolicy']);
    expect(kindsOf(true)).toEqual(['CiliumClusterwideNetworkPolicy', 'CiliumNetworkPolicy', 'NetworkPolicy']);
  });
});
