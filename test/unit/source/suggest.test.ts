import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../../src/source/suggest.ts';

describe('nearest', () => {
  const cases: [name: string, candidates: string[], expected: string | undefined][] = [
    ['form', ['from', 'on', 'id'], 'from'],
    ['mayreach', ['mayReach', 'mayNotReach'], 'mayReach'],
    ['mayNotReech', ['mayReach', 'mayNotReach'], 'mayNotReach'],
    ['becuase', ['because', 'controls'], 'because'],
    ['webb', ['web', 'db'], 'web'],
    ['wbe', ['web', 'db'], 'web'],
    ['payments', ['web', 'db'], undefined],
    ['x', ['y', 'z'], undefined],
    ['a', [], undefined],
    ['ticket', ['tickets', 'ticker'], 'tickets'],
  ];
  it.each(cases)('%s among %j is %s', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });

  it('finds a long name with one slip among others', () => {
    const word = fc.stringMatching(/^[a-z]{6,12}$/);
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom('', '-', 'zz'), (name, at, slip) => {
        const cut = at % name.length;
        expect(nearest(name.slice(0, cut) + slip + name.slice(cut + 1), [name, 'q'])).toBe(name);
      }),
    );
  });

  it('asks', () => {
    expect(didYouMean('form', ['from'])).toBe('Did you mean `from`?');
    expect(didYouMean('form', ['because'])).toBeUndefined();
  });
});
