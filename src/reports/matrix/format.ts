import { matrixCsv } from './csv.ts';
import { matrixDot } from './dot.ts';
import { matrixJson } from './json.ts';
import type { MatrixFormat, MatrixRow } from './model.ts';
import { matrixTable } from './table.ts';

export { MATRIX_FORMATS } from './model.ts';
export type { MatrixFormat, MatrixRow } from './model.ts';

/** The matrix in one of its formats, in pieces, in the order of the rows. `color` is for the table only. */
export function formatMatrix(
  rows: readonly MatrixRow[],
  format: MatrixFormat,
  { color = false } = {},
): Generator<string> {
  switch (format) {
    case 'table':
      return matrixTable(rows, { color });
    case 'json':
      return matrixJson(rows);
    case 'csv':
      return matrixCsv(rows);
    case 'dot':
      return matrixDot(rows);
  }
}
