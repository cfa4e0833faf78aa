import { standingOf, type Standing } from '../../harness/evidence/exit.ts';
import type { Evidence, EvidenceCell, EvidenceRequirement } from '../../harness/evidence/schema.ts';
import { metadataOf, requirementCaseId } from '../../suites/requirements.ts';
import { count, outcomeWords, statementOf } from '../../suites/wording.ts';
import { STANDINGS } from '../counts.ts';
import { each, html, type Markup } from './html.ts';
import { badge, breakable, disclosure, place, requirementAnchor, scrolling, section } from './parts.ts';

/** Rows of cells in the whole page; evidence.json holds them all. */
const MOST_CELLS = 20_000;
const ORDER: Readonly<Record<EvidenceCell['verdict'], number>> = { violated: 0, inconclusive: 1, untested: 2, met: 3 };

/** The table of verdicts, with the cells of each to unfold. */
export function verdicts({ requirements }: Evidence): Markup {
  if (requirements.length === 0) return section('verdicts', 'Verdicts', html`<p>This run holds no requirement.</p>`);
  const present = new Set(requirements.map(standingOf));
  const most = Math.min(200, Math.max(5, Math.floor(MOST_CELLS / requirements.length)));
  const table = html`<table class="verdicts">
    <thead>
      <tr>
        <th scope="col">Verdict</th>
        <th scope="col">Requirement</th>
        <th scope="col">Basis</th>
        <th scope="col">Written at</th>
      </tr>
    </thead>
    ${each(requirements, (requirement) => row(requirement, most))}
  </table>`;
  return section('verdicts', 'Verdicts', [filters(STANDINGS.filter((standing) => present.has(standing))), table]);
}

function filters(standings: readonly Standing[]): Markup {
  return html`<div class="filters" role="group" aria-label="Filter the verdicts">
    <button type="button" data-filter="" aria-pressed="true">all</button>
    ${standings.map((standing) => html`<button type="button" data-filter="${standing}" aria-pressed="false">${standing}</button>`)}
    <input id="search" type="search" placeholder="Search requirements" aria-label="Search requirements" />
    <span id="shown" class="soft" role="status"></span>
  </div>`;
}

function row(requirement: EvidenceRequirement, most: number): Markup {
  const { basis, text, position } = requirement;
  const standing = standingOf(requirement);
  const told = standing !== 'met' && standing !== 'untested';
  return html`<tbody id="${requirementAnchor(requirement, 'row')}" data-standing="${standing}">
    <tr>
      <td class="tight">${badge(standing)}</td>
      <td>
        <b>${requirementCaseId(requirement)}</b> ${statementOf(requirement)}
        <div class="soft">
          ${text}${told && html` <a href="#${requirementAnchor(requirement, 'story')}">Its story</a>`}
        </div>
        ${metadata(requirement)}
      </td>
      <td class="tight">${basis}</td>
      <td class="place">${place(position)}</td>
    </tr>
    <tr class="more">
      <td></td>
      <td colspan="3">${cells(requirement, most)}</td>
    </tr>
  </tbody>`;
}

function metadata(requirement: EvidenceRequirement): Markup | undefined {
  const entries = metadataOf(requirement).map(([name, value]) => `${name}: ${value}`);
  return entries.length === 0 ? undefined : html`<div class="soft">${entries.join(' · ')}</div>`;
}

function cells({ cells: all, leftOut }: EvidenceRequirement, most: number): Markup {
  const shown = [...all].sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict]).slice(0, most);
  const hidden = all.length - shown.length;
  const table = html`<table class="cells">
    <thead>
      <tr>
        <th scope="col">From</th>
        <th scope="col">To</th>
        <th scope="col">Port</th>
        <th scope="col">Predicted</th>
        <th scope="col">Observed</th>
        <th scope="col">Verdict</th>
      </tr>
    </thead>
    <tbody>
      ${shown.map(cellRow)}
    </tbody>
  </table>`;
  const notes = [
    hidden > 0 && html`<p class="soft">${count(hidden, 'more cell')} in evidence.json.</p>`,
    leftOut.length > 0 && html`<p class="soft">Left out: ${leftOut.join('; ')}</p>`,
  ];
  return disclosure(count(all.length, 'cell'), [scrolling('Cells', table), notes]);
}

function cellRow(cell: EvidenceCell): Markup {
  const { from, to, via, address, protocol, port, predicted, observed, verdict } = cell;
  const through = via === undefined || via === 'pod' ? '' : ` (${via.replaceAll('-', ' ')})`;
  return html`<tr>
    <td>${breakable(from)}</td>
    <td>${breakable(to)}${through}${address !== undefined && html` <span class="soft">${address}</span>`}</td>
    <td>${connection(protocol, String(port))}</td>
    <td>${predicted}</td>
    <td>${observed === null ? '–' : outcomeWords(observed)}${disagrees(cell) && html` <b>≠ predicted</b>`}</td>
    <td>${badge(verdict)}</td>
  </tr> `;
}

/** Every protocol and every port are one word, not `any any`. */
function connection(protocol: string, port: string): string {
  return protocol === port ? port : `${protocol} ${port}`;
}

/** Whether the network did what the policies do not say; what is not proven disagrees with nothing. */
function disagrees({ predicted, observed, verdict }: EvidenceCell): boolean {
  if (observed === null || verdict === 'inconclusive' || verdict === 'untested') return false;
  const blocked = observed === 'refused' || observed === 'timed-out' || observed === 'unreachable';
  return (predicted === 'denied' && observed === 'open') || (predicted === 'allowed' && blocked);
}
