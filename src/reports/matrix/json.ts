import type { MatrixRow } from './model.ts';

/** A JSON array, a row per line. */
export function* matrixJson(rows: readonly MatrixRow[]): Generator<string> {
  yield '[';
  for (const [index, { from, to, connections }] of rows.entries()) {
    yield `${index === 0 ? '' : ','}\n  ${JSON.stringify({ from, to, connections })}`;
  }
  yield rows.length === 0 ? ']\n' : '\n]\n';
}
