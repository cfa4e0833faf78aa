import { describe, expect, it } from 'vitest';
import { parseSelector, SelectorError } from '../../../../src/harness/inventory/calico-selectors.ts';
import { evaluate, formatExpression, type Truth } from '../../../../src/harness/inventory/expression.ts';

const LABELS: Readonly<Record<string, string>> = { role: 'frontend', env: 'prod', 'app.kubernetes.io/name': 'web' };

function selects(text: string, labels = LABELS): Truth {
  const parsed = parseSelector(text);
  if (parsed === 'global') throw new TypeError('global() is not evaluated');
  return evaluate(parsed, (key) => (key === 'secret' ? 'unknown' : { value: labels[key] }));
}

/** https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors */
describe('a selector of Calico', () => {
  it.each<[string, Truth]>([
    ['', 'yes'],
    ['  ', 'yes'],
    ['all()', 'yes'],
    ['all( )', 'yes'],
    ["role == 'frontend'", 'yes'],
    ['role == "frontend"', 'yes'],
    ["role == 'front'", 'no'],
    ["role=='frontend'&&env=='prod'", 'yes'],
    ["missing != 'x'", 'yes'],
    ["role != 'frontend'", 'no'],
    ["role in {'a', 'frontend'}", 'yes'],
    ["role in {'a',}", 'no'],
    ['role in {}', 'no'],
    ['role not in {}', 'yes'],
    ["missing in {'a'}", 'no'],
    ["missing not in {'a'}", 'yes'],
    ["role notin {'frontend'}", 'no'],
    ['has(role)', 'yes'],
    ['has( role )', 'yes'],
    ['has(missing)', 'no'],
    ['!has(missing)', 'yes'],
    ['!!has(missing)', 'no'],
    ["role contains 'onten'", 'yes'],
    ["role contains 'x'", 'no'],
    ["missing contains ''", 'no'],
    ["role starts with 'front'", 'yes'],
    ["role starts  with 'end'", 'no'],
    ["role ends with 'end'", 'yes'],
    ["role ends with 'front'", 'no'],
    ["app.kubernetes.io/name == 'web'", 'yes'],
    ["has(missing) && has(role) || env == 'prod'", 'yes'],
    ["has(missing) && (has(role) || env == 'prod')", 'no'],
    ["!(has(role) && env == 'test')", 'yes'],
    ["! has(role) || role == 'frontend'", 'yes'],
    ['has(secret)', 'perhaps'],
    ['!has(secret)', 'perhaps'],
    ['has(secret) && has(role)', 'perhaps'],
    ['has(secret) && has(missing)', 'no'],
    ['has(secret) || has(role)', 'yes'],
    ['has(secret) || has(missing)', 'perhaps'],
  ])('%s: %s', (text, expected) => {
    expect(selects(text)).toBe(expected);
  });

  it.each([
    ["a = 'b'", /operator/],
    ['a', /compared/],
    ['a == b', /quotes/],
    ["a == 'b", /not understood/],
    ["a == 'b' c == 'd'", /too much/],
    ["a == 'b' &&", /condition is expected/],
    ['a in x', /set such as/],
    ['a in {b}', /quotes around each/],
    ["a in {'b'", /} for each/],
    ["(a == 'b'", /\) for each/],
    ['has(a', /not understood/],
    ['has()', /not understood/],
    ["a is 'b'", /operator/],
    ["a inside 'b'", /operator/],
    ['&& all()', /condition in place of/],
    ['all() && global()', /global\(\) together/],
    ["a == 'b' # why", /not understood/],
    [`${'('.repeat(500)}all()${')'.repeat(500)}`, /nest deeper/],
  ])('%s is refused', (text, reason) => {
    expect(() => parseSelector(text)).toThrow(SelectorError);
    expect(() => parseSelector(text)).toThrow(reason);
  });

  it.each([
    ["a=='b' && !has(c)", "(a == 'b') && (!has(c))"],
    ["a in {'b','c'} || all()", "(a in {'b', 'c'}) || all()"],
    ["a != 'b'", "!(a == 'b')"],
    ["a starts with 'x'", "a starts with 'x'"],
  ])('%s is told as %s, and means the same', (text, told) => {
    const parsed = parseSelector(text);
    if (parsed === 'global') throw new TypeError('no');
    expect(formatExpression(parsed)).toBe(told);
    expect(parseSelector(told)).toEqual(parsed);
  });
});
