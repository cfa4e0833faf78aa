import type { Evidence } from '../../harness/evidence/schema.ts';
import { PAIR_MARKS, PAIR_MEANINGS } from '../marks.ts';
import { namespaceOf, onlyNamespace, pairMatrix, shortNames, type PairMatrix, type PairState } from '../pairs.ts';
import { printableLine } from '../printable.ts';
import { cut, pad, PAIR_COLORS, painter, widthOf, type Paint, type TerminalOptions } from './style.ts';

/** A picture is for the eye: beyond this it shows namespaces, and beyond that the first of them. */
const MOST = { rows: 40, columns: 32, name: 44 };

/** The matrix as lines: a row per source, a column per destination, a shape for each pair, and what the shapes mean. */
export function matrixPicture(evidence: Evidence, { color, width, isTty }: TerminalOptions): string[] {
  const paint = painter(color);
  const columns = isTty ? width : 120;
  const exact = pairMatrix(evidence);
  if (exact.sources.length === 0) return [];
  const byNamespace = !fits(exact, columns);
  const matrix = byNamespace ? pairMatrix(evidence, namespaceOf) : exact;
  const ends = [...matrix.sources, ...matrix.destinations];
  const shown = shortNames(ends);
  const only = onlyNamespace(ends);
  const where = byNamespace ? ', by namespace' : only === undefined ? '' : ` in ${printableLine(only)}`;
  const name = (end: string): string => cut(printableLine(shown.get(end) ?? end), MOST.name);
  const rows = matrix.sources.slice(0, MOST.rows);
  const label = Math.max(...rows.map((from) => widthOf(name(from))));
  const room = Math.max(1, Math.min(MOST.columns, Math.floor((columns - label - 4 - 12) / 2)));
  const heads = matrix.destinations.slice(0, room);
  return [
    paint('bold', `Who reaches whom${where}`),
    '',
    ...headerLines(heads.map(name), label, columns, paint),
    ...rows.map((from) =>
      rowLine(
        pad(name(from), label),
        heads.map((to) => matrix.pair(from, to)?.state),
        paint,
      ),
    ),
    '',
    ...cutNote(matrix.sources.length - rows.length, matrix.destinations.length - heads.length, byNamespace, paint),
    ...legend(matrix, columns, paint),
  ];
}

function fits({ sources, destinations }: PairMatrix, columns: number): boolean {
  const names = shortNames([...sources, ...destinations]);
  const longest = Math.max(...sources.map((from) => widthOf(names.get(from) ?? from)));
  const room = Math.floor((columns - Math.min(longest, MOST.name) - 16) / 2);
  return sources.length <= MOST.rows && destinations.length <= Math.min(MOST.columns, room);
}

/** Column names as steps, each with a line down to its column. */
function headerLines(names: readonly string[], label: number, columns: number, paint: Paint): string[] {
  return names.map((name, index) => {
    const lines = '│ '.repeat(index);
    const room = Math.max(8, columns - label - 4 - 2 * index - 2);
    return `  ${' '.repeat(label)}  ${paint('dim', `${lines}┌ `)}${cut(name, room)}`;
  });
}

function rowLine(label: string, states: readonly (PairState | undefined)[], paint: Paint): string {
  const marks = states.map((state) => (state === undefined ? ' ' : paint(PAIR_COLORS[state], PAIR_MARKS[state])));
  return `  ${label}  ${marks.join(' ')}`.trimEnd();
}

function cutNote(rows: number, columns: number, byNamespace: boolean, paint: Paint): string[] {
  const cuts = [rows > 0 ? `${rows} more rows` : '', columns > 0 ? `${columns} more columns` : ''].filter(Boolean);
  if (cuts.length === 0 && !byNamespace) return [];
  const what = cuts.length === 0 ? 'each workload' : cuts.join(' and ');
  return [paint('dim', `  ${what}: see report.html`)];
}

function legend(matrix: PairMatrix, columns: number, paint: Paint): string[] {
  const used = new Set(
    matrix.sources.flatMap((from) => matrix.destinations.map((to) => matrix.pair(from, to)?.state ?? 'blank')),
  );
  const parts = PAIR_MEANINGS.filter(([state]) => used.has(state)).map(([state, meaning]) => ({
    text: `${paint(PAIR_COLORS[state], PAIR_MARKS[state])} ${meaning}`,
    width: meaning.length + 2,
  }));
  if (used.has('blank')) parts.push({ text: 'blank: no requirement', width: 21 });
  const lines: string[] = [];
  let room = 0;
  for (const { text, width } of parts) {
    if (room < width) {
      lines.push(`  ${text}`);
      room = columns - width - 5;
    } else {
      lines.push(`${lines.pop() ?? ''}   ${text}`);
      room -= width + 3;
    }
  }
  return lines;
}
