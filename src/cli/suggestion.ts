import { standingOf, type ExitStatus } from '../harness/evidence/exit.ts';
import type { Comparison } from '../harness/suggest/compare.ts';
import type { Flow, Proof, Suggestion } from '../harness/suggest/model.ts';
import type { Successor } from '../harness/suggest/successors.ts';
import { printableLine } from '../reports/printable.ts';
import { painter, type Format } from '../reports/terminal/style.ts';
import { formatLine } from '../source/position.ts';

/** More namespaces than this are counted, not named. */
const MANY = 8;

export interface TextOptions {
  readonly color: boolean;
}

/** As of a run with these policies: by the verdicts, whatever else the policies allow. */
export function exitOfProof({ requirements }: Proof): ExitStatus {
  const standings = new Set(requirements.map(standingOf));
  if (standings.has('violated') || standings.has('expired')) return 1;
  return standings.has('inconclusive') || standings.has('untested') ? 2 : 0;
}

/** What the proof comes to, for people: one line where all is well. */
export function proofText({ suggested, proof, namespaces }: Suggestion, { color }: TextOptions): string {
  const paint = painter(color);
  const { requirements, notMet, excess } = proof;
  const lines = notMet.flatMap(({ requirement: { id, verdict }, reasons }) =>
    reasons.map((reason) => `${paint(verdict === 'violated' ? 'red' : 'yellow', 'not met')} ${id}: ${reason}`),
  );
  for (const { from, to, connections, certain, reason } of excess) {
    const what = `${from} → ${to} ${connections.format()}`;
    lines.push(`${paint('yellow', certain ? 'nobody asked' : 'nobody asked, if allowed')} ${what}: ${reason}`);
  }
  const met = requirements.length - notMet.length;
  const more = excess.length === 0 ? nothingElse(namespaces) : `${count(excess.length, 'thing')} more allowed`;
  lines.push(
    `${count(suggested.length, 'policy', 'policies')}: ${met} of ${count(requirements.length, 'requirement')} met, as predicted with these policies alone; ${more}`,
  );
  return lines.map((line) => `${printableLine(line)}\n`).join('');
}

/** Of other namespaces nothing is suggested, and so nothing is said. */
function nothingElse(namespaces: readonly string[]): string {
  if (namespaces.length === 0) return 'no namespace is isolated';
  const where = namespaces.length > MANY ? count(namespaces.length, 'namespace') : namespaces.join(', ');
  return `nothing else is allowed in ${where}`;
}

const BECOMES: Readonly<Record<Successor['becomes'], string>> = {
  replaced: 'replaced by the suggested policy of the same name',
  unneeded: 'not needed any more',
  opens: 'not needed any more; kept, it lets through more than the suggestion',
};

/** The suggestion beside the policies that are there: `-` is closed by it, `+` opened. */
export function comparisonText(comparison: Comparison, { color }: TextOptions): string {
  const paint = painter(color);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [paint('bold', title), ...lines, ''];
  const flows = (list: readonly Flow[], mark: string, format: Format): readonly string[] =>
    list.map(({ from, to, connections }) =>
      paint(format, `  ${mark} ${printableLine(`${from} → ${to}: ${connections.format()}`)}`),
    );
  const lines = [
    ...section('Allowed now, and not by the suggestion:', flows(comparison.closed, '-', 'red')),
    ...section('Allowed by the suggestion, and not now:', flows(comparison.opened, '+', 'green')),
    ...section('Not known whether it is allowed now:', flows(comparison.unknown, '?', 'yellow')),
    ...section(
      'Policies that are there:',
      comparison.policies.map(
        ({ policy: { id, position }, becomes }) =>
          `  ${printableLine(`${id} (${formatLine(position)})`)}: ${BECOMES[becomes]}`,
      ),
    ),
  ];
  const isSame = comparison.closed.length + comparison.opened.length + comparison.unknown.length === 0;
  return [...(isSame ? ['The suggestion allows exactly what is allowed now.', ''] : []), ...lines].join('\n');
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
