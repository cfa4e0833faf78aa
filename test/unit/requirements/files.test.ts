import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRequirements, type RequirementSet } from '../../../src/requirements/index.ts';
import { MayreachError } from '../../../src/source/error.ts';

function one(text: string): RequirementSet {
  const [set] = parseRequirements(text, 'f.reach.yaml');
  if (set === undefined) throw new Error('no set');
  return set;
}

const position = (line: number, column: number) => ({ file: 'f.reach.yaml', line, column });

describe('a file', () => {
  it('may hold several sets, and empty documents', () => {
    const text =
      '---\nrequirements: a\notherwise: mayNotReach\n---\n# none\n---\nrequirements: b\notherwise: mayNotReach\n';
    const sets = parseRequirements(text, 'f.reach.yaml');
    expect(sets.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(sets[1]?.requirements[0]?.position).toEqual(position(8, 12));
  });

  it('may be JSON, and use anchors and merge keys', () => {
    const plain = { requirements: 's', cases: [{ id: 'A', from: 'a/b', mayReach: ['c/d'], on: [80] }] };
    expect(one(JSON.stringify(plain)).requirements[0]?.on?.[0]?.spec).toEqual({
      kind: 'range',
      protocol: 'TCP',
      from: 80,
      to: 80,
    });
    const merged = one(`requirements: s
cases:
  - &a {id: A, from: a/b, mayReach: c/d, expires: 2027-01-01}
  - {<<: *a, id: B}`);
    expect(merged.requirements[1]).toMatchObject({
      id: 'B',
      expires: '2027-01-01',
      from: [{ label: 'a/b', position: position(3, 22) }],
    });
  });

  it.each(['shop', 'broken', 'online-boutique'])('the example %s is one', (name) => {
    const path = `examples/${name}/${name}.reach.yaml`;
    expect(parseRequirements(readFileSync(path, 'utf8'), path)[0]).toMatchObject({ name, file: path });
  });

  it('with 1,000 requirements keeps each at its line', () => {
    const cases = Array.from(
      { length: 1000 },
      (_, i) => `  - {id: C-${i}, from: n/a${i}, mayReach: n/b, on: [${i + 1}]}`,
    );
    const { requirements } = one(['requirements: s', 'cases:', ...cases].join('\n'));
    expect(
      requirements.every((requirement, i) => requirement.position.line === i + 3 && requirement.id === `C-${i}`),
    ).toBe(true);
  });

  it('is a set or a MayreachError, whatever is done to it', () => {
    const path = 'examples/shop/shop.reach.yaml';
    const text = readFileSync(path, 'utf8');
    const junk = fc.constantFrom(
      '',
      ':',
      '- ',
      '{',
      '[',
      '\n',
      '  ',
      '*a',
      '&a ',
      '5',
      'null',
      '"',
      '/',
      'mayReach: ',
      'x',
    );
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(30), junk, (at, length, inserted) => {
        const broken = text.slice(0, at) + inserted + text.slice(at + length);
        try {
          expect(parseRequirements(broken, path).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(MayreachError);
          expect((error as MayreachError).position?.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
