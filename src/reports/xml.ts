/** What no XML 1.0 document may hold, not even as a reference: https://www.w3.org/TR/xml/#charsets */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser turns raw ones in attributes into spaces, and a raw carriage return into a line feed.
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Character data between tags. */
export function xmlText(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>\r]/gu, reference);
}

/** ` name="value"` for each that has one. */
export function xmlAttributes(attributes: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${attributeText(String(value))}"`))
    .join('');
}

function attributeText(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"\n\r\t]/gu, reference);
}

function reference(character: string): string {
  return REFERENCES[character] ?? character;
}
