import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { matrixPicture } from '../../../src/reports/terminal/picture.ts';
import { cut, pad, terminalOptions, widthOf, wrap } from '../../../src/reports/terminal/style.ts';
import { terminalSummary } from '../../../src/reports/terminal/summary.ts';
import { cell, evidence, requirement } from './fixtures/builder.ts';
import { GOLDEN } from './fixtures/golden.ts';
import { mixed } from './fixtures/mixed.ts';

const plain = { color: false, width: 80, isTty: false };

describe('terminalOptions', () => {
  const tty = { isTTY: true, columns: 120, hasColors: () => true };

  it('colours a terminal that has colours, and no pipe', () => {
    expect(terminalOptions(tty, {})).toEqual({ color: true, width: 120, isTty: true });
    expect(terminalOptions({ ...tty, hasColors: () => false }, {}).color).toBe(false);
    expect(terminalOptions({}, {})).toEqual({ color: false, width: 80, isTty: false });
  });

  it('holds NO_COLOR before all else', () => {
    expect(terminalOptions(tty, { NO_COLOR: '1' }).color).toBe(false);
    expect(terminalOptions(tty, { NO_COLOR: '1', FORCE_COLOR: '1' }).color).toBe(false);
    expect(terminalOptions(tty, { NO_COLOR: '' }).color).toBe(true);
    expect(terminalOptions({}, { FORCE_COLOR: '1' }).color).toBe(true);
  });
});

describe('text that fits', () => {
  it('counts wide letters twice and marks not at all', () => {
    expect(widthOf('abc')).toBe(3);
    expect(widthOf('日本')).toBe(4);
    expect(widthOf('e\u0301')).toBe(1);
    expect(pad('日', 4)).toBe('日  ');
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('abcd', 4)).toBe('abcd');
  });

  it('wraps at spaces only', () => {
    const path = 'manifests/a/very/long/path/that/is/longer/than/forty.yaml:31';
    expect(wrap(`see ${path} there`, { color: false, width: 40, isTty: true }, 4)).toEqual(['see', path, 'there']);
    expect(wrap(`see ${path} there`, plain, 4)).toHaveLength(1);
  });
});

describe('terminalSummary', () => {
  it.each(Object.entries(GOLDEN))('%s: says the same with colour and without', (_, record) => {
    const options = { color: true, width: 100, isTty: true };
    const painted = terminalSummary(record, options);
    expect(stripVTControlCharacters(painted)).toBe(terminalSummary(record, { ...options, color: false }));
    expect(terminalSummary(record, { ...options, color: false })).not.toContain('\u001b');
  });

  it('has nothing to count where a file states coverage alone', () => {
    const [last] = terminalSummary(evidence({ requirements: [] }), plain)
      .trimEnd()
      .split('\n')
      .slice(-1);
    expect(last).toBe('passed  no requirements');
    const finding = { rule: 'default-deny-missing', severity: 'error', message: 'none', fails: true } as const;
    const failing = terminalSummary(evidence({ requirements: [], findings: [finding] }), plain);
    expect(failing.trimEnd().split('\n').slice(-1)).toEqual(['failed  no requirements, 1 finding fails']);
  });

  it('keeps to the width of a terminal', () => {
    for (const width of [80, 100, 140]) {
      const lines = terminalSummary(mixed(), { color: false, width, isTty: true }).split('\n');
      const wide = lines.filter((line) => widthOf(line) > width);
      // The last line is one line whatever the width, so that a script may take it.
      expect(wide.filter((line) => !line.startsWith('failed  '))).toEqual([]);
    }
  });

  it('tells of a failure what was expected, predicted and observed, the rule and the replay', () => {
    const text = terminalSummary(mixed(), plain);
    const story = text.slice(text.indexOf('✗ violated  SHOP-2'), text.indexOf('✗ expired  SHOP-6'));
    expect(story).toContain('shop.reach.yaml:21:5');
    expect(story).toMatch(/expected +blocked: may not reach/u);
    expect(story).toMatch(/predicted +denied/u);
    expect(story).toMatch(/decided by .*data\/default-deny \(manifests\/policies.yaml:2\)/u);
    expect(story).toMatch(/observed +open, 2 attempts/u);
    expect(story).toContain('mayreach run examples/shop --cluster k3s --only SHOP-2');
  });

  it('says of an accepted violation that its day is over', () => {
    const record = mixed();
    const requirements = record.requirements.map((each) =>
      each.accepted === undefined ? each : { ...each, accepted: { ...each.accepted, active: false } },
    );
    expect(terminalSummary({ ...record, requirements }, plain)).toContain(
      '│ its acceptance ended on 2027-01-31 (security-board: legacy job)',
    );
    expect(terminalSummary(record, plain)).not.toContain('its acceptance ended');
  });

  it('ends with the counts', () => {
    expect(terminalSummary(mixed(), plain).trimEnd().split('\n').at(-1)).toBe(
      'failed  6 requirements: 1 met, 1 violated, 1 expired, 1 inconclusive, 1 untested, 1 accepted, 1 finding fails  (5 observed, 1 predicted, 42 s)',
    );
  });

  it('folds what is met on a terminal when there is much of it, and never in a pipe', () => {
    const requirements = Array.from({ length: 300 }, (_, n) =>
      requirement(`R-${n}`, n === 7 ? { verdict: 'violated' } : {}),
    );
    const record = evidence({ requirements });
    const screen = terminalSummary(record, { ...plain, isTty: true });
    expect(screen).toContain('✓ met  299 requirements');
    expect(screen).toContain('R-7');
    expect(screen).not.toContain('R-8 ');
    expect(terminalSummary(record, plain)).toContain('R-299');
  });
});

describe('matrixPicture', () => {
  it('shows the worst of a pair, and both where ports differ as required', () => {
    const no = { expect: 'mayNotReach' } as const;
    const requirements = [
      requirement('A', { cells: [cell('n/a[Pod]', 'n/b[Pod]'), cell('n/a[Pod]', 'n/c[Pod]')] }),
      requirement('B', { ...no, cells: [cell('n/a[Pod]', 'n/b[Pod]', { port: 22 })] }),
      requirement('C', { ...no, cells: [cell('n/a[Pod]', 'n/c[Pod]', { port: 22, verdict: 'violated' })] }),
    ];
    const lines = matrixPicture(evidence({ requirements }), plain);
    expect(lines.find((line) => line.startsWith('  a'))).toBe('  a  ◐ ✗');
  });

  it('draws namespaces where workloads would not fit', () => {
    const ends = Array.from({ length: 90 }, (_, n) => `ns-${n % 3}/app-${n}[Deployment]`);
    const cells = ends.flatMap((from) => ends.map((to) => cell(from, to)));
    const lines = matrixPicture(evidence({ requirements: [requirement('BIG', { cells })] }), plain);
    expect(lines[0]).toBe('Who reaches whom, by namespace');
    expect(lines).toContain('  ns-0  ● ● ●');
    expect(lines).toContain('  each workload: see report.html');
  });

  it('cuts what even by namespace does not fit, and says so', () => {
    const ends = Array.from({ length: 90 }, (_, n) => `ns-${n}/app[Deployment]`);
    const cells = ends.flatMap((from) => ends.map((to) => cell(from, to)));
    const lines = matrixPicture(evidence({ requirements: [requirement('BIG', { cells })] }), plain);
    expect(lines).toContain('  50 more rows and 58 more columns: see report.html');
  });
});
