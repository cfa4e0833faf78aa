import { standingOf } from '../../harness/evidence/exit.ts';
import type { Evidence, EvidenceRequirement } from '../../harness/evidence/schema.ts';
import { count, statementOf } from '../../suites/wording.ts';
import { STANDING_MARKS } from '../marks.ts';
import { printableLine } from '../printable.ts';
import { cut, pad, painter, STANDING_COLORS, widthOf, wrap, type Paint, type TerminalOptions } from './style.ts';

/** Above this many, a terminal shows those that are met as a number. */
const MOST_LINES = 100;
const STANDING_WIDTH = 'inconclusive'.length;

/** A line per requirement, by set: its verdict, what it demands, and what the verdict rests on. */
export function requirementLines({ requirements }: Evidence, options: TerminalOptions): string[] {
  const paint = painter(options.color);
  const folded = options.isTty && requirements.length > MOST_LINES;
  const sets = Map.groupBy(requirements, ({ set }) => set);
  return [...sets].flatMap(([set, members]) => {
    const shown = folded ? members.filter((member) => standingOf(member) !== 'met') : members;
    const lines = setLines(shown, options, paint);
    const hidden = members.length - shown.length;
    if (hidden > 0) lines.unshift(`  ${paint('green', `${STANDING_MARKS.met} met`)}  ${count(hidden, 'requirement')}`);
    const file = members[0]?.position.file ?? '';
    return [`${paint('bold', printableLine(set))}  ${paint('dim', printableLine(file))}`, ...lines, ''];
  });
}

function setLines(members: readonly EvidenceRequirement[], options: TerminalOptions, paint: Paint): string[] {
  const ids = members.map(({ id }) => printableLine(id));
  const idWidth = Math.min(24, Math.max(0, ...ids.map(widthOf)));
  const before = 4 + STANDING_WIDTH + 2 + idWidth + 2;
  const tails = members.map(restsOn);
  const room = Math.max(24, options.width - before - 2 - Math.max(0, ...tails.map(widthOf)));
  const statements = members.map((member) => {
    const statement = printableLine(statementOf(member));
    return options.isTty ? cut(statement, room) : statement;
  });
  // Out of a terminal one long statement must not push every other line's end out of sight.
  const statementWidth = Math.min(72, Math.max(0, ...statements.map(widthOf)));
  return members.flatMap((member, index) => {
    const standing = standingOf(member);
    const mark = pad(`${STANDING_MARKS[standing]} ${standing}`, STANDING_WIDTH + 2);
    const line = [
      `  ${paint(STANDING_COLORS[standing], mark)}`,
      paint('bold', pad(ids[index] ?? '', idWidth)),
      pad(statements[index] ?? '', statementWidth),
      paint('dim', tails[index] ?? ''),
    ].join('  ');
    return [line.trimEnd(), ...reasonLines(member, options, before, paint)];
  });
}

function restsOn({ basis, cells, verdict }: EvidenceRequirement): string {
  const total = count(cells.length, 'cell');
  if (verdict === 'met') return `${basis}, ${total}`;
  const bad = cells.filter((cell) => cell.verdict === verdict).length;
  return `${basis}, ${bad === cells.length ? total : `${bad.toLocaleString('en-US')} of ${total}`}`;
}

/** What has no story further down says its reason here. */
function reasonLines(member: EvidenceRequirement, options: TerminalOptions, indent: number, paint: Paint): string[] {
  const { accepted, text } = member;
  const standing = standingOf(member);
  if (standing !== 'accepted' && standing !== 'untested') return [];
  const reason =
    standing === 'accepted' && accepted !== undefined
      ? `until ${accepted.until} by ${accepted.approvedBy}: ${accepted.because}`
      : text;
  return wrap(printableLine(reason), options, indent).map((line) => `${' '.repeat(indent)}${paint('dim', line)}`);
}
