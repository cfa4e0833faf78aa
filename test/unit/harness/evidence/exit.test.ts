import { describe, expect, it } from 'vitest';
import { exitStatus, standingOf } from '../../../../src/harness/evidence/exit.ts';
import { evidence, finding, requirement } from '../../reports/fixtures/builder.ts';

const acceptance = { because: 'legacy job', approvedBy: 'security-board', until: '2027-01-31' };
const met = requirement('MET');
const violated = requirement('VIOLATED', { verdict: 'violated' });
const inconclusive = requirement('INCONCLUSIVE', { verdict: 'inconclusive' });
const untested = requirement('UNTESTED', { verdict: 'untested' });
const accepted = requirement('ACCEPTED', { verdict: 'violated', accepted: { ...acceptance, active: true } });

describe('standingOf', () => {
  it('is the verdict where no date speaks', () => {
    expect([met, violated, inconclusive, untested].map(standingOf)).toEqual([
      'met',
      'violated',
      'inconclusive',
      'untested',
    ]);
  });

  it('accepts a violation only while its acceptance runs', () => {
    expect(standingOf(accepted)).toBe('accepted');
    expect(standingOf({ ...accepted, accepted: { ...acceptance, active: false } })).toBe('violated');
  });

  it('does not let an acceptance excuse what could not be told', () => {
    expect(standingOf({ ...accepted, verdict: 'inconclusive' })).toBe('inconclusive');
  });

  it('puts expiry before everything', () => {
    expect(standingOf({ ...met, expired: true })).toBe('expired');
    expect(standingOf({ ...accepted, expired: true })).toBe('expired');
  });
});

describe('exitStatus', () => {
  it.each([
    ['nothing at all', [], [], 0],
    ['all met', [met], [], 0],
    ['an accepted violation', [met, accepted], [], 0],
    ['a violation', [met, violated], [], 1],
    ['an expired requirement', [{ ...met, expired: true }], [], 1],
    ['a finding that fails', [met], [finding('uncovered-pod', { fails: true })], 1],
    ['a finding that is reported only', [met], [finding('uncovered-pod')], 0],
    ['something inconclusive', [met, inconclusive], [], 2],
    ['something untested', [untested, accepted], [], 2],
    ['a violation beside something inconclusive', [inconclusive, violated], [], 1],
  ] as const)('%s', (_, requirements, findings, status) => {
    expect(exitStatus(evidence({ requirements: [...requirements], findings: [...findings] }))).toBe(status);
  });
});
