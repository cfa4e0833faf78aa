import { describe, expect, it } from 'vitest';
import { IndentedText } from '../../../src/source/indented-text.ts';
import { formatPosition } from '../../../src/source/position.ts';
import { parseYaml } from '../../../src/source/yaml.ts';

/** Parses, and gives the first document's value and the place of one part of it. */
function read(lines: readonly string[], path: readonly (string | number)[] = []) {
  const [document] = parseYaml(lines.join('\n'), 'f.yaml');
  if (document === undefined) throw new Error('no document');
  return { value: document.value, at: formatPosition(document.positionOf(path)) };
}

describe('lines within quotes and brackets', () => {
  it.each(["'", '"'])('need no indentation within %s, and what follows keeps its place', (quote) => {
    const lines = ['spec:', '  - config: ' + quote + '{', 'a,', '    b', '}' + quote, '    next: x'];
    expect(read(lines, ['spec', 0, 'next'])).toEqual({
      value: { spec: [{ config: '{ a, b }', next: 'x' }] },
      at: 'f.yaml:6:11',
    });
  });

  it('need none within brackets, and may be indented by tabs', () => {
    const lines = ['a:', '    args: [', '\t"-x",', '\t    "-y",', '"-z", w', ']', '    b: 1'];
    const value = { a: { args: ['-x', '-y', '-z', 'w'], b: 1 } };
    expect(read(lines, ['a', 'args', 1])).toEqual({ value, at: 'f.yaml:4:6' });
    expect(read(lines, ['a', 'args', 3])).toEqual({ value, at: 'f.yaml:5:7' });
    expect(read(lines, ['a', 'b'])).toEqual({ value, at: 'f.yaml:7:8' });
  });

  it('may have tabs between values, but keep those of a value', () => {
    expect(read(['a:', '  b:\t[x,\t"y\tz"]'], ['a', 'b', 1])).toEqual({
      value: { a: { b: ['x', 'y\tz'] } },
      at: 'f.yaml:2:10',
    });
  });

  it('keep blank lines and breaks as they are folded anyway', () => {
    expect(read(['a:', '  b: "x', '', 'y\\', 'z"']).value).toEqual({ a: { b: 'x\nyz' } });
  });

  it('are found where carriage returns end them', () => {
    const [document] = parseYaml('a:\r\n  b: "x\r\ny"\r\n  c: 1\r\n', 'f.yaml');
    expect(document?.value).toEqual({ a: { b: 'x y', c: 1 } });
    expect(document?.positionOf(['a', 'c'])).toEqual({ file: 'f.yaml', line: 4, column: 6 });
  });

  it('are indented in the document that they are in, and faults after them are placed right', () => {
    const text = ['x: 1', '---', 'a:', '  b: "', 'y"', '  c: 1', '  c: 2'].join('\n');
    expect(() => parseYaml(text, 'f.yaml')).toThrow(
      expect.objectContaining({ position: { file: 'f.yaml', line: 7, column: 3 } }),
    );
  });

  it('elsewhere still have to be indented', () => {
    expect(() => parseYaml('a:\n  b: 1\n c: 2', 'f.yaml')).toThrow(/indentation/);
    expect(() => parseYaml('a:\n\tb: 1', 'f.yaml')).toThrow(/tab/);
    expect(() => parseYaml('a:\n  b: "x\n---\ny"', 'f.yaml')).toThrow(/quoted/);
  });

  it('may be many', () => {
    const many = ['a:', '  b: "', ...Array.from({ length: 500 }, (_, index) => `line ${index}`), '"'];
    expect(String(Object.values((read(many).value as { a: object }).a))).toHaveLength(4391);
  });
});

it('ends the work on a large text, each line of which it would be given to parse again', () => {
  const text = new IndentedText(`a: "\n${'b\n'.repeat(10)}" #${'-'.repeat(5 * 2 ** 20)}`);
  let lines = 0;
  for (let at = 5; text.indent(at); at = text.text.indexOf('b', at) + 2) lines += 1;
  expect(lines).toBe(3);
});

describe('offsets', () => {
  it('within what was put in are those of the line', () => {
    const text = new IndentedText('a:\n    b: [\nx,\n\ty]');
    expect(text.indent(12)).toBe(true);
    expect(text.text).toBe('a:\n    b: [\n     x,\n\ty]');
    expect([11, 12, 14, 17, 18, 20].map((offset) => text.original(offset))).toEqual([11, 12, 12, 12, 13, 15]);
    expect(text.indent(21)).toBe(true);
    expect(text.text).toBe('a:\n    b: [\n     x,\n     y]');
    expect(text.original(text.text.indexOf('y'))).toBe('a:\n    b: [\nx,\n\ty]'.indexOf('y'));
    expect(text.indent(text.text.indexOf('x'))).toBe(false);
  });
});
