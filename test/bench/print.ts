import { holds, type BenchResult, type Bound, type Table } from './model.ts';
import { short } from './support/statistics.ts';

/** As a person reads it: the bounds first, then what stands behind them. */
export function printResult({ name, about, bounds, tables, notes }: BenchResult): string {
  return [
    `${name}: ${about}`,
    ...bounds.map((bound) => `  ${holds(bound) ? 'holds ' : 'BROKEN'}  ${boundText(bound)}`),
    ...tables.flatMap((table) => ['', `  ${table.title}`, ...tableLines(table).map((line) => `    ${line}`)]),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `  ${note}`)]),
    '',
  ].join('\n');
}

/** `peak memory: 153 MB (at most 400 MB)`. */
export function boundText({ what, measured, atMost, atLeast, unit }: Bound): string {
  const limits = [
    ...(atMost === undefined ? [] : [`at most ${short(atMost)} ${unit}`]),
    ...(atLeast === undefined ? [] : [`at least ${short(atLeast)} ${unit}`]),
  ];
  return `${what}: ${short(measured)} ${unit} (${limits.join(', ')})`;
}

function tableLines({ columns, rows }: Table): readonly string[] {
  const cells = [columns, ...rows].map((row) => row.map((cell) => (typeof cell === 'number' ? short(cell) : cell)));
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumber = columns.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  return cells.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumber[column] === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
