import { printableLine } from '../printable.ts';
import { pad, painter, widthOf } from '../terminal/style.ts';
import { record } from './csv.ts';
import { matrixDot } from './dot.ts';
import type { MatrixFormat } from './model.ts';

/** What pods that are in no input could do with one workload: one row for the selectors that select them. */
export interface ExposureRow {
  readonly workload: string;
  /** `ingress`: they to it; `egress`: it to them. */
  readonly direction: 'ingress' | 'egress';
  /** Selectors as `kubectl -l` takes them; `*` selects all. */
  readonly namespaces: string;
  readonly pods: string;
  /** As in the matrix; ports of which only the name is known follow: `TCP 443; TCP named metrics`. */
  readonly connections: string;
  /** What is not known to be allowed or denied. */
  readonly unknown?: string;
}

/** The exposure in one of the formats of the matrix, in pieces, in the order of the rows. `color` is for the table only. */
export function formatExposure(
  rows: readonly ExposureRow[],
  format: MatrixFormat,
  { color = false } = {},
): Iterable<string> {
  switch (format) {
    case 'table':
      return table(rows, color);
    case 'json':
      return json(rows);
    case 'csv':
      return csv(rows);
    case 'dot':
      return matrixDot(rows.map(asPair));
  }
}

const HEADINGS = ['WORKLOAD', 'DIRECTION', 'NAMESPACES', 'PODS', 'CONNECTIONS'] as const;

function* table(rows: readonly ExposureRow[], color: boolean): Generator<string> {
  if (rows.length === 0) {
    yield 'No pod elsewhere may reach anything here, or be reached.\n';
    return;
  }
  const shown = rows.map(({ workload, direction, namespaces, pods, connections, unknown }) =>
    [workload, direction, namespaces, pods, textOf(connections, unknown)].map(printableLine),
  );
  const widths = HEADINGS.map((heading, column) =>
    shown.reduce((widest, cells) => Math.max(widest, widthOf(cells[column] ?? '')), heading.length),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === HEADINGS.length - 1 ? cell : pad(cell, widths[column] ?? 0))).join('  ');
  yield `${painter(color)('bold', line(HEADINGS))}\n`;
  for (const cells of shown) yield `${line(cells)}\n`;
}

function textOf(connections: string, unknown: string | undefined): string {
  return unknown === undefined ? connections : `${connections} (not known: ${unknown})`;
}

function* json(rows: readonly ExposureRow[]): Generator<string> {
  yield '[';
  for (const [index, row] of rows.entries()) yield `${index === 0 ? '' : ','}\n  ${JSON.stringify(row)}`;
  yield rows.length === 0 ? ']\n' : '\n]\n';
}

function* csv(rows: readonly ExposureRow[]): Generator<string> {
  yield record(['workload', 'direction', 'namespaces', 'pods', 'connections', 'unknown']);
  for (const { workload, direction, namespaces, pods, connections, unknown = '' } of rows) {
    yield record([workload, direction, namespaces, pods, connections, unknown]);
  }
}

function asPair({ workload, direction, namespaces, pods, connections, unknown }: ExposureRow) {
  const other = namespaces === '*' && pods === '*' ? '{any pod}' : `{pods ${pods} in namespaces ${namespaces}}`;
  const [from, to] = direction === 'ingress' ? [other, workload] : [workload, other];
  return { from, to, connections: textOf(connections, unknown) };
}
