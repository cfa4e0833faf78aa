import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exitStatus, standingOf } from '../../../src/harness/evidence/exit.ts';
import type { Evidence } from '../../../src/harness/evidence/schema.ts';
import { suitesOf } from '../../../src/suites/suites.ts';
import { at, attempts, cell, coverage, evidence, finding, requirement } from '../reports/fixtures/builder.ts';

const acceptance = { because: 'legacy job', approvedBy: 'security-board', until: '2027-01-31' };

function casesOf(record: Evidence) {
  return suitesOf(record).flatMap(({ cases }) => cases);
}

function only(change: Parameters<typeof requirement>[1]) {
  const found = casesOf(evidence({ requirements: [requirement('SHOP-1', change)] }))[0];
  if (found === undefined) throw new Error('no case');
  return found;
}

describe('a case per requirement', () => {
  it('passes what is met', () => {
    const found = only({});
    expect(found).toMatchObject({
      id: 'SHOP-1',
      title: 'SHOP-1: web may reach api on 8080/tcp',
      classname: 'mayreach.requirements.shop',
      position: at('shop.reach.yaml', 14),
      outcome: 'passed',
    });
    expect(found.message).toBeUndefined();
  });

  it('fails what is violated, with the text of the verdict', () => {
    expect(only({ verdict: 'violated', text: 'it is open' })).toMatchObject({
      outcome: 'failed',
      message: 'it is open',
    });
  });

  it('errs on what is inconclusive, and says what was missing', () => {
    const missing = 'a peer that answers on this port';
    const cells = [cell('a', 'b'), cell('a', 'c', { verdict: 'inconclusive', missing })];
    expect(only({ verdict: 'inconclusive', text: 'no control', cells })).toMatchObject({
      outcome: 'errored',
      message: `no control: ${missing}`,
    });
  });

  it('skips what is untested, with the reason', () => {
    expect(only({ verdict: 'untested', text: 'SCTP cannot be tried' })).toMatchObject({
      outcome: 'skipped',
      message: 'SCTP cannot be tried',
    });
  });

  it('skips an accepted violation until its day has passed, then fails it', () => {
    const accepted = only({ verdict: 'violated', accepted: { ...acceptance, active: true } });
    expect(accepted.outcome).toBe('skipped');
    expect(accepted.message).toMatch(/^accepted until 2027-01-31 by security-board: legacy job/u);
    const ended = only({ verdict: 'violated', accepted: { ...acceptance, active: false } });
    expect(ended.outcome).toBe('failed');
    expect(ended.message).toContain('its acceptance ended on 2027-01-31');
  });

  it('fails an expired requirement even if it is met', () => {
    const text = 'expired on 2026-01-31: renew it or remove it';
    expect(only({ expired: true, expires: '2026-01-31', text })).toMatchObject({ outcome: 'failed', message: text });
  });

  it('takes its time from the attempts', () => {
    const cells = [cell('a', 'b', { observed: 'open', basis: 'observed', attempts: attempts('open') })];
    expect(only({ cells })).toMatchObject({ at: '2026-11-20T10:00:10.000Z', durationMs: 1503.5 });
    expect(only({})).not.toHaveProperty('at');
  });

  it('tells alike cells once, with every pair and port', () => {
    const bad = { verdict: 'violated', text: 'nothing isolates it' } as const;
    const cells = [cell('a', 'b', bad), cell('a', 'b', { ...bad, port: 9090 }), cell('a', 'c', bad), cell('a', 'd')];
    const { details } = only({ verdict: 'violated', cells });
    expect(details.filter((line) => line.includes('nothing isolates it'))).toHaveLength(1);
    expect(details).toContain('violated: 3 cells');
    expect(details).toContain('  a -> b  TCP 8080,9090');
    expect(details).toContain('  a -> c  TCP 8080');
    expect(details.join('\n')).not.toContain('a -> d');
  });
});

