import { SourceMap } from 'node:module';
import { describe, expect, test } from 'vitest';
import { compileRequirements, type Compiled } from '../../../src/vitest/transform.ts';

const TEXT = `# yaml-language-server: $schema=none
requirements: net
otherwise: mayNotReach
cases:
  - id: A
    from: outsider
    mayReach: shop/web
    on: [http]

  - {id: B, from: outsider, mayNotReach: shop/api}
---
requirements: other
cases: [{id: C, from: shop/web, mayReach: shop/api}, {id: D, from: shop/api, mayReach: shop/web}]
`;

const compile = (text: string, only?: readonly string[]): Compiled =>
  compileRequirements(text, { id: '/team/net.reach.yaml', file: 'net.reach.yaml', casesModule: '/cases.js', only });

/** Each `test(` of the module: its title, its own line, and the place in the file that it maps to. */
function testsOf({ code, map }: Compiled) {
  const sourceMap = new SourceMap(JSON.parse(map) as ConstructorParameters<typeof SourceMap>[0]);
  return code.split('\n').flatMap((line, index) =>
    [...line.matchAll(/\btest\("((?:[^"\\]|\\.)*)", reach\.at\((\d+), (\d+)\)\)/gu)].map((match) => {
      const entry = sourceMap.findEntry(index, match.index);
      return {
        title: JSON.parse(`"${match[1] ?? ''}"`) as string,
        line: index + 1,
        asked: [Number(match[2]), Number(match[3])],
        mapped: 'originalLine' in entry ? [entry.originalLine + 1, entry.originalColumn + 1, entry.originalSource] : [],
      };
    }),
  );
}

describe('the module that a requirement file becomes', () => {
  test('has a test for each case, on the case’s own line, mapped to its column', () => {
    const tests = testsOf(compile(TEXT));
    expect(tests.map(({ title }) => title)).toEqual([
      'net/otherwise: nothing else may reach anything',
      'A: outsider may reach shop/web on http',
      'B: outsider may not reach shop/api',
      'C: shop/web may reach shop/api',
      'D: shop/api may reach shop/web',
    ]);
    expect(tests.map(({ line }) => line)).toEqual([3, 5, 10, 13, 13]);
    for (const { asked, mapped } of tests) expect(mapped).toEqual([...asked, '/team/net.reach.yaml']);
    expect(tests[1]?.asked).toEqual([5, 5]);
  });

  test('waits for its cases before the first test, and shows the run’s others behind the last', () => {
    const { code } = compile(TEXT);
    expect(code.indexOf('await judgedFile("/team/net.reach.yaml")')).toBeLessThan(code.indexOf('test("'));
    expect(code.lastIndexOf('reach.others()')).toBeGreaterThan(code.lastIndexOf('test("'));
  });

  test('names what a YAML text can hold and a JavaScript one must escape', () => {
    const [hostile] = testsOf(
      compile('requirements: n\ncases: [{id: "A", from: {cidr: 10.0.0.0/8}, mayReach: shop/web, on: ["80"]}]'),
    );
    expect(hostile?.title).toBe('A: 10.0.0.0/8 may reach shop/web on 80');
  });

  test('leaves out what is not asked for', () => {
    expect(testsOf(compile(TEXT, ['B', 'D'])).map(({ asked }) => asked[0])).toEqual([10, 13]);
  });

  test('leaves a file with mistakes to the run, which says what they are', () => {
    const compiled = compile('requirements: n\ncases: [{id: A, form: x}]');
    expect(testsOf(compiled)).toEqual([]);
    expect(compiled.code).toContain('await judgedFile(');
  });

  test.each(['\n', '\r\n', '\r'])('counts lines that end with %j as YAML does', (end) => {
    const tests = testsOf(compile(TEXT.replaceAll('\n', end)));
    expect(tests.map(({ line }) => line)).toEqual([3, 5, 10, 13, 13]);
  });
});
