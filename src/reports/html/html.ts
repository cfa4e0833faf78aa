import { printable } from '../printable.ts';

export type Content = Markup | string | number | undefined | false | Iterable<Content>;

/** Markup that is safe to put into a page as it is. Only `html` makes it; its text comes in pieces when it is asked for. */
export class Markup {
  readonly #strings: readonly string[];
  readonly #values: readonly Content[];

  constructor(strings: readonly string[], values: readonly Content[]) {
    this.#strings = strings;
    this.#values = values;
  }

  *pieces(): Generator<string> {
    for (const [index, text] of this.#strings.entries()) {
      if (index > 0) yield* piecesOf(this.#values[index - 1]);
      yield text;
    }
  }
}

function* piecesOf(content: Content): Generator<string> {
  if (content === undefined || content === false) return;
  if (typeof content === 'string' || typeof content === 'number') yield escapeHtml(String(content));
  else if (content instanceof Markup) yield* content.pieces();
  else for (const part of content) yield* piecesOf(part);
}

/**
 * A template whose values are escaped unless they are markup themselves, so that forgetting to escape is impossible.
 * Values may stand between tags or in quoted attributes; never in a script, a style or an unquoted attribute.
 * A generator as a value is read when the page is written: a long table is never held as a whole.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let parts = compact.get(strings);
  if (parts === undefined) {
    parts = strings.map((part) => part.replace(/\n\s*/gu, '\n'));
    compact.set(strings, parts);
  }
  return new Markup(parts, values);
}

/** The templates without their indentation, which would be a third of a large page. */
const compact = new WeakMap<TemplateStringsArray, readonly string[]>();

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/gu, (character) => REFERENCES[character] ?? character);
}

/** An id for a place in the page, from any text; two texts never share one. */
export function anchor(prefix: string, text: string): string {
  const safe = text.replace(/[^A-Za-z0-9.-]/gu, (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}_`);
  return `${prefix}-${safe}`;
}

/** Each item's markup, made when the page is written. */
export function* each<T>(items: Iterable<T>, make: (item: T) => Content): Generator<Content> {
  for (const item of items) yield make(item);
}
