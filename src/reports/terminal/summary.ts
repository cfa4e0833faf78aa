import { exitStatus, standingOf } from '../../harness/evidence/exit.ts';
import type { Evidence } from '../../harness/evidence/schema.ts';
import { count } from '../../suites/wording.ts';
import { countsOf, STANDINGS } from '../counts.ts';
import { printableLine } from '../printable.ts';
import { failureLines } from './failure.ts';
import { findingLines } from './findings.ts';
import { matrixPicture } from './picture.ts';
import { requirementLines } from './requirements.ts';
import { painter, STANDING_COLORS, wrap, type Paint, type TerminalOptions } from './style.ts';

/** Beyond this many failures a screen helps nobody. */
const MOST_FAILURES = 30;

/** What `run` prints: verdicts, the matrix, each failure's story, findings, and the counts in the last line. */
export function terminalSummary(evidence: Evidence, options: TerminalOptions): string {
  const paint = painter(options.color);
  const blocks = [
    [...headlines(evidence, options, paint), ...warnings(evidence, paint), ''],
    requirementLines(evidence, options),
    spaced(matrixPicture(evidence, options)),
    failures(evidence, options, paint),
    findingLines(evidence, options),
    [lastLine(evidence, paint)],
  ];
  return `${blocks.flat().join('\n')}\n`;
}

function spaced(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...lines, ''];
}

function headlines({ run, cluster, inventory }: Evidence, options: TerminalOptions, paint: Paint): string[] {
  const { source, probed, version, plugin, context } = cluster;
  const place = [source === 'kubeconfig' ? (context ?? source) : source, version].filter((part) => part !== undefined);
  const parts = [
    `${probed ? 'observed on' : 'predicted from'} ${place.join(' ')}`,
    ...(plugin.name === 'unknown' ? [] : [[plugin.name, plugin.version].filter(Boolean).join(' ')]),
    `${count(inventory.namespaces.length, 'namespace')}, ${count(inventory.workloads.length, 'workload')}, ` +
      count(inventory.policies.length, 'policy', 'policies'),
  ];
  const name = `mayreach ${printableLine(run.tool.version)}`;
  const [first = '', ...rest] = wrap(printableLine(parts.join(' · ')), options, name.length + 2);
  const indent = ' '.repeat(name.length + 2);
  return [`${paint('bold', name)}  ${paint('dim', first)}`, ...rest.map((line) => indent + paint('dim', line))];
}

/** What casts doubt on the run as a whole. */
function warnings({ cluster }: Evidence, paint: Paint): string[] {
  const { canaries, settling, stopped, changes, leftBehind = [] } = cluster;
  const lines = canaries
    .filter(({ enforced }) => !enforced)
    .map(({ node, text }) => paint('red', `✗ node ${printableLine(node)}: ${printableLine(text)}`));
  if (stopped !== undefined) lines.push(paint('red', `✗ ${printableLine(stopped)}`));
  else if (settling?.settled === false) {
    lines.push(paint('yellow', `! the network was still changing after ${seconds(settling.durationMs)}`));
  }
  lines.push(...changes.map((change) => paint('yellow', `! changed during the run: ${printableLine(change)}`)));
  lines.push(...leftBehind.map((object) => paint('red', `✗ left behind, remove it by hand: ${printableLine(object)}`)));
  return lines;
}

function failures({ requirements }: Evidence, options: TerminalOptions, paint: Paint): string[] {
  const told = requirements.filter((member) => ['violated', 'expired', 'inconclusive'].includes(standingOf(member)));
  // Violations first: the eye starts there, and they are what is left when the list is cut.
  const ordered = [...told].sort(
    (a, b) => Number(standingOf(a) === 'inconclusive') - Number(standingOf(b) === 'inconclusive'),
  );
  const lines = ordered.slice(0, MOST_FAILURES).flatMap((member) => failureLines(member, options));
  const hidden = told.length - MOST_FAILURES;
  return hidden > 0 ? [...lines, paint('dim', `${count(hidden, 'more failure')}: see report.html`), ''] : lines;
}

function lastLine(evidence: Evidence, paint: Paint): string {
  const { requirements, standings, observed, failingFindings } = countsOf(evidence);
  const status = exitStatus(evidence);
  const verdict = paint(
    ['bold', status === 0 ? 'green' : status === 1 ? 'red' : 'yellow'],
    ['passed', 'failed', 'not proven'][status] ?? '',
  );
  const parts = STANDINGS.filter((standing) => standings[standing] > 0).map((standing) =>
    paint(STANDING_COLORS[standing], `${standings[standing]} ${standing}`),
  );
  const findings =
    failingFindings > 0 ? paint('red', `, ${count(failingFindings, 'finding fails', 'findings fail')}`) : '';
  const basis = `${observed} observed, ${requirements - observed} predicted`;
  const took = seconds(Date.parse(evidence.run.endedAt) - Date.parse(evidence.run.startedAt));
  if (requirements === 0) return `${verdict}  no requirements${findings}`;
  return `${verdict}  ${count(requirements, 'requirement')}: ${parts.join(', ')}${findings}  ${paint('dim', `(${basis}, ${took})`)}`;
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000).toLocaleString('en-US')} s`;
}
