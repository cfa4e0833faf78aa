import type { Evidence, EvidenceCoverage, EvidenceFinding } from '../../harness/evidence/schema.ts';
import { count, list } from '../../suites/wording.ts';
import { each, html, type Markup } from './html.ts';
import { breakable, disclosure, place, section } from './parts.ts';

const MOST_NOTES = 500;
/** Lines of one undocumented allow. */
const MOST_ALLOWS = 200;

/** Every workload in both directions: isolated by which policy, or by whose leave not. */
export function coverageSection({ coverage }: Evidence): Markup {
  if (coverage.length === 0) return section('coverage', 'Coverage', html`<p>No workload is listed.</p>`);
  const namespaces = Map.groupBy(coverage, ({ namespace }) => namespace);
  return section(
    'coverage',
    'Coverage',
    each(namespaces, ([namespace, rows]) => {
      const uncovered = rows.filter((row) => stateOf(row)[0] === 'fails').length;
      const summary =
        uncovered === 0
          ? 'every workload isolated, excepted or on the host network'
          : `${uncovered} of ${count(rows.length, 'direction')} not isolated`;
      return disclosure(`${namespace}: ${summary}`, workloadTable(rows), { open: uncovered > 0 });
    }),
  );
}

function workloadTable(rows: readonly EvidenceCoverage[]): Markup {
  const workloads = Map.groupBy(rows, ({ object }) => object);
  return html`<table class="coverage">
    <thead>
      <tr>
        <th scope="col">Workload</th>
        <th scope="col">Ingress</th>
        <th scope="col">Egress</th>
      </tr>
    </thead>
    <tbody>
      ${each(workloads, ([object, directions]) => workloadRow(object, directions))}
    </tbody>
  </table>`;
}

function workloadRow(object: string, rows: readonly EvidenceCoverage[]): Markup {
  const cell = (direction: EvidenceCoverage['direction']): Markup | string => {
    const row = rows.find((candidate) => candidate.direction === direction);
    if (row === undefined) return '–';
    const [kind, mark, text] = stateOf(row);
    return html`<span class="badge ${kind}">${mark}</span> ${text}`;
  };
  return html`<tr>
    <th scope="row">${breakable(object)}</th>
    <td>${cell('ingress')}</td>
    <td>${cell('egress')}</td>
  </tr> `;
}

function stateOf({ isolatedBy, hostNetwork, exception }: EvidenceCoverage): [string, string, string] {
  if (hostNetwork) return ['warning', '! host network', 'policies do not apply to it'];
  if (isolatedBy.length > 0) return ['met', '✓ isolated', `by ${list(isolatedBy.map(({ policy }) => policy))}`];
  if (exception === undefined) return ['fails', '✗ open', 'no policy selects it'];
  const { because, approvedBy, until, ended } = exception;
  return ended
    ? ['fails', '✗ open', `its exception ended on ${until} (${approvedBy}: ${because})`]
    : ['accepted', '! excepted', `until ${until} by ${approvedBy}: ${because}`];
}

/** Static results, those that fail first. */
export function findingsSection({ findings }: Evidence): Markup {
  if (findings.length === 0) return section('findings', 'Findings', html`<p>None.</p>`);
  const ordered = [...findings].sort((a, b) => weight(a) - weight(b));
  const shown = ordered.filter(({ severity, fails }, index) => fails || severity !== 'note' || index < MOST_NOTES);
  const hidden = findings.length - shown.length;
  const table = html`<table class="findings">
      <thead>
        <tr>
          <th scope="col">Weight</th>
          <th scope="col">Finding</th>
          <th scope="col">Where</th>
        </tr>
      </thead>
      <tbody>
        ${each(shown, findingRow)}
      </tbody>
    </table>
    ${hidden > 0 && html`<p class="soft">${count(hidden, 'more note')} in evidence.json.</p>`}`;
  return section('findings', 'Findings', table);
}

function weight({ fails, severity }: EvidenceFinding): number {
  return fails ? 0 : { error: 1, warning: 2, note: 3 }[severity];
}

function findingRow({
  rule,
  severity,
  message,
  object,
  direction,
  position,
  requiredBy,
  exception,
  fails,
  allows = [],
}: EvidenceFinding): Markup {
  const mark = fails ? '✗ fails' : `${{ error: '✗', warning: '!', note: '·' }[severity]} ${severity}`;
  return html`<tr>
    <td class="tight"><span class="badge ${fails ? 'fails' : severity}">${mark}</span></td>
    <td>
      <b>${rule}</b> ${[object, direction].filter((part) => part !== undefined).join(' ')}<br />${message}
      ${requiredBy && html`<div class="soft">asked for at ${place(requiredBy)}</div>`}
      ${exception && html`<div class="soft">exception ${exception.ended ? 'ended on' : 'until'} ${exception.until} by ${exception.approvedBy}: ${exception.because}</div>`}${allows.length > 0 && allowList(allows)}
    </td>
    <td class="place">${place(position)}</td>
  </tr> `;
}

/** All that an undocumented allow's message only begins to tell. */
function allowList(allows: NonNullable<EvidenceFinding['allows']>): Markup {
  const pairs = allows.reduce((sum, allow) => sum + allow.pairs, 0);
  const hidden = allows.length - MOST_ALLOWS;
  const items = html`<ul>
      ${each(
        allows.slice(0, MOST_ALLOWS),
        ({ connections, from, to }) => html`<li>${connections}: ${from.join(', ')} → ${to.join(', ')}</li>`,
      )}
    </ul>
    ${hidden > 0 && html`<p class="soft">${count(hidden, 'more line')} in evidence.json.</p>`}`;
  return disclosure(count(pairs, 'pair'), items);
}
