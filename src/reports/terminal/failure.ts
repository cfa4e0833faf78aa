import { standingOf } from '../../harness/evidence/exit.ts';
import type { EvidenceRequirement } from '../../harness/evidence/schema.ts';
import { formatPosition } from '../../source/position.ts';
import { reasonOf, remedyOf, storiesOf, type Story } from '../../suites/story.ts';
import { controlLine, count, decisionLines, expectedOf, observedOf, statementOf } from '../../suites/wording.ts';
import { STANDING_MARKS } from '../marks.ts';
import { printableLine } from '../printable.ts';
import { painter, STANDING_COLORS, wrap, type Format, type Paint, type TerminalOptions } from './style.ts';

/** A terminal is for the first look; report.html tells the rest. */
const MOST = { stories: 4, pairs: 4 };
const FIELD = 11;

/**
 * One failure as lines: what is demanded and where, then for each kind of failing cell what was expected, predicted
 * and observed, the rule that decides, and the command that tries this requirement alone.
 */
export function failureLines(requirement: EvidenceRequirement, options: TerminalOptions): string[] {
  const paint = painter(options.color);
  const standing = standingOf(requirement);
  const color = STANDING_COLORS[standing];
  const stories = storiesOf(requirement);
  const { id, set, position, because, controls, ticket, expires, accepted, replay } = requirement;
  const why = [because, ...controls, ticket].filter((part) => part !== undefined).map(printableLine);
  const lines = [
    `${paint([color, 'bold'], `${STANDING_MARKS[standing]} ${standing}`)}  ` +
      paint('bold', printableLine(`${id === 'otherwise' ? `${set}/otherwise` : id}: ${statementOf(requirement)}`)),
    `  ${paint('dim', '┌─')} ${paint('cyan', printableLine(formatPosition(position)))}`,
  ];
  const bar = `  ${paint('dim', '│')} `;
  if (why.length > 0) lines.push(...barred(bar, wrap(why.join(' · '), options, 4)));
  if (standing === 'expired')
    lines.push(`${bar}${paint(color, `expired on ${expires ?? 'a day that has passed'}: renew it or remove it`)}`);
  if (standing === 'violated' && accepted !== undefined) {
    const ended = `its acceptance ended on ${accepted.until} (${accepted.approvedBy}: ${accepted.because})`;
    lines.push(...barred(bar, wrap(printableLine(ended), options, 4)));
  }
  for (const story of stories.slice(0, MOST.stories)) {
    lines.push(bar.trimEnd(), ...barred(bar, storyLines(story, requirement, options, paint)));
  }
  if (stories.length === 0 && standing !== 'expired') {
    lines.push(bar.trimEnd(), ...barred(bar, wrap(printableLine(requirement.text), options, 4)));
  }
  if (stories.length > MOST.stories) {
    lines.push(
      bar.trimEnd(),
      `${bar}${stories.length - MOST.stories} more, each for a reason of its own: see report.html`,
    );
  }
  lines.push(bar.trimEnd(), `  ${paint('dim', '└─ replay')} ${printableLine(replay)}`, '');
  return lines;
}

function barred(bar: string, lines: readonly string[]): string[] {
  return lines.map((line) => `${bar}${line}`.trimEnd());
}

function storyLines(
  { cell, cells, pairs }: Story,
  requirement: EvidenceRequirement,
  options: TerminalOptions,
  paint: Paint,
): string[] {
  const color = STANDING_COLORS[cell.verdict];
  const heads = pairs
    .slice(0, MOST.pairs)
    .map(
      ({ from, to, connections }) =>
        `${paint('bold', `${printableLine(from)} → ${printableLine(to)}`)}  ${printableLine(connections)}`,
    );
  const more = pairs.length - MOST.pairs;
  if (more > 0)
    heads.push(paint('dim', `and ${count(more, 'more pair')} alike, ${count(cells.length, 'cell')} in all`));
  const field = (name: string, value: string | undefined, format?: Format): string[] =>
    fieldLines(
      name,
      value,
      options,
      (text) => (format === undefined ? linked(text, paint) : paint(format, text)),
      paint,
    );
  const { control, predicted, attempts = [] } = cell;
  const decided = decisionLines(cell);
  const responder = attempts.find((attempt) => attempt.responder !== undefined)?.responder;
  return [
    ...heads,
    ...field('expected', expectedOf(requirement)),
    ...field('predicted', predicted),
    ...decided.flatMap((line, index) => field(index === 0 ? 'decided by' : '', line)),
    ...field('observed', observedOf(cell), cell.observed === null ? 'dim' : undefined),
    ...field(
      '',
      responder && `answered by ${responder.pod} at ${responder.reachedAt}, which saw ${responder.sawSource}`,
    ),
    ...field('control', control && controlLine(control)),
    ...field('verdict', `${cell.verdict}: ${reasonOf(cell)}`, color),
    ...field('to do', remedyOf(cell)),
  ];
}

/** Places in files stand out: they are what one looks for. */
function linked(text: string, paint: Paint): string {
  return text.replace(/\(([^()\s]+:\d+)\)/gu, (_, place: string) => `(${paint('cyan', place)})`);
}

function fieldLines(
  name: string,
  value: string | undefined,
  options: TerminalOptions,
  format: (text: string) => string,
  paint: Paint,
): string[] {
  if (value === undefined) return [];
  const indent = 6 + FIELD + 2;
  return wrap(printableLine(value), options, indent).map((line, index) => {
    const label = index === 0 ? name : '';
    return `  ${paint('dim', label.padEnd(Math.max(FIELD, label.length + 1)))}${format(line)}`;
  });
}
