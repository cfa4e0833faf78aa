import { describe, expect, it } from 'vitest';
import { checkRun, parseRequirements } from '../../../src/requirements/index.ts';

const read = (file: string, set: string, ...ids: string[]) =>
  parseRequirements(
    `requirements: ${set}\notherwise: mayNotReach\ncases:\n${ids.map((id) => `  - {id: ${id}, from: a/b, mayReach: c/d}\n`).join('')}`,
    file,
  );

describe('checkRun', () => {
  it('takes sets whose ids differ, each with an `otherwise`', () => {
    expect(() => checkRun([...read('a.yaml', 'a', 'A-1', 'A-2'), ...read('b.yaml', 'b', 'B-1')])).not.toThrow();
    expect(() => checkRun([])).not.toThrow();
  });

  it('refuses an id of another file, at the second, naming the first', () => {
    expect(() => checkRun([...read('a.yaml', 'a', 'A-1', 'X'), ...read('b.yaml', 'b', 'B-1', 'X')])).toThrow(
      expect.objectContaining({
        code: 'REQUIREMENT_INVALID',
        message: 'the id `X` is taken: first at a.yaml:5:5',
        position: { file: 'b.yaml', line: 5, column: 5 },
        hint: 'Ids are unique in a run: change one of them.',
      }),
    );
  });

  it('refuses a second `otherwise` of one set, which would be two requirements of one name', () => {
    expect(() => checkRun([...read('a.yaml', 's', 'A'), ...read('b.yaml', 's', 'B')])).toThrow(
      expect.objectContaining({
        message: 'the set `s` has `otherwise` twice: first at a.yaml:2:12',
        position: { file: 'b.yaml', line: 2, column: 12 },
      }),
    );
  });

  it('names every repeated id', () => {
    const sets = [...read('a.yaml', 'a', 'A', 'B'), ...read('b.yaml', 'b', 'A', 'B'), ...read('c.yaml', 'c', 'A')];
    expect(() => checkRun(sets)).toThrow(
      /`A` is taken.*\n.*`B` is taken: first at a\.yaml:5:5.*\nc\.yaml:4:5: .*a\.yaml:4:5/,
    );
  });
});
