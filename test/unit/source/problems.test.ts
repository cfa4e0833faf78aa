import { describe, expect, it } from 'vitest';
import { throwProblems, type Problem } from '../../../src/source/problems.ts';

const problem = (line: number, message: string, hint?: string): Problem => ({
  position: { file: 'f', line, column: 1 },
  message,
  hint,
});

describe('throwProblems', () => {
  it('throws nothing for none', () => {
    expect(() => throwProblems('MANIFEST_INVALID', [])).not.toThrow();
  });

  it('throws one as itself', () => {
    expect(() => throwProblems('MANIFEST_INVALID', [problem(3, 'bad', 'Mend it.')])).toThrow(
      expect.objectContaining({ code: 'MANIFEST_INVALID', message: 'bad', hint: 'Mend it.' }),
    );
  });

  it('throws several as one, in the order of the text', () => {
    const problems = [problem(5, 'late'), problem(2, 'early', 'Mend it.')];
    expect(() => throwProblems('MANIFEST_INVALID', problems)).toThrow(
      expect.objectContaining({
        message: 'early. Mend it.\nf:5:1: late',
        position: { file: 'f', line: 2, column: 1 },
        hint: '2 mistakes in all.',
      }),
    );
  });

  it('names fifty, and counts the rest', () => {
    const problems = Array.from({ length: 53 }, (_, index) => problem(index + 1, `bad ${index}`));
    expect(() => throwProblems('MANIFEST_INVALID', problems)).toThrow(/bad 49\nand 3 more$/);
  });
});
