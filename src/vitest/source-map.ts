/** Column of the module, column of the file; both from 0, on the same line. */
export type Segment = readonly [generated: number, original: number];

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The `mappings` of a source map of one source in which every line maps to itself: https://tc39.es/ecma426/ */
export function encodeMappings(lines: readonly (readonly Segment[])[]): string {
  let lastLine = 0;
  let lastOriginal = 0;
  return lines
    .map((segments, line) => {
      let lastGenerated = 0;
      return segments
        .map(([generated, original]) => {
          const fields = [generated - lastGenerated, 0, line - lastLine, original - lastOriginal];
          [lastGenerated, lastLine, lastOriginal] = [generated, line, original];
          return fields.map(encodeNumber).join('');
        })
        .join(',');
    })
    .join(';');
}

/** Base64 VLQ: the sign in the lowest bit, five bits a digit, the sixth says that more follow. */
function encodeNumber(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest > 0 ? digit | 32 : digit] ?? '';
  } while (rest > 0);
  return text;
}
