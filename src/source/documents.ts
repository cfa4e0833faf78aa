/**
 * Parts of the text between `---` lines. Such a line ends a document wherever it stands, even in a block of text
 * (https://yaml.org/spec/1.2.2/#912-document-markers). With directives (`%YAML`), which stand before their `---`, the
 * text stays whole.
 */
export function splitDocuments(text: string): { start: number; end: number }[] {
  const parts: { start: number; end: number }[] = [];
  let start = 0;
  if (!/(?:^\uFEFF?|[\n\r])%/.test(text)) {
    for (let at = text.indexOf('\n---'); at !== -1; at = text.indexOf('\n---', at + 1)) {
      if (!/^\s?$/.test(text.charAt(at + 4))) continue;
      parts.push({ start, end: at + 1 });
      start = at + 1;
    }
  }
  parts.push({ start, end: text.length });
  return parts;
}

/** The parser makes at most four events of each (one, as a rule): a bound on its memory without parsing. */
export function countSeparators(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charAt(index)) {
      case '\n':
      case '\r':
      case ',':
      case '[':
      case '{':
        count += 1;
        break;
      case '-':
      case '?':
        if (text.charAt(index + 1) === ' ' || text.charAt(index + 1) === '\t') count += 1;
        break;
    }
  }
  return count;
}
