import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitsFor, rotated } from '../../../../src/harness/probe/schedule.ts';

const timing = { timeoutMs: 3_500, attempts: 2 };

test.each([1, 2, 6, 20, 48])('%i sources together hold at most 48 slots at one listener', (sources) => {
  const { perPair } = limitsFor(sources, timing);
  expect(perPair * sources).toBeLessThanOrEqual(48);
  expect(perPair).toBeGreaterThanOrEqual(1);
  expect(perPair).toBeLessThanOrEqual(8);
});

test('every dial is kept once, whatever the rotation', () => {
  const dials = fc.array(fc.record({ address: fc.constantFrom('a', 'b', 'c', 'd', 'e'), id: fc.nat() }));
  fc.assert(
    fc.property(dials, fc.integer({ min: 1, max: 30 }), fc.nat({ max: 29 }), (list, sources, index) => {
      const turned = rotated(list, index % sources, sources);
      const sorted = (of: readonly { address: string; id: number }[]) => of.map((dial) => JSON.stringify(dial)).sort();
      expect(sorted(turned)).toEqual(sorted(list));
    }),
  );
});

test('at each step the sources dial different addresses', () => {
  const addresses = Array.from({ length: 20 }, (_, index) => `10.0.0.${index + 10}`);
  const dials = addresses.flatMap((address) => [80, 443].map((port) => ({ address, port })));
  const squares = addresses.map((_, index) => rotated(dials, index, 20));
  for (let step = 0; step < 40; step += 1) {
    expect(new Set(squares.map((square) => square[step]?.address)).size).toBe(20);
  }
});
