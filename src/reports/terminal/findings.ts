import type { Evidence, EvidenceFinding } from '../../harness/evidence/schema.ts';
import { formatPosition } from '../../source/position.ts';
import { count } from '../../suites/wording.ts';
import { printableLine } from '../printable.ts';
import { undocumentedLines } from './undocumented.ts';
import { pad, painter, widthOf, wrap, type Format, type Paint, type TerminalOptions } from './style.ts';

const MOST = 12;

/** How much is isolated, then the findings: those that fail first, notes as a number. */
export function findingLines({ findings, coverage }: Evidence, options: TerminalOptions): string[] {
  const paint = painter(options.color);
  const lines = coverageLines(coverage);
  const [undocumented, others] = partition(findings, ({ rule }) => rule === 'undocumented-allow');
  const spoken = others.filter(({ fails, severity }) => fails || severity !== 'note').sort(byWeight);
  const shown = spoken.filter(({ fails }, index) => fails || index < MOST);
  const ruleWidth = Math.max(0, ...shown.map(({ rule }) => widthOf(printableLine(rule))));
  lines.push(...shown.flatMap((finding) => oneFinding(finding, ruleWidth, options, paint)));
  lines.push(...undocumentedLines(undocumented, ruleWidth, options));
  const warnings = spoken.length - shown.length;
  const notes = others.length - spoken.length;
  const rest = [warnings > 0 ? count(warnings, 'more warning') : '', notes > 0 ? count(notes, 'note') : ''].filter(
    Boolean,
  );
  if (rest.length > 0) lines.push(paint('dim', `  ${rest.join(' and ')}: see report.html`));
  return lines.length === 0 ? [] : [paint('bold', 'Coverage and findings'), '', ...lines, ''];
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}

function coverageLines(coverage: Evidence['coverage']): string[] {
  if (coverage.length === 0) return [];
  const parts = (['ingress', 'egress'] as const).flatMap((direction) => {
    const rows = coverage.filter((row) => row.direction === direction);
    if (rows.length === 0) return [];
    const isolated = rows.filter(({ isolatedBy, hostNetwork }) => isolatedBy.length > 0 && !hostNetwork).length;
    return [`${isolated} of ${count(rows.length, 'workload')} isolated for ${direction}`];
  });
  return [`  ${parts.join(', ')}`];
}

function oneFinding(finding: EvidenceFinding, ruleWidth: number, options: TerminalOptions, paint: Paint): string[] {
  const { rule, message, position, requiredBy, fails } = finding;
  const [mark, color] = markOf(finding);
  const where = [
    position === undefined ? undefined : formatPosition(position),
    fails && requiredBy !== undefined ? `asked for at ${formatPosition(requiredBy)}` : undefined,
  ].filter((part) => part !== undefined);
  const [first = '', ...rest] = wrap(printableLine(message), options, ruleWidth + 6);
  const indent = ' '.repeat(ruleWidth + 6);
  return [
    `  ${paint(color, `${mark} ${pad(printableLine(rule), ruleWidth)}`)}  ${first}`,
    ...rest.map((line) => indent + line),
    ...where.map((place) => `${indent}${paint('dim', printableLine(place))}`),
  ];
}

function markOf({ fails, severity }: EvidenceFinding): [string, Format] {
  if (fails) return ['✗', 'red'];
  return severity === 'note' ? ['·', 'dim'] : ['!', 'yellow'];
}

function byWeight(a: EvidenceFinding, b: EvidenceFinding): number {
  const weight = ({ fails, severity }: EvidenceFinding): number =>
    fails ? 0 : { error: 1, warning: 2, note: 3 }[severity];
  return weight(a) - weight(b);
}
