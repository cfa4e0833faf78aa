import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitsFor, rotated, sourcesAtOnce } from '../../../../src/harness/probe/schedule.ts';

const timing = { timeoutMs: 3_500, attempts: 2 };

test.each([1, 2, 6, 20, 48])('%i sources together hold at most 48 slots at one listener', (sources) => {
  const { perPair } = limitsFor(sources, timing);
  expect(perPair * sources).toBeLessThanOrEqual(48);
  expect(perPair).toBeGreaterThanOrEqual(1);
  expect(perPair).toBeLessThanOrEqual(8);
});

test('with a pace all limits hold, whatever the number of sources', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 10_000 }), (sources, perSecond) => {
      const pace = { jitterMs: 250, perSecond };
      const atOnce = sourcesAtOnce(sources, pace);
      const { perPair, inFlight, everyMs = 0 } = limitsFor(atOnce, { ...timing, pace });
      expect(perPair * atOnce).toBeLessThanOrEqual(48);
      expect(inFlight * atOnce).toBeLessThanOrEqual(1_024);
      expect(inFlight).toBeLessThanOrEqual(256);
      expect(Math.min(perPair, inFlight)).toBeGreaterThanOrEqual(1);
      expect((1000 / everyMs) * atOnce).toBeCloseTo(perSecond);
    }),
  );
});

test('without one all sources dial at once, with no jitter', () => {
  expect(sourcesAtOnce(300, undefined)).toBe(300);
  expect(limitsFor(300, timing)).toMatchObject({ perPair: 1, inFlight: 32 });
  expect(limitsFor(300, timing)).not.toHaveProperty('jitterMs');
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
