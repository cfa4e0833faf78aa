/**
 * Characters that would not show as what they are: controls (an escape could repaint the terminal), separators, and
 * marks that reorder the text around them (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
 */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u{061c}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\p{Cs}]/gu;

/** Text from outside, made safe to show: what could not be seen is spelled out (`\u001b`), line breaks are kept. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    character === '\n' || character === '\t' ? character : `\\u${hex(character)}`,
  );
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text.replace(/\s*\r?\n\s*|\t/gu, ' ')).trim();
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
}
