/** Beyond this much parsing again the text is refused as it is. Characters. */
const MOST_WORK = 16 * 2 ** 20;

/**
 * A text whose lines within quotes and brackets can be given the indentation that YAML asks of them
 * (https://yaml.org/spec/1.2.2/#63-line-prefixes), and the offsets of the text as it was. kubectl's parser does not
 * ask for it there, and takes tabs, so manifests in use have such lines.
 */
export class IndentedText {
  #text: string;
  /** What was put in, in ascending order; `at` is an offset in the text as it is. */
  readonly #inserted: { readonly at: number; readonly length: number }[] = [];
  /** No mapping or sequence starts further right. */
  #deepest: number | undefined;
  #work = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  /** Where an offset of the text as it is was before. */
  original(offset: number): number {
    let before = offset;
    for (const { at, length } of this.#inserted) {
      if (at >= offset) break;
      before -= Math.min(length, offset - at);
    }
    return before;
  }

  /**
   * Indents the line on which the parser found too little, `offset` being where its content starts. No spaces there
   * are part of any value. False if that is not what the parser stumbled over, or if it was done too often.
   */
  indent(offset: number): boolean {
    this.#work += this.#text.length;
    const lineStart = Math.max(this.#text.lastIndexOf('\n', offset - 1), this.#text.lastIndexOf('\r', offset - 1)) + 1;
    const before = this.#text.slice(lineStart, offset);
    if (this.#work > MOST_WORK) return false;
    if (/\S/.test(before)) return this.#replaceTabs(before, offset);
    this.#deepest ??= deepestIndent(this.#text);
    const length = Math.max(0, this.#deepest + 1 - before.length);
    if (length === 0 && !before.includes('\t')) return false;
    this.#text = `${this.#text.slice(0, lineStart)}${' '.repeat(before.length + length)}${this.#text.slice(offset)}`;
    if (length > 0) this.#inserted.push({ at: lineStart, length });
    return true;
  }

  /** Tabs within the line, beside the bracket that opens or the value that follows. */
  #replaceTabs(before: string, offset: number): boolean {
    const [run = ''] = /[ \t]*(?:[[{][ \t]*)?$/.exec(before) ?? [];
    if (!run.includes('\t')) return false;
    this.#text = `${this.#text.slice(0, offset - run.length)}${run.replaceAll('\t', ' ')}${this.#text.slice(offset)}`;
    return true;
  }
}

/** Dashes and question marks indent, too. */
function deepestIndent(text: string): number {
  let deepest = 0;
  for (const [indent] of text.matchAll(/^[ ?-]+/gm)) deepest = Math.max(deepest, indent.length);
  return deepest;
}
