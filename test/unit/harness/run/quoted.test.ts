import { describe, expect, it } from 'vitest';
import { quoted } from '../../../../src/harness/run/quoted.ts';

describe('a word of a command', () => {
  it.each(['SHOP-1', 'examples/shop/shop.reach.yaml', 'a.b:c@d=e,f+g%h'])('stays as it is: %s', (word) => {
    expect(quoted(word)).toBe(word);
  });

  it.each([
    ['SHOP 1', "'SHOP 1'"],
    ["it's", `'it'\\''s'`],
    ['$(rm)', "'$(rm)'"],
    ['', "''"],
  ])('is quoted where a shell would read it otherwise: %s', (word, expected) => {
    expect(quoted(word)).toBe(expected);
  });
});
