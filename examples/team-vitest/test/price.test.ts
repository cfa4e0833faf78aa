import { expect, test } from 'vitest';
import { priceOf } from '../src/price.ts';

test('the tenth of a kind is free', () => {
  expect(priceOf([{ cents: 250, count: 10 }])).toBe(2250);
  expect(priceOf([{ cents: 250, count: 9 }])).toBe(2250);
});
