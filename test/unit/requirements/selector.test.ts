import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSelector, selects, type LabelExpression, type LabelSelector } from '../../../src/requirements/index.ts';

const by = (...matchExpressions: LabelExpression[]): LabelSelector => ({ matchLabels: {}, matchExpressions });

describe('selects', () => {
  const cases: [what: string, selector: LabelSelector, labels: Record<string, string>, expected: boolean][] = [
    ['everything, when empty', by(), {}, true],
    ['an equal label', { matchLabels: { a: '1' }, matchExpressions: [] }, { a: '1', b: '2' }, true],
    ['no other value', { matchLabels: { a: '1' }, matchExpressions: [] }, { a: '2' }, false],
    ['no missing label', { matchLabels: { a: '' }, matchExpressions: [] }, {}, false],
    ['an empty label', { matchLabels: { a: '' }, matchExpressions: [] }, { a: '' }, true],
    ['no inherited property', { matchLabels: { toString: 'x' }, matchExpressions: [] }, {}, false],
    ['In', by({ key: 'a', operator: 'In', values: ['1', '2'] }), { a: '2' }, true],
    ['In, not the missing', by({ key: 'a', operator: 'In', values: ['1'] }), {}, false],
    ['NotIn', by({ key: 'a', operator: 'NotIn', values: ['1'] }), { a: '1' }, false],
    ['NotIn, the missing too', by({ key: 'a', operator: 'NotIn', values: ['1'] }), {}, true],
    ['Exists', by({ key: 'a', operator: 'Exists', values: [] }), { a: '' }, true],
    ['Exists, not the missing', by({ key: 'a', operator: 'Exists', values: [] }), { b: '' }, false],
    ['DoesNotExist', by({ key: 'a', operator: 'DoesNotExist', values: [] }), { b: '' }, true],
    [
      'both parts only',
      { matchLabels: { a: '1' }, matchExpressions: [{ key: 'b', operator: 'Exists', values: [] }] },
      { a: '1' },
      false,
    ],
  ];
  it.each(cases)('%s', (_, selector, labels, expected) => {
    expect(selects(selector, labels)).toBe(expected);
  });

  it('each operator is the opposite of its counterpart, for all labels', () => {
    const word = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(word, fc.array(word, { minLength: 1 }), fc.dictionary(word, word), (key, values, labels) => {
        const holds = (operator: LabelExpression['operator']) => selects(by({ key, operator, values }), labels);
        expect(holds('In')).toBe(!holds('NotIn'));
        expect(holds('Exists')).toBe(!holds('DoesNotExist'));
      }),
    );
  });
});

it('formatSelector writes it as kubectl does', () => {
  const selector: LabelSelector = {
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'env', operator: 'NotIn', values: ['dev'] },
      { key: 'x', operator: 'Exists', values: [] },
      { key: 'y', operator: 'DoesNotExist', values: [] },
    ],
  };
  expect(formatSelector(selector)).toBe('app=web,tier in (a,b),env notin (dev),x,!y');
  expect(formatSelector(by())).toBe('*');
});
