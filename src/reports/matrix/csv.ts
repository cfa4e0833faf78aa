import type { MatrixRow } from './model.ts';

/** A spreadsheet takes a cell that starts so for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r]/u;

/** RFC 4180, with a header line. */
export function* matrixCsv(rows: readonly MatrixRow[]): Generator<string> {
  yield record(['from', 'to', 'connections']);
  for (const { from, to, connections } of rows) yield record([from, to, connections]);
}

export function record(fields: readonly string[]): string {
  return `${fields.map(field).join(',')}\r\n`;
}

function field(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
