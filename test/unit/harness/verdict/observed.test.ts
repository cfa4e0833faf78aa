import { describe, expect, it } from 'vitest';
import { judgeObserved } from '../../../../src/harness/verdict/observed.ts';
import { cellThat, CONTROLLED, DB, judge, runThatSaw } from '../../support/observed.ts';

describe('what hangs on the labels of a namespace that nobody defined', () => {
  it.each(['mayReach', 'mayNotReach'] as const)('is not told by a cluster that has none: %s', (expected) => {
    const undefinedNamespaces = ['shop'];
    const hangs = /^inconclusive, nothing: namespace shop is used but not defined/u;
    expect(judge(expected, 'unknown', { outcome: 'open', undefinedNamespaces })).toMatch(hangs);
    expect(judge(expected, 'unknown', { outcome: 'timed-out', ...CONTROLLED, undefinedNamespaces })).toMatch(hangs);
  });

  it('is no concern of what the policies decide without them', () => {
    const seen = { outcome: 'timed-out', ...CONTROLLED, undefinedNamespaces: ['shop'] } as const;
    expect(judge('mayNotReach', 'denied', seen)).toMatch(/^met, policy/u);
  });
});

describe('the table of verdicts', () => {
  it.each([
    ['mayReach', 'allowed', { outcome: 'open' }, /^met, policy: open$/],
    ['mayReach', 'denied', { outcome: 'open' }, /^met, network: open, although the policies deny it/],
    ['mayReach', 'denied', { outcome: 'timed-out', ...CONTROLLED }, /^violated, policy: blocked: ingress of shop\/db/],
    ['mayReach', 'allowed', { outcome: 'timed-out', ...CONTROLLED }, /^violated, network: .*look at the network/],
    [
      'mayNotReach',
      'denied',
      { outcome: 'timed-out', ...CONTROLLED },
      /^met, policy: blocked: .*shop\/deny \(manifests.yaml:/,
    ],
    ['mayNotReach', 'denied', { outcome: 'refused', ...CONTROLLED }, /^met, policy: /],
    ['mayNotReach', 'denied', { outcome: 'unreachable', ...CONTROLLED }, /^met, policy: /],
    [
      'mayNotReach',
      'allowed',
      { outcome: 'timed-out', ...CONTROLLED },
      /^met, network: blocked, but not by the policies/,
    ],
    ['mayNotReach', 'allowed', { outcome: 'open' }, /^violated, policy: open: no policy isolates/],
    ['mayNotReach', 'denied', { outcome: 'open' }, /^violated, network: open: the network does not enforce/],
  ] as const)('%s, predicted %s, seen %o', (expectation, predicted, seen, told) => {
    expect(judge(expectation, predicted, seen)).toMatch(told);
  });
});

describe('what is not enough for "blocked"', () => {
  const blocked = { outcome: 'timed-out', ...CONTROLLED } as const;
  it.each([
    ['no control at all', { outcome: 'timed-out' }, /nobody else could be asked/],
    ['refused without a control: nobody may be listening', { outcome: 'refused' }, /no control/],
    [
      'a control that failed too',
      { outcome: 'refused', controls: { itself: 'refused' } },
      /nobody reached it: .* got refused/,
    ],
    ['an agent that fell silent', { ...blocked, health: { healthy: false } }, /did not answer to the end/],
    ['a source that reached nothing', { ...blocked, health: { reachedSomething: false } }, /reached nothing at all/],
    [
      'a canary without enforcement',
      { ...blocked, canaries: [{ node: 'n1', enforced: false }] },
      /shows no enforcement/,
    ],
    ['no canary on the node', { ...blocked, canaries: [{ node: 'n2', enforced: true }] }, /no canary on node n1/],
    ['a listen queue that overflowed', { ...blocked, doubt: 'the listen queue overflowed' }, /overflowed/],
    [
      'labels that admission changed',
      { ...blocked, doubts: { [DB]: 'policy shop/x selects it otherwise' } },
      /shop\/x/,
    ],
    ['nothing measured', {}, /was not measured/],
    ['attempts not measured', { outcome: 'not-measured' }, /was not measured/],
    [
      'something that does not identify itself',
      { outcome: 'accepted-not-identified', ...CONTROLLED },
      /does not identify itself/,
    ],
    ['a name that nobody resolves', { outcome: 'name-not-resolved', ...CONTROLLED }, /for no pod of the run/],
  ] as const)('%s', (_, seen, told) => {
    for (const expectation of ['mayReach', 'mayNotReach'] as const) {
      const judged = judge(expectation, 'denied', seen);
      expect(judged).toMatch(/^inconclusive, nothing: /);
      expect(judged).toMatch(told);
    }
  });

  it('does not count the listener itself, where whom the policies let in did not get there either', () => {
    const seen = { outcome: 'timed-out', controls: { itself: 'open', 'allowed-peer': 'timed-out' } } as const;
    const inVain =
      /no control: only the pod itself reached it: shop\/peer, which the policies let through, got timed-out/;
    expect(judge('mayNotReach', 'denied', seen)).toMatch(inVain);
    expect(judge('mayReach', 'denied', seen)).toMatch(/^inconclusive/);
    expect(judge('mayReach', 'allowed', seen)).toMatch(/^violated, network: /);
  });

  it('counts the listener itself as a control, where nobody else may reach it', () => {
    expect(judge('mayNotReach', 'denied', { outcome: 'timed-out', controls: { itself: 'open' } })).toMatch(
      /^met, policy/,
    );
  });

  it('prefers the strongest control', () => {
    const { tried, run } = runThatSaw({ outcome: 'timed-out', controls: { itself: 'open', 'allowed-peer': 'open' } });
    expect(judgeObserved(cellThat('denied'), 'mayNotReach', tried, run).control?.kind).toBe('allowed-peer');
  });

  it('does not take the failed cell for its own control', () => {
    const { tried, run } = runThatSaw({ outcome: 'open' });
    expect(judgeObserved(cellThat('denied'), 'mayNotReach', tried, run).control).toBeUndefined();
    expect(judge('mayNotReach', 'denied', { outcome: 'timed-out' })).toMatch(/^inconclusive/);
  });
});

describe('a run that was stopped', () => {
  it('proves no denial, whatever the control says, and says why', () => {
    const health = { healthy: false, lost: 'stopped, because 20 of the last 20 connections failed' };
    const judged = judge('mayNotReach', 'denied', { outcome: 'timed-out', ...CONTROLLED, health });
    expect(judged).toMatch(/^inconclusive, nothing: .*did not answer to the end: stopped, because 20/u);
    expect(judge('mayReach', 'allowed', { outcome: 'open', health })).toMatch(/^met/);
  });
});

describe('attempts that differ', () => {
  it('violate mayNotReach where one got through, and prove nothing of mayReach', () => {
    const seen = { outcome: 'mixed', attempts: ['timed-out', 'open'], ...CONTROLLED } as const;
    expect(judge('mayNotReach', 'denied', seen)).toMatch(/^violated/);
    expect(judge('mayReach', 'allowed', seen)).toMatch(/^inconclusive/);
  });

  it('are one denial where all failed, each in its own way', () => {
    const seen = { outcome: 'mixed', attempts: ['timed-out', 'refused'], ...CONTROLLED } as const;
    expect(judge('mayNotReach', 'denied', seen)).toMatch(/^met, policy/);
  });
});

describe('a destination outside', () => {
  it('is open by its handshake, since it cannot identify itself', () => {
    expect(judge('mayReach', 'allowed', { outcome: 'accepted-not-identified', external: true })).toMatch(/^met/);
    expect(judge('mayNotReach', 'allowed', { outcome: 'accepted-not-identified', external: true })).toMatch(
      /^violated/,
    );
  });

  it('is not, for a source to which a port where nothing listens opens as well', () => {
    const seen = { outcome: 'accepted-not-identified', external: true, health: { opensEverything: true } } as const;
    expect(judge('mayReach', 'allowed', seen)).toMatch(/^inconclusive/);
  });
});
