import fc from 'fast-check';
import { dump, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { MayreachError } from '../../../src/source/error.ts';
import { formatPosition } from '../../../src/source/position.ts';
import type { Path } from '../../../src/source/places.ts';
import { parseYaml, type YamlLimits } from '../../../src/source/yaml.ts';

function failure(text: string, limits?: YamlLimits): MayreachError {
  try {
    parseYaml(text, 'f.yaml', limits);
  } catch (error) {
    if (error instanceof MayreachError) return error;
    throw error;
  }
  throw new Error('parsed without an error');
}

const values = (text: string): unknown[] => parseYaml(text, 'f.yaml').map(({ value }) => value);

function place(text: string, path: Path, which?: 'key' | 'value', index = 0): string {
  const document = parseYaml(text, 'f.yaml')[index];
  if (document === undefined) throw new Error('no such document');
  return formatPosition(document.positionOf(path, which));
}

describe('values', () => {
  const cases: [what: string, text: string, expected: unknown[]][] = [
    ['one document', 'a: 1\nb: [x, y]\n', [{ a: 1, b: ['x', 'y'] }]],
    ['documents', 'a: 1\n---\nb: 2\n---\n', [{ a: 1 }, { b: 2 }, null]],
    ['a document that ends in dots', 'a: 1\n...\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['carriage returns', 'a: 1\r\n---\r\nb: 2\r\n', [{ a: 1 }, { b: 2 }]],
    ['no document', '# only a comment\n', []],
    ['an empty text', '', []],
    ['a null document', '---\n', [null]],
    ['directives', '%YAML 1.2\n---\na: 1\n', [{ a: 1 }]],
    ['JSON', '{"a": {"b": [1, true, null, "x"]}}', [{ a: { b: [1, true, null, 'x'] } }]],
    ['JSON indented by tabs', '{\n\t"a": 1\n}', [{ a: 1 }]],
    [
      'dates as strings',
      'until: 2027-03-31\nat: 2027-03-31T10:00:00Z',
      [{ until: '2027-03-31', at: '2027-03-31T10:00:00Z' }],
    ],
    ['the core schema', 'a: yes\nb: 0x10\nc: ~\nd: 1_000', [{ a: 'yes', b: 16, c: null, d: '1_000' }]],
    ['aliases', 'a: &x {k: v}\nb: *x\n', [{ a: { k: 'v' }, b: { k: 'v' } }]],
    ['merge keys', 'a: &x {k: v, l: w}\nb: {<<: *x, l: own}', [{ a: { k: 'v', l: 'w' }, b: { k: 'v', l: 'own' } }]],
    ['--- at the start of a line ends a block of text', 'a: |\n  x\n---\nb: 1\n', [{ a: 'x\n' }, { b: 1 }]],
    ['--- elsewhere is text', 'a: |\n  x\n  ---\nb: 1\n', [{ a: 'x\n---\n', b: 1 }]],
    ['a fourth dash makes a key', 'a: 1\n----: 2\n', [{ a: 1, '----': 2 }]],
    ['a byte order mark', '\uFEFFa: 1\n', [{ a: 1 }]],
  ];
  it.each(cases)('reads %s', (_, text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it('keeps __proto__ a key like any other', () => {
    const [value] = values('"__proto__": {polluted: 1}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('gives the same documents as the parser does of the whole text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 5 }),
        fc.constantFrom('---\n', '--- # c\n'),
        (all, mark) => {
          const text = all.map((value) => mark + dump(value)).join('');
          expect(values(text)).toEqual(loadAll(text));
        },
      ),
    );
  });
});

describe('positions', () => {
  const cases: [what: string, text: string, path: Path, which: 'key' | 'value', at: string][] = [
    ['a value', 'a: 1\nb: [x, y]\n', ['b', 1], 'value', '2:8'],
    ['a key', 'a: 1\nb: [x, y]\n', ['b'], 'key', '2:1'],
    ['a quoted value, at its quote', "a: 'x'\n", ['a'], 'value', '1:4'],
    ['a quoted key', '{"a": {"b c": 1}}', ['a', 'b c'], 'key', '1:8'],
    ['an item', '- - a\n  - b\n', [0, 1], 'value', '2:5'],
    ['a value behind carriage returns', '\r\nx: 1\r\n\r\ny: 2\r\n', ['y'], 'value', '4:4'],
    ['a tagged value', 'a: !!str 12\n', ['a'], 'value', '1:10'],
    ['an empty value, at its key', 'a:\nb: 1\n', ['a'], 'value', '1:1'],
    ['an alias', 'a: &x {k: v}\nb: *x\n', ['b'], 'value', '2:4'],
    ['what is within an alias', 'a: &x {k: v}\nb: *x\n', ['b', 'k'], 'value', '1:11'],
    ['a merged key', 'a: &x {k: v}\nb: {<<: *x, l: w}\n', ['b', 'k'], 'key', '1:8'],
    ['an own key beside merged ones', 'a: &x {k: v}\nb: {<<: *x, k: w}\n', ['b', 'k'], 'value', '2:16'],
    ['the first of merged lists', 'a: &x {k: v}\nb: &y {k: w}\nc: {<<: [*y, *x]}', ['c', 'k'], 'value', '2:11'],
    ['a numeric key', '8080: web\n', ['8080'], 'value', '1:7'],
    ['the nearest parent of what is missing', 'x:\n  a: 1\n', ['x', 'nope', 3], 'value', '2:3'],
    ['the root', '# c\n\nx: 1\n', [], 'value', '3:1'],
  ];
  it.each(cases)('of %s', (_, text, path, which, at) => {
    expect(place(text, path, which)).toBe(`f.yaml:${at}`);
  });

  it('count lines from the start of the text in later documents', () => {
    const text = 'a: 1\n---\n# c\nb:\n  - k: v\n---\n---\nc: 1';
    expect(place(text, ['b', 0, 'k'], 'value', 1)).toBe('f.yaml:5:8');
    expect(place(text, ['c'], 'key', 3)).toBe('f.yaml:8:1');
    expect(parseYaml(text, 'f.yaml').map(({ position }) => position.line)).toEqual([1, 4, 6, 8]);
  });

  it('are the same in a text that is too long to keep its events', () => {
    const padding = `# ${'x'.repeat(98)}\n`.repeat(42_000);
    expect(place(`a: 1\n---\n${padding}b: {c: 2}\n`, ['b', 'c'], 'key', 1)).toBe('f.yaml:42003:5');
  });

  it('point at the very text of the value, for any keys and nesting', () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9 _-]{0,6}$/);
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 9 }), (path, filler) => {
        const nested = path.reduceRight<unknown>((value, name) => ({ filler, list: [1], [name]: value }), 'needle');
        const text = dump(nested);
        const [document] = parseYaml(text, 'f.yaml');
        const { line, column } = document?.positionOf(path) ?? { line: 0, column: 0 };
        expect(text.split('\n')[line - 1]?.slice(column - 1)).toBe('needle');
      }),
    );
  });
});

