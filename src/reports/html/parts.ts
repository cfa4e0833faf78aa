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

/** A section with its heading. */
export function section(id: string, title: string, content: Content): Markup {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${content}
  </section>`;
}

/** Something to unfold. */
export function disclosure(summary: Content, content: Content, { open = false, id = '' } = {}): Markup {
  const body = html`<summary>${summary}</summary>
    ${content}`;
  if (open) return html`<details open>${body}</details>`;
  return id === '' ? html`<details>${body}</details>` : html`<details id="${id}">${body}</details>`;
}

/** `file:line` as code. */
export function place(position: Position | undefined): Markup | undefined {
  if (position === undefined) return undefined;
  return html`<code>${breakable(formatLine(position))}</code>`;
}

/** A path or a name that may break after a slash and before its kind, and nowhere else. */
export function breakable(text: string): Content {
  return text.split(/(?<=\/)|(?=\[)/u).map((part, index) => [index > 0 && html`<wbr />`, part]);
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
