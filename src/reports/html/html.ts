import { printable } from '../printable.ts';

export type Content = Markup | Lazy | string | number | undefined | false | readonly Content[];

/** Items whose markup is made when the page is written, one after the other: a long table is never held as a whole. */
export class Lazy {
  readonly #contents: Iterable<Content>;
  constructor(contents: Iterable<Content>) {
    this.#contents = contents;
  }

  *pieces(): Generator<string> {
    for (const content of this.#contents) yield* piecesOf(content);
  }
}

/** Markup that is safe to put into a page as it is. Only `html` makes it. */
export class Markup {
  readonly #strings: readonly string[];
  readonly #values: readonly Content[];
  /** Whether anything inside waits to be made. */
  readonly lazy: boolean;

  constructor(strings: readonly string[], values: readonly Content[]) {
    this.#strings = strings;
    this.#values = values;
    this.lazy = values.some(isLazy);
  }

  *pieces(): Generator<string> {
    if (!this.lazy) {
      yield this.text();
      return;
    }
    for (const [index, text] of this.#strings.entries()) {
      if (index > 0) yield* piecesOf(this.#values[index - 1]);
      yield text;
    }
  }

  /** The whole at once. */
  text(): string {
    let text = this.#strings[0] ?? '';
    for (const [index, value] of this.#values.entries()) text += textOf(value) + (this.#strings[index + 1] ?? '');
    return text;
  }
}

function isLazy(content: Content): boolean {
  if (content instanceof Markup) return content.lazy;
  return content instanceof Lazy || (typeof content === 'object' && content.some(isLazy));
}

function* piecesOf(content: Content): Generator<string> {
  if (content instanceof Markup || content instanceof Lazy) yield* content.pieces();
  else if (typeof content === 'object') for (const part of content) yield* piecesOf(part);
  else yield textOf(content);
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  if (content instanceof Markup) return content.text();
  if (content instanceof Lazy) return [...content.pieces()].join('');
  return content.map(textOf).join('');
}

/**
 * A template whose values are escaped unless they are markup themselves, so that forgetting to escape is impossible.
 * Values may stand between tags or in quoted attributes; never in a script, a style or an unquoted attribute.
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
export function each<T>(items: Iterable<T>, make: (item: T) => Content): Lazy {
  return new Lazy(mapped(items, make));
}

function* mapped<T>(items: Iterable<T>, make: (item: T) => Content): Generator<Content> {
  for (const item of items) yield make(item);
}
