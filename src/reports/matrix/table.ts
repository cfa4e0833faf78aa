import { printableLine } from '../printable.ts';
import { pad, painter, widthOf } from '../terminal/style.ts';
import type { MatrixRow } from './model.ts';

/** Aligned columns for people; the source is said once for all its rows. */
export function* matrixTable(rows: readonly MatrixRow[], { color = false } = {}): Generator<string> {
  const paint = painter(color);
  if (rows.length === 0) {
    yield 'Nothing may reach anything.\n';
    return;
  }
  const shown = rows.map(({ from, to, connections }) => [from, to, connections].map(printableLine));
  const width = (column: number): number =>
    shown.reduce((widest, cells) => Math.max(widest, widthOf(cells[column] ?? '')), 4);
  const [first, second] = [width(0), width(1)];
  yield `${paint('bold', `${pad('FROM', first)}  ${pad('TO', second)}  CONNECTIONS`)}\n`;
  let before: string | undefined;
  for (const [from = '', to = '', connections = ''] of shown) {
    yield `${pad(color && from === before ? '' : from, first)}  ${pad(to, second)}  ${connections}\n`;
    before = from;
  }
}