describe('errors', () => {
  const cases: [text: string, at: string, message: RegExp][] = [
    ['a: 1\n---\nb: 1\nb: 2\n', '4:1', /the key `b` is here twice: first at line 3/],
    ['{"a": 1, "a": 2}', '1:10', /the key `a` is here twice/],
    ['a: 1\nb:\n  name: {{ .Values.name }}\n', '3:10', /complex keys/],
    ['a: 1\n? [x]\n: 2\n', '2:3', /complex keys/],
    ['a: &x [*x]', '1:8', /an alias names the value that it stands in/],
    ['a: *q', '1:5', /unidentified alias "q"/],
    ['a:\n\tb: 1', '2:1', /tab characters/],
    ['a: "x', '1:6', /unexpected end of the stream/],
    ['x: 1\n---\na: {<<: 3}', '3:5', /cannot merge/],
    ['a: !foo b', '1:4', /unknown scalar tag/],
    ['? [a]\n: b', '1:3', /complex keys/],
    ['a: \u0000', '1:4', /null byte/],
  ];
  it.each(cases)('%j', (text, at, message) => {
    const error = failure(text);
    expect(error.code).toBe('YAML_SYNTAX');
    expect(error.position && formatPosition(error.position)).toBe(`f.yaml:${at}`);
    expect(error.message).toMatch(message);
  });
});

describe('limits', () => {
  const bomb = (line: (above: string) => string): string =>
    Array.from({ length: 40 }, (_, i) => `a${i}: &a${i} ${i === 0 ? '{k: v}' : line(`*a${i - 1}`)}`).join('\n');
  const cases: [what: string, text: string, limits: YamlLimits, message: RegExp][] = [
    [
      'a bomb of aliases',
      bomb((above) => `[${Array(10).fill(above).join(', ')}]`),
      {},
      /aliases unfold to more than 1000000/,
    ],
    [
      'a bomb of merges',
      bomb((above) => `{<<: [${Array(50).fill(above).join(', ')}]}`),
      {},
      /unfold to more than 1000000/,
    ],
    ['a long text', 'a: 123456789', { maxLength: 10 }, /12 characters of YAML are more than the limit of 10/],
    ['many values', '- 1\n'.repeat(20), { maxValues: 30 }, /more than 30 lines and separators/],
    ['deep nesting', '['.repeat(200), {}, /nested deeper than 100 levels/],
  ];
  it.each(cases)('%s is INPUT_TOO_LARGE', (_, text, limits, message) => {
    const error = failure(text, limits);
    expect(error).toMatchObject({ code: 'INPUT_TOO_LARGE', position: { file: 'f.yaml' } });
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  it('a document of its own does not add to the next one', () => {
    expect(parseYaml('- 1\n---\n'.repeat(20), 'f.yaml', { maxValues: 5 })).toHaveLength(21);
  });

  it('documents are counted before any is read', () => {
    const error = failure('- 1\n---\n'.repeat(20) + ']', { maxDocuments: 20 });
    expect(error.message).toBe('21 documents are more than the limit of 20');
    expect(error.position).toEqual({ file: 'f.yaml', line: 40, column: 1 });
  });

  it('reads a list of 50 MB, or says that it is too large', () => {
    expect(failure('-\n'.repeat(25_000_000)).code).toBe('INPUT_TOO_LARGE');
    expect(failure('['.padEnd(65 * 2 ** 20, 'a,')).code).toBe('INPUT_TOO_LARGE');
    expect(values(`a: "${'x'.repeat(50_000_000)}"`)).toHaveLength(1);
  });
});
