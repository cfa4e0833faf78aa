import { standingOf } from '../../harness/evidence/exit.ts';
import type { Evidence, EvidenceRequirement } from '../../harness/evidence/schema.ts';
import { metadataOf, requirementCaseId } from '../../suites/requirements.ts';
import { reasonOf, remedyOf, storiesOf, type Story } from '../../suites/story.ts';
import {
  attemptLine,
  controlLine,
  count,
  decisionLines,
  expectedOf,
  observedOf,
  statementOf,
} from '../../suites/wording.ts';
import { each, html, type Markup } from './html.ts';
import { badge, disclosure, facts, place, requirementAnchor, section } from './parts.ts';

const MOST = { stories: 20, pairs: 40, attempts: 10 };
const TOLD = ['violated', 'expired', 'inconclusive', 'accepted'] as const;

/** The story of every requirement that is not met, worst first. */
export function failures({ requirements }: Evidence): Markup {
  const byStanding = Map.groupBy(requirements, standingOf);
  const told = TOLD.flatMap((standing) => byStanding.get(standing) ?? []);
  const none = html`<p>No requirement is violated, expired or inconclusive.</p>`;
  return section('failures', 'Failures', told.length === 0 ? none : each(told, failure));
}

function failure(requirement: EvidenceRequirement): Markup {
  const { text, position, replay } = requirement;
  const standing = standingOf(requirement);
  const stories = storiesOf(requirement);
  const hidden = stories.length - MOST.stories;
  return html`<article class="${standing}" id="${requirementAnchor(requirement, 'story')}">
    <h3>${badge(standing)} ${requirementCaseId(requirement)}: ${statementOf(requirement)}</h3>
    <p>${standing === 'expired' ? html`<b>${text}</b>` : text}</p>
    ${facts([['written at', place(position)], ...metadataOf(requirement)])}
    ${stories.slice(0, MOST.stories).map((story) => storyMarkup(story, requirement))}
    ${hidden > 0 && html`<p class="soft">${hidden} more, each for a reason of its own, in evidence.json.</p>`}
    <p class="soft">Replay this requirement alone:</p>
    <pre>${replay}</pre>
  </article> `;
}

function storyMarkup({ cell, cells, pairs }: Story, requirement: EvidenceRequirement): Markup {
  const { verdict, predicted, decision, control, attempts = [], from, to } = cell;
  const responder = attempts.find((attempt) => attempt.responder !== undefined)?.responder;
  const hidden = pairs.length - MOST.pairs;
  const shown = pairs.slice(0, MOST.pairs);
  return html`<div class="story">
    <p>${badge(verdict)} ${count(cells.length, 'cell')}</p>
    <ul class="pairs">
      ${shown.map((pair) => html`<li><b>${pair.from}</b> → <b>${pair.to}</b> <span class="mono">${pair.connections}</span></li>`)}${hidden > 0 && html`<li>and ${count(hidden, 'more pair')}</li>`}
    </ul>
    <div class="three">
      <div>
        <h4>Expected</h4>
        ${expectedOf(requirement)}
      </div>
      <div>
        <h4>Predicted</h4>
        ${predicted}${
          decision &&
          html`<ul>
            ${decisionLines(cell).map((line) => html`<li>${line}</li>`)}
          </ul>`
        }
      </div>
      <div>
        <h4>Observed</h4>
        ${observedOf(cell)}
        ${
          responder &&
          html`<ul>
            <li>answered by ${responder.pod} at ${responder.reachedAt}, which saw ${responder.sawSource}</li>
          </ul>`
        }
      </div>
    </div>
    <p><b>${reasonOf(cell)}</b></p>
    ${facts([
      ['to do', remedyOf(cell)],
      ['control', control && controlLine(control)],
    ])}
    ${attempts.length > 0 && attemptList(attempts.slice(0, MOST.attempts).map(attemptLine), `${from} → ${to}`)}
  </div> `;
}

function attemptList(lines: readonly string[], pair: string): Markup {
  const items = html`<ul class="plain mono">
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;
  return disclosure(`${count(lines.length, 'attempt')} of ${pair}`, items);
}
