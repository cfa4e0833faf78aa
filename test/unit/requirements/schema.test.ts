import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseRequirements } from '../../../src/requirements/index.ts';
import { MayreachError } from '../../../src/source/error.ts';
import { rightEndpoints, rightPorts, WRONG_KINDS, wrongFiles } from './corpus.ts';
import { isValid, subschemas } from './json-schema.ts';

const schema = JSON.parse(readFileSync('schema/reach.schema.json', 'utf8')) as Record<string, unknown>;

describe('the published JSON Schema', () => {
  it.each(rightEndpoints)('takes the endpoint %s', (written) => {
    const cases = `cases: [{id: A, from: [anyone], mayReach: ${written}}, {id: B, from: x, mayNotReach: [${written}]}]`;
    expect(isValid(schema, load(`requirements: s\nendpoints: {x: ${written}}\n${cases}`))).toBe(true);
  });

  it.each(rightPorts)('takes the port %s', (written) => {
    expect(isValid(schema, load(`requirements: s\ncases: [{id: A, from: a/b, mayReach: c/d, on: [${written}]}]`))).toBe(
      true,
    );
  });

  it.each(
    readdirSync('examples', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.reach.yaml')),
  )('takes examples/%s', (path) => {
    expect(isValid(schema, load(readFileSync(`examples/${path}`, 'utf8')))).toBe(true);
  });

  describe.each(WRONG_KINDS)('refuses the same %s as the reader, but for what only it can see:', (kind) => {
    it.each(wrongFiles(kind))('$what', ({ text, shape = true }) => {
      expect(isValid(schema, load(text))).toBe(!shape);
    });
  });

  it('knows the same keys as the reader', () => {
    const probes: [text: string, keys: unknown][] = [
      ['requirements: s\notherwise: mayNotReach\nqqqqqqqqq: 1', schema],
      ['requirements: s\ncases: [{id: A, from: a/b, mayReach: c/d, qqqqqqqqq: 1}]', definition('case')],
      ['requirements: s\naudit: {defaultDeny: egress, qqqqqqqqq: 1}', definition('audit')],
    ];
    for (const [text, { properties }] of probes as [string, { properties: object }][]) {
      expect(hintOf(text)).toBe(`Known here: ${sorted(Object.keys(properties))}.`);
    }
  });

  it('gives examples that it takes itself', () => {
    const withExamples = [...subschemas(schema)].filter((each) => Array.isArray(each.examples));
    expect(withExamples.length).toBeGreaterThan(15);
    for (const each of withExamples) {
      for (const example of each.examples as unknown[]) {
        expect({ example, valid: isValid(each, example, schema) }).toEqual({ example, valid: true });
      }
    }
  });

  it('describes every key of a case and of a set, for editors', () => {
    for (const each of [schema, definition('case')]) {
      for (const [key, property] of Object.entries(each.properties as Record<string, Record<string, unknown>>)) {
        const target = typeof property.$ref === 'string' ? definition(property.$ref.replace('#/$defs/', '')) : {};
        expect({ key, description: property.description ?? target.description }).toEqual({
          key,
          description: expect.stringMatching(/\.$/) as string,
        });
      }
    }
  });
});

function definition(name: string): Record<string, unknown> {
  return (schema.$defs as Record<string, Record<string, unknown>>)[name] ?? {};
}

/** What the reader says it knows, in the order of the alphabet. */
function hintOf(text: string): string | undefined {
  try {
    parseRequirements(text, 'f');
  } catch (error) {
    if (error instanceof MayreachError)
      return error.hint?.replace(/: (.*)\./, (_, keys: string) => `: ${sorted(keys.split(', '))}.`);
  }
  return undefined;
}

function sorted(keys: readonly string[]): string {
  return [...keys].sort().join(', ');
}
