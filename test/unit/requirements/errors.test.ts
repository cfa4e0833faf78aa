import { describe, expect, it } from 'vitest';
import { parseRequirements } from '../../../src/requirements/index.ts';
import { MayreachError } from '../../../src/source/error.ts';
import { formatPosition } from '../../../src/source/position.ts';
import { WRONG_KINDS, wrongFiles } from './corpus.ts';

function failure(text: string): MayreachError {
  try {
    parseRequirements(text, 'f.reach.yaml');
  } catch (error) {
    if (error instanceof MayreachError) return error;
    throw error;
  }
  throw new Error('read without an error');
}

describe.each(WRONG_KINDS)('wrong %s:', (kind) => {
  it.each(wrongFiles(kind))('$what', ({ text, at, says, hint }) => {
    const error = failure(text);
    // No cause, so exactly one mistake: one must not make others appear.
    expect({ all: error.cause, at: error.position && formatPosition(error.position), hint: error.hint }).toEqual({
      all: undefined,
      at: `f.reach.yaml:${at}`,
      hint: hint ?? error.hint,
    });
    expect(error.message).toContain(says);
    expect(error.code).toBe('REQUIREMENT_INVALID');
  });
});

describe('a file with several mistakes', () => {
  const text = [
    'requirements: s',
    'endpoints: {web: a/b, db: {namespace: A}}',
    'cases:',
    '  - {id: A, from: wbe, mayReach: db, on: [0, 53/upd]}',
    '  - {id: A, form: web, mayNotReach: web}',
    '---',
    'requirements: t',
    'cases: [{id: A, from: a/b, mayReach: c/d, expires: 2027-02-30}]',
  ].join('\n');

  it('names each with its place, in the order of the file', () => {
    const { message, position, cause, hint } = failure(text);
    const places = message.split('\n').map((line) => line.split(': ')[0]);
    expect(position).toEqual({ file: 'f.reach.yaml', line: 2, column: 39 });
    expect(places.slice(1)).toEqual(
      ['4:19', '4:43', '4:46', '5:10', '5:13', '8:14', '8:52'].map((at) => `f.reach.yaml:${at}`),
    );
    expect(hint).toBe('8 mistakes in all.');
    expect((cause as AggregateError).errors).toHaveLength(8);
    expect((cause as AggregateError).errors[7]).toMatchObject({
      code: 'REQUIREMENT_INVALID',
      position: { line: 8, column: 52 },
      hint: '2027-02 has 28 days.',
    });
  });

  it('does not blame an endpoint for the mistake in its declaration', () => {
    expect(failure(text).message).not.toContain('"db"');
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['', 'REQUIREMENT_INVALID', 'the file is empty'],
    ['# nothing but a comment\n', 'REQUIREMENT_INVALID', 'the file is empty'],
    ['---\n---\n', 'REQUIREMENT_INVALID', 'the file is empty'],
    ['a: [', 'YAML_SYNTAX', ''],
    ['requirements: s\nrequirements: t\n', 'YAML_SYNTAX', 'the key `requirements` is here twice'],
  ])('%j is %s', (text, code, message) => {
    const error = failure(text);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.position?.file).toBe('f.reach.yaml');
  });
});
