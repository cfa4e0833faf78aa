import { expect, it } from 'vitest';
import type { Evidence } from '../../../../src/harness/evidence/schema.ts';
import { steps } from '../../../../src/reports/html/steps.ts';
import { coverage, evidence, requirement } from '../fixtures/builder.ts';

/** The page's section as plain text. */
function told(record: Evidence): string {
  return [...steps(record).pieces()]
    .join('')
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/\s+/gu, ' ');
}

const base = evidence({ requirements: [requirement('A')] });
const finding = (rule: string, object: string, more: Partial<Evidence['findings'][number]> = {}) =>
  ({ rule, severity: 'warning', message: '', object, direction: 'egress', fails: false, ...more }) as const;

it('says of a run without traffic that enforcement and connectivity were not shown', () => {
  const text = told({ ...base, cluster: { ...base.cluster, probed: false, canaries: [], observing: undefined } });
  expect(text).toContain('Not shown: no traffic was sent, so whether anything enforces policies is not known.');
  expect(text).toContain('Not tried: every verdict is predicted.');
});

it('never claims change control, and names the commit to ask about', () => {
  expect(told(base)).toContain('Not judged by this run, and no commit of the requirements is known.');
  const git = { commit: 'c0ffee', dirty: true };
  expect(told({ ...base, run: { ...base.run, git } })).toContain(
    'take the reviews of commit c0ffee, from which files differed',
  );
});

it('tells open defaults from those that are excepted by name', () => {
  const exception = { because: 'b', approvedBy: 'board', until: '2099-01-01', ended: false };
  const findings = [
    finding('default-deny-missing', 'shop', { exception }),
    finding('namespace-without-default-deny', 'data'),
  ];
  expect(told({ ...base, findings: [] })).toContain('In every namespace, in both directions.');
  expect(told({ ...base, findings })).toContain('Not in: data egress. Excepted by name: shop egress.');
  const ended = findings.map((one) => ({ ...one, exception: { ...exception, ended: true } }));
  expect(told({ ...base, findings: ended })).toContain('Not in: shop egress, data egress.');
});

it('counts no host network as isolated', () => {
  const rows = [
    coverage('shop/web', 'egress', []),
    coverage('shop/web', 'ingress', ['shop/deny'], { hostNetwork: true }),
  ];
  expect(told({ ...base, coverage: rows })).toContain('Of 2 workload directions 0 isolated, 0 excepted by name, 1 on');
});
