import type { Evidence } from '../../harness/evidence/schema.ts';
import { requirementCaseId } from '../../suites/requirements.ts';
import { count } from '../../suites/wording.ts';
import { PAIR_MARKS, PAIR_MEANINGS } from '../marks.ts';
import { namespaceOf, pairMatrix, shortNames, type Pair, type PairMatrix, type PairState } from '../pairs.ts';
import { anchor, html, Lazy, type Markup } from './html.ts';
import { disclosure, requirementAnchor, scrolling, section } from './parts.ts';

/** Up to this many sources and destinations are drawn in one table; more are drawn by namespace. */
const MOST_ENDS = 40;
/** Squares in all the tables to unfold, and how many tables; the worst come first. */
const MOST_SQUARES = 20_000;
const MOST_TABLES = 1000;
const MEANINGS: ReadonlyMap<PairState, string> = new Map(PAIR_MEANINGS);

/** The matrix as a heatmap: whole if it is small, else by namespace with a table for each pair of them to unfold. */
export function matrixSection(evidence: Evidence): Markup {
  const matrix = pairMatrix(evidence);
  const { sources, destinations } = matrix;
  if (sources.length === 0) return section('matrix', 'Who reaches whom', html`<p>There is no cell to draw.</p>`);
  const whole = sources.length <= MOST_ENDS && destinations.length <= MOST_ENDS;
  const intro = html`<p>
      Rows are sources, columns are destinations. A square stands for every port that a requirement names between the
      two, and shows the worst of them; it links to the requirement.
    </p>
    ${legend()}`;
  return section('matrix', 'Who reaches whom', [
    intro,
    whole
      ? heatmap('All sources and destinations', matrix, sources, destinations)
      : new Lazy(byNamespace(evidence, matrix)),
  ]);
}

function* byNamespace(evidence: Evidence, matrix: PairMatrix): Generator<Markup> {
  const outer = pairMatrix(evidence, namespaceOf);
  const sources = Map.groupBy(matrix.sources, namespaceOf);
  const destinations = Map.groupBy(matrix.destinations, namespaceOf);
  const drawn = new Map<string, Markup>();
  const all = worstFirst(outer);
  let squares = 0;
  for (const [from, to, pair] of all) {
    const [rows, columns] = [sources.get(from) ?? [], destinations.get(to) ?? []];
    squares += rows.length * columns.length;
    if (squares > MOST_SQUARES || drawn.size === MOST_TABLES) break;
    const id = pairAnchor(from, to);
    const table = heatmap(`${from} to ${to}`, matrix, rows, columns);
    drawn.set(id, disclosure(`${from} → ${to}: ${words(pair)}`, table, { id }));
  }
  const target = (from: string, to: string): string | undefined =>
    drawn.has(pairAnchor(from, to)) ? `#${pairAnchor(from, to)}` : undefined;
  yield heatmap('Namespaces', outer, outer.sources, outer.destinations, target);
  yield* drawn.values();
  const hidden = all.length - drawn.size;
  if (hidden > 0) yield html`<p class="soft">${count(hidden, 'more pair')} of namespaces in evidence.json.</p>`;
}

function worstFirst(matrix: PairMatrix): [string, string, Pair][] {
  const order = ['violated', 'inconclusive', 'untested', 'accepted', 'partly', 'open', 'blocked'];
  return matrix.sources
    .flatMap((from) =>
      matrix.destinations.flatMap((to): [string, string, Pair][] => {
        const pair = matrix.pair(from, to);
        return pair === undefined ? [] : [[from, to, pair]];
      }),
    )
    .sort(([, , a], [, , b]) => order.indexOf(a.state) - order.indexOf(b.state));
}

function pairAnchor(from: string, to: string): string {
  return anchor('pair', `${from} ${to}`);
}

function heatmap(
  label: string,
  matrix: PairMatrix,
  sources: readonly string[],
  destinations: readonly string[],
  target?: (from: string, to: string) => string | undefined,
): Markup {
  const names = shortNames([...sources, ...destinations]);
  const grouped = target === undefined;
  const name = (end: string): string => {
    const short = names.get(end) ?? end;
    return grouped && short.startsWith(`${namespaceOf(end)}/`) ? short.slice(namespaceOf(end).length + 1) : short;
  };
  const columns = [...Map.groupBy(destinations, namespaceOf)];
  const head = grouped
    ? html`<tr>
        <td></td>
        ${columns.map(([group, ends]) => html`<th class="group" scope="colgroup" colspan="${ends.length}" title="${group}">${group}</th>`)}
      </tr>`
    : undefined;
  const ordered = grouped ? columns.flatMap(([, ends]) => ends) : destinations;
  const bodies = [...(grouped ? Map.groupBy(sources, namespaceOf) : [['', sources] as const])].map(
    ([group, ends]) =>
      html`<tbody>
        ${
          grouped &&
          html`<tr>
            <th class="group" scope="rowgroup" colspan="${ordered.length + 1}">${group}</th>
          </tr>`
        }
        ${ends.map(
          (from) =>
            html`<tr>
              <th class="end" scope="row" title="${from}">${name(from)}</th>
              ${ordered.map((to) => square(matrix.pair(from, to), from, to, target))}
            </tr> `,
        )}
      </tbody>`,
  );
  const table = html`<table class="heat">
    <caption class="sr">
      ${label}
    </caption>
    <thead>
      ${head}
      <tr>
        <td></td>
        ${ordered.map((to) => html`<th class="end" scope="col" title="${to}">${name(to)}</th>`)}
      </tr>
    </thead>
    ${bodies}
  </table>`;
  return scrolling(label, table);
}

function square(
  pair: Pair | undefined,
  from: string,
  to: string,
  target?: (from: string, to: string) => string | undefined,
): Markup {
  if (pair === undefined) return html`<td></td>`;
  const { state, requirement } = pair;
  const href = target?.(from, to) ?? `#${requirementAnchor(requirement, 'row')}`;
  const title = `${from} → ${to}: ${words(pair)} (${requirementCaseId(requirement)})`;
  return html`<td class="p-${state}">
    <a href="${href}" title="${title}"><span aria-hidden="true">${PAIR_MARKS[state]}</span></a>
  </td>`;
}

function words({ state, cells, total }: Pair): string {
  const meaning = MEANINGS.get(state) ?? state;
  return cells === total ? `${meaning}, ${count(total, 'cell')}` : `${meaning}, ${cells} of ${count(total, 'cell')}`;
}

function legend(): Markup {
  return html`<ul class="legend">
    ${PAIR_MEANINGS.map(([state, meaning]) => html`<li><span class="p-${state}" aria-hidden="true">${PAIR_MARKS[state]}</span>${meaning}</li>`)}
    <li><span class="blank" aria-hidden="true">&nbsp;</span>no requirement</li>
  </ul>`;
}
