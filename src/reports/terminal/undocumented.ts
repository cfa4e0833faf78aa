import type { EvidenceFinding } from '../../harness/evidence/schema.ts';
import { formatPosition } from '../../source/position.ts';
import { count } from '../../suites/wording.ts';
import { printableLine } from '../printable.ts';
import { pad, painter, widthOf, wrap, type TerminalOptions } from './style.ts';

const RULE = 'undocumented-allow';
/** How many are told; the others are a number. */
const MOST = 3;

/**
 * Where few requirements meet many policies nearly everything is undocumented, so all of it is one finding here: how
 * much there is, and the first rules. `ruleWidth` is how wide the names of other findings' rules are.
 */
export function undocumentedLines(
  findings: readonly EvidenceFinding[],
  ruleWidth: number,
  options: TerminalOptions,
): string[] {
  if (findings.length === 0) return [];
  const paint = painter(options.color);
  const width = Math.max(ruleWidth, widthOf(RULE));
  const indent = ' '.repeat(width + 6);
  const byRule = findings.filter(({ severity }) => severity !== 'note');
  const told = byRule.slice(0, MOST);
  const hidden = findings.length - told.length;
  const [mark, color] = byRule.length > 0 ? (['!', 'yellow'] as const) : (['·', 'dim'] as const);
  const details = told.flatMap(({ message, position }) => [
    ...wrap(printableLine(message), options, width + 6).map((line) => indent + line),
    ...(position === undefined ? [] : [`${indent}${paint('dim', printableLine(formatPosition(position)))}`]),
  ]);
  return [
    `  ${paint(color, `${mark} ${pad(RULE, width)}`)}  ${summary(findings, byRule.length)}`,
    ...details,
    ...(hidden > 0
      ? [`${indent}${paint('dim', `${told.length > 0 ? 'and ' : ''}${hidden} more: see report.html`)}`]
      : []),
  ];
}

function summary(findings: readonly EvidenceFinding[], rules: number): string {
  const gaps = findings.length - rules;
  const who = [
    ...(rules > 0 ? [count(rules, 'rule')] : []),
    ...(gaps > 0 ? [count(gaps, 'workload without isolation', 'workloads without isolation')] : []),
  ];
  const pairs = findings.flatMap(({ allows = [] }) => allows).reduce((sum, allow) => sum + allow.pairs, 0);
  const verb = findings.length === 1 ? 'lets' : 'let';
  return `${who.join(' and ')} ${verb} through ${count(pairs, 'pair')} that no requirement documents`;
}
