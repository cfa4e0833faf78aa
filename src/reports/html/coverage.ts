import type { Evidence, EvidenceCoverage, EvidenceFinding } from '../../harness/evidence/schema.ts';
import { count, list } from '../../suites/wording.ts';
import { html, type Markup } from './html.ts';
import { place } from './parts.ts';

const MOST_NOTES = 500;

/** Every workload in both directions: isolated by which policy, or by whose leave not. */
export function* coverageSection({ coverage }: Evidence): Generator<Markup> {
  yield html`<section aria-labelledby="coverage"><h2 id="coverage">Coverage</h2></section>`;
  if (coverage.length === 0) {
    yield html`<p>No workload is listed.</p></section>`;
    return;
  }
  for (const [namespace, rows] of Map.groupBy(coverage, (row) => row.namespace)) {
    const uncovered = rows.filter((row) => stateOf(row)[0] === 'fails').length;
    yield html`<details${uncovered > 0 && html` open`}><summary>${namespace}: ${uncovered === 0 ? 'every workload isolated or excepted in both directions' : `${uncovered} of ${count(rows.length, 'direction')} not isolated`}</summary>
<table><thead><tr><th scope="col">Workload</th><th scope="col">Ingress</th><th scope="col">Egress</th></tr></thead><tbody>
${[...Map.groupBy(rows, ({ object }) => object)].map(([object, directions]) => workloadRow(object, directions))}</tbody></table></details>
`;
  }
  yield html`</section>`;
}

function workloadRow(object: string, rows: readonly EvidenceCoverage[]): Markup {
  const cell = (direction: EvidenceCoverage['direction']): Markup | string => {
    const row = rows.find((candidate) => candidate.direction === direction);
    if (row === undefined) return '–';
    const [kind, mark, text] = stateOf(row);
    return html`<span class="badge ${kind}">${mark}</span> ${text}`;
  };
  return html`<tr>
    <th scope="row">${object}</th>
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
export function* findingsSection({ findings }: Evidence): Generator<Markup> {
  yield html`<section aria-labelledby="findings"><h2 id="findings">Findings</h2></section>`;
  if (findings.length === 0) {
    yield html`<p>None.</p></section>`;
    return;
  }
  yield html`<table>
    <thead>
      <tr>
        <th scope="col">Weight</th>
        <th scope="col">Finding</th>
        <th scope="col">Where</th>
      </tr>
    </thead>
    <tbody></tbody>
  </table>`;
  const ordered = [...findings].sort((a, b) => weight(a) - weight(b));
  const shown = ordered.filter(({ severity, fails }, index) => fails || severity !== 'note' || index < MOST_NOTES);
  for (const finding of shown) yield findingRow(finding);
  yield html`</tbody></table>`;
  const hidden = findings.length - shown.length;
  if (hidden > 0) yield html`<p class="soft">${count(hidden, 'more note')} in evidence.json.</p>`;
  yield html`</section>`;
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
}: EvidenceFinding): Markup {
  const mark = fails ? '✗ fails' : `${{ error: '✗', warning: '!', note: '·' }[severity]} ${severity}`;
  return html`<tr>
    <td class="tight"><span class="badge ${fails ? 'fails' : severity}">${mark}</span></td>
    <td>
      <b>${rule}</b> ${[object, direction].filter((part) => part !== undefined).join(' ')}<br />${message}
      ${requiredBy && html`<div class="soft">asked for at ${place(requiredBy)}</div>`}
      ${exception && html`<div class="soft">exception ${exception.ended ? 'ended on' : 'until'} ${exception.until} by ${exception.approvedBy}: ${exception.because}</div>`}
    </td>
    <td>${place(position)}</td>
  </tr> `;
}
