import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../../src/harness/evidence/schema.ts';
import { disturbanceOf, type Disturbance } from '../../../../src/harness/probe/disturbance.ts';
import { healthOf, observe, suspects, type PodFacts } from '../../../../src/harness/probe/judge.ts';
import type { Probe, ProbePod, ProbeProtocol } from '../../../../src/harness/probe/model.ts';
import type { Round } from '../../../../src/harness/probe/round.ts';

const pod = (id: string): ProbePod => ({
  id,
  namespace: 'ns',
  name: id,
  uid: id,
  node: 'n',
  addresses: [`address of ${id}`],
  listening: { TCP: [80], UDP: [53] },
});
const pods = [pod('a'), pod('b')];
const facts: PodFacts = {
  byId: new Map(pods.map((each) => [each.id, each])),
  byUid: new Map(pods.map((each) => [each.uid, each])),
  byAddress: new Map(pods.flatMap((each) => each.addresses.map((address) => [address, each] as const))),
  failedPorts: new Map(),
};
const quiet: Disturbance = { lagMs: 0, listenOverflow: false, udpOverflow: false };
const probeOf = (protocol: ProbeProtocol = 'TCP'): Probe => ({
  key: 'cell',
  from: 'a',
  protocol,
  port: 80,
  target: { address: 'address of b' },
  responders: ['b'],
});
let second = 0;
const round = (
  outcomes: readonly Outcome[],
  {
    a = quiet,
    b = quiet,
    due = outcomes.length,
    lost,
  }: { a?: Disturbance; b?: Disturbance; due?: number; lost?: string } = {},
  probe = probeOf(),
): Round => {
  const at = () => new Date((second += 1_000)).toISOString();
  const tried = outcomes.map((outcome) => ({ token: '', attempt: { at: at(), durationMs: 1, outcome } }));
  const source = {
    tries: new Map([[probe.key, { probe, tried, due }]]),
    reachedItself: true,
    nowhereOpened: false,
    lost,
  };
  return { sources: new Map([['a', source]]), disturbances: new Map(Object.entries({ a, b })) };
};

describe('silence while the destination was overrun', () => {
  const overflow = { ...quiet, listenOverflow: true };

  test('is measured again; what was open is not', () => {
    expect(suspects([probeOf()], round(['timed-out', 'open'], { b: overflow }), facts, 1_000)).toEqual([probeOf()]);
    expect(suspects([probeOf()], round(['open', 'open'], { b: overflow }), facts, 1_000)).toEqual([]);
    expect(suspects([probeOf()], round(['timed-out', 'timed-out']), facts, 1_000)).toEqual([]);
  });

  test('is forgotten when the second round is quiet and open; all attempts are kept', () => {
    const rounds = [round(['timed-out', 'open'], { b: overflow }), round(['open', 'open'])];
    const observation = observe(probeOf(), rounds, facts, 1_000);
    expect(observation).toMatchObject({ outcome: 'open' });
    expect(observation).not.toHaveProperty('doubt');
    expect(observation.attempts.map(({ outcome }) => outcome)).toEqual(['timed-out', 'open', 'open', 'open']);
  });

  test('an open attempt of the first round is never forgotten', () => {
    const rounds = [round(['timed-out', 'open'], { b: overflow }), round(['timed-out', 'timed-out'])];
    expect(observe(probeOf(), rounds, facts, 1_000).outcome).toBe('mixed');
  });

  test('stays in doubt when the queue overflows again', () => {
    const rounds = [
      round(['timed-out', 'timed-out'], { b: overflow }),
      round(['timed-out', 'timed-out'], { b: overflow }),
    ];
    const observation = observe(probeOf(), rounds, facts, 1_000);
    expect(observation.doubt).toBe('the listen queue of ns/b overflowed meanwhile');
  });

  test('a full receive buffer touches UDP alone', () => {
    const buffer = { ...quiet, udpOverflow: true };
    const doubt = (protocol: ProbeProtocol) =>
      observe(probeOf(protocol), [round(['timed-out'], { b: buffer }, probeOf(protocol))], facts, 1_000).doubt;
    expect(doubt('TCP')).toBeUndefined();
    expect(doubt('UDP')).toBe('the receive buffer of ns/b overflowed meanwhile');
  });
});

test.each(['a', 'b'])('an agent that stood still for over half the timeout makes silence doubtful (%s)', (id) => {
  const slow = { ...quiet, lagMs: 501 };
  expect(observe(probeOf(), [round(['timed-out'], { [id]: slow })], facts, 1_000).doubt).toContain(
    `ns/${id} stood still`,
  );
  expect(observe(probeOf(), [round(['open'], { [id]: slow })], facts, 1_000)).not.toHaveProperty('doubt');
});

test('attempts that are missing are said to be, with the reason', () => {
  const observation = observe(probeOf(), [round(['timed-out'], { due: 2, lost: 'pod deleted' })], facts, 1_000);
  expect(observation.doubt).toBe('1 of 2 attempts are known: pod deleted');
});

test('a source without a pod is not measured', () => {
  const observation = observe({ ...probeOf(), from: 'nobody' }, [round(['open'])], facts, 1_000);
  expect(observation).toMatchObject({ outcome: 'not-measured', doubt: 'there is no probe pod nobody' });
});

test('counters that cannot be read leave silence in doubt', () => {
  const unknown = disturbanceOf({ ok: false, reason: 'gone' }, undefined);
  expect(unknown.unknown).toBe('gone');
  expect(observe(probeOf(), [round(['refused'], { b: unknown })], facts, 1_000).doubt).toContain('gone');
});

test.each(['listenOverflows', 'listenDrops'])('%s that moved is an overflow', (name) => {
  const before = { lagMs: 0, listenOverflows: 7, listenDrops: 9, udpDrops: 2 };
  const moved = disturbanceOf({ ok: true, value: before }, { ok: true, value: { ...before, [name]: 10 } });
  expect(moved).toEqual({ lagMs: 0, listenOverflow: true, udpOverflow: false });
  const still = disturbanceOf({ ok: true, value: before }, { ok: true, value: before });
  expect(still.listenOverflow).toBe(false);
});

test('health takes the worst of all rounds', () => {
  const rounds = [round(['timed-out']), round(['timed-out'], { a: { ...quiet, lagMs: 40 }, lost: 'gone' })];
  expect(healthOf('a', rounds)).toEqual({
    pod: 'a',
    healthy: false,
    lost: 'gone',
    reachedSomething: true,
    opensEverything: false,
    lagMs: 40,
  });
  expect(healthOf('nobody', rounds)).toMatchObject({ healthy: false, reachedSomething: false });
});
