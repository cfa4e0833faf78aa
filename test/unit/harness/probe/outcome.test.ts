import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../../src/harness/evidence/schema.ts';
import type { Probe, ProbePod } from '../../../../src/harness/probe/model.ts';
import type { AttemptRow } from '../../../../src/harness/probe/protocol.ts';
import { attemptOf, combine, confirmUdp } from '../../../../src/harness/probe/outcome.ts';

const cases: readonly (readonly [readonly Outcome[], Outcome])[] = [
  [[], 'not-measured'],
  [['not-measured', 'not-measured'], 'not-measured'],
  [['open', 'open'], 'open'],
  [['open', 'not-measured'], 'open'],
  [['timed-out', 'not-measured'], 'timed-out'],
  [['open', 'timed-out'], 'mixed'],
  [['open', 'refused', 'not-measured'], 'mixed'],
  [['open', 'accepted-not-identified'], 'mixed'],
  [['accepted-not-identified', 'timed-out'], 'mixed'],
  [['timed-out', 'refused'], 'refused'],
  [['timed-out', 'unreachable'], 'unreachable'],
  [['name-not-resolved', 'timed-out'], 'mixed'],
];

test.each(cases)('%j come to %s', (outcomes, expected) => {
  expect(combine(outcomes.map((outcome) => ({ outcome })))).toBe(expected);
  expect(combine(outcomes.toReversed().map((outcome) => ({ outcome })))).toBe(expected);
});

const udp: Probe = {
  key: 'k',
  from: 'a',
  protocol: 'UDP',
  port: 53,
  target: { address: '10.0.0.1' },
  responders: ['b'],
};
const pod: ProbePod = {
  id: 'b',
  namespace: 'ns',
  name: 'pod',
  uid: 'b',
  node: 'n',
  addresses: ['10.0.0.1'],
  listening: { TCP: [], UDP: [53] },
};

describe('an attempt', () => {
  test('keeps the errno and the port and leaves out what is not known', () => {
    const attempt = attemptOf([0, 1, 0, 3.5, 'refused', 'ECONNREFUSED', 4711, null], udp, '10.0.0.1', 'now');
    expect(attempt).toEqual({
      at: 'now',
      durationMs: 3.5,
      outcome: 'refused',
      address: '10.0.0.1',
      errno: 'ECONNREFUSED',
      localPort: 4711,
    });
  });

  test('of an external destination is open only when the peer says that it is of this run', () => {
    const external: Probe = { key: 'k', from: 'a', protocol: 'TCP', port: 80, target: { address: '10.0.0.1' } };
    const row: AttemptRow = [0, 1, 0, 1, 'open', null, 1, ['x', 'ns/x', '10.0.0.1:80', '10.0.0.2:1']];
    expect(attemptOf(row, external, '10.0.0.1', 'now').outcome).toBe('open');
    expect(attemptOf(row, udp, '10.0.0.1', 'now').outcome).toBe('accepted-not-identified');
  });
});

describe('an unanswered datagram', () => {
  const silent = { at: 'now', durationMs: 800, outcome: 'timed-out' } as const;
  const received = { kind: 'received', by: pod, port: 53, sawSource: '10.0.0.2:9' } as const;

  test('is open at the receiver that was meant', () => {
    expect(confirmUdp(silent, udp, received)).toMatchObject({
      outcome: 'open',
      receiverSaw: true,
      responder: { uid: 'b', pod: 'ns/pod', reachedAt: '*:53', sawSource: '10.0.0.2:9' },
    });
  });

  test('is not open at another', () => {
    const outcome = confirmUdp(silent, udp, { ...received, by: { ...pod, uid: 'other' } }).outcome;
    expect(outcome).toBe('accepted-not-identified');
  });

  test('is a timeout when nobody got it, and not measured when nobody could be asked', () => {
    expect(confirmUdp(silent, udp, { kind: 'not-received' })).toEqual({ ...silent, receiverSaw: false });
    expect(confirmUdp(silent, udp, { kind: 'unknown' }).outcome).toBe('not-measured');
  });
});
