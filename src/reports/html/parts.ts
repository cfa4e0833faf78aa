import type { Standing } from '../../harness/evidence/exit.ts';
import type { EvidenceRequirement } from '../../harness/evidence/schema.ts';
import { formatLine, type Position } from '../../source/position.ts';
import { requirementCaseId } from '../../suites/requirements.ts';
import { STANDING_MARKS } from '../marks.ts';
import { anchor, html, type Content, type Markup } from './html.ts';

/** A verdict as shape, word and colour. */
export function badge(standing: Standing): Markup {
  return html`<span class="badge ${standing}"
    ><span aria-hidden="true">${STANDING_MARKS[standing]}</span> ${standing}</span
  >`;
}

/** `file:line` as code. */
export function place(position: Position | undefined): Markup | undefined {
  return position && html`<code>${formatLine(position)}</code>`;
}

/** A list of names and values; what has no value is left out. */
export function facts(entries: readonly (readonly [string, Content])[]): Markup {
  const rows = entries
    .filter(([, value]) => value !== undefined && value !== false && value !== '')
    .map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    );
  return html`<dl class="facts">${rows}</dl>`;
}

/** Where a requirement's row, and its failure's story, stand in the page. */
export function requirementAnchor(requirement: EvidenceRequirement, part: 'row' | 'story'): string {
  return anchor(part, requirementCaseId(requirement));
}

/** A wide table that a keyboard can scroll. */
export function scrolling(label: string, table: Content): Markup {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;
}

/** A link, if it is one that is safe to follow; else the text. */
export function link(url: string): Markup {
  return /^https?:\/\//iu.test(url) ? html`<a href="${url}" rel="noreferrer">${url}</a>` : html`${url}`;
}