describe('coverage', () => {
  it('reports an uncovered workload and fails it only where a finding does', () => {
    const rows = [
      coverage('shop/web[Deployment]', 'ingress', ['shop/deny']),
      coverage('shop/web[Deployment]', 'egress'),
    ];
    const outcomes = (fails: boolean) =>
      Object.fromEntries(
        casesOf(
          evidence({
            coverage: rows,
            findings: [finding('uncovered-pod', { object: 'shop/web[Deployment]', direction: 'egress', fails })],
          }),
        ).map(({ id, outcome }) => [id, outcome]),
      );
    expect(outcomes(false)).toEqual({
      'coverage/namespaces/shop/ingress': 'passed',
      'coverage/namespaces/shop/egress': 'skipped',
      'coverage/workloads/shop/web[Deployment]/ingress': 'passed',
      'coverage/workloads/shop/web[Deployment]/egress': 'skipped',
    });
    expect(outcomes(true)).toMatchObject({ 'coverage/workloads/shop/web[Deployment]/egress': 'failed' });
  });

  it('says by whose leave an exception holds', () => {
    const exception = { because: 'managed', approvedBy: 'board', until: '2027-01-31', ended: false };
    const row = coverage('kube-system/dns[Deployment]', 'egress', [], { exception });
    const found = casesOf(evidence({ coverage: [row] }));
    expect(found.map(({ outcome, message }) => [outcome, message])).toContainEqual([
      'skipped',
      'excepted until 2027-01-31, approved by board: managed',
    ]);
    expect(found).toContainEqual(
      expect.objectContaining({ id: 'coverage/namespaces/kube-system/egress', outcome: 'passed' }),
    );
  });

  it('never counts a workload on the host network as isolated', () => {
    const row = coverage('shop/agent[DaemonSet]', 'ingress', ['shop/deny'], { hostNetwork: true });
    expect(casesOf(evidence({ coverage: [row] })).map(({ outcome }) => outcome)).not.toContain('passed');
  });

  it('gives every other finding a case of its own', () => {
    const findings = [
      finding('contradiction', { fails: true, message: 'SHOP-1 against SHOP-2' }),
      finding('contradiction'),
    ];
    expect(casesOf(evidence({ findings }))).toMatchObject([
      { title: 'contradiction (finding 1)', outcome: 'failed', message: 'SHOP-1 against SHOP-2' },
      { title: 'contradiction (finding 2)', outcome: 'skipped' },
    ]);
  });

  it('speaks of a policy that selects nothing', () => {
    const base = evidence();
    const policy = {
      id: 'shop/ghost',
      directions: ['ingress' as const],
      selects: [],
      position: at('p.yaml', 3),
      raw: {},
    };
    const found = casesOf({ ...base, inventory: { ...base.inventory, policies: [policy] } });
    expect(found).toMatchObject([
      { id: 'coverage/policies/shop/ghost', outcome: 'skipped', position: at('p.yaml', 3) },
    ]);
  });
});

const anyEvidence = fc
  .record({
    requirements: fc.array(
      fc.record({
        id: fc.constantFrom('otherwise', 'A', 'B'),
        set: fc.constantFrom('shop', 'data'),
        verdict: fc.constantFrom('met', 'violated', 'inconclusive', 'untested'),
        expired: fc.boolean(),
        active: fc.option(fc.boolean(), { nil: undefined }),
      }),
    ),
    findings: fc.array(
      fc.record({
        rule: fc.constantFrom('uncovered-pod', 'contradiction'),
        object: fc.constantFrom('shop/web[Deployment]', 'shop', 'none'),
        direction: fc.constantFrom('ingress', 'egress'),
        fails: fc.boolean(),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ requirements, findings }) =>
    evidence({
      requirements: requirements.map(({ active, id, ...rest }) =>
        requirement(id, active === undefined ? rest : { ...rest, accepted: { ...acceptance, active } }),
      ),
      findings: findings.map(({ rule, ...rest }) => finding(rule, rest)),
      coverage: [coverage('shop/web[Deployment]', 'ingress')],
    }),
  );

describe('laws', () => {
  it('agrees with the exit status', () => {
    fc.assert(
      fc.property(anyEvidence, (record) => {
        const found = casesOf(record);
        const doubtful =
          found.some(({ outcome }) => outcome === 'errored') ||
          record.requirements.some((member) => standingOf(member) === 'untested');
        const status = found.some(({ outcome }) => outcome === 'failed') ? 1 : doubtful ? 2 : 0;
        expect(exitStatus(record)).toBe(status);
      }),
    );
  });

  it('gives every case an id, a title and, unless passed, a message of its own', () => {
    fc.assert(
      fc.property(anyEvidence, (record) => {
        const found = casesOf(record);
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        expect(new Set(found.map(({ title }) => title)).size).toBe(found.length);
        for (const { outcome, message } of found) if (outcome !== 'passed') expect(message).toBeTruthy();
      }),
    );
  });
});
