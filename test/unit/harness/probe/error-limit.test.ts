import { expect, test } from 'vitest';
import { ErrorLimit } from '../../../../src/harness/probe/error-limit.ts';

/** After so many measured ones and so many failed ones, in this order. */
function after(percent: number, ...runs: readonly (readonly [measured: number, failed: number])[]): ErrorLimit {
  const limit = new ErrorLimit(percent);
  for (const [measured, failed] of runs) {
    limit.count(undefined, measured);
    limit.count('EMFILE', failed);
  }
  return limit;
}

test('stops when more than the share failed, and says what did', () => {
  expect(after(10, [90, 10]).reason).toBeUndefined();
  const limit = after(10, [89, 11]);
  expect(limit.reason).toBe('stopped, because 11 of the last 100 connections failed: EMFILE (11)');
  expect(limit.stopped.aborted).toBe(true);
});

test('a few connections make no share', () => {
  expect(after(10, [0, 19]).reason).toBeUndefined();
  expect(after(10, [0, 20]).reason).toContain('20 of the last 20');
});

test('the latest count: an outage late in a long batch is seen, one that is over is not', () => {
  expect(after(10, [100_000, 20]).reason).toBeUndefined();
  expect(after(10, [100_000, 21]).reason).toContain('21 of the last 200');
  expect(after(10, [200, 15], [185, 15], [185, 15]).reason).toBeUndefined();
});

test('0 bears none, 100 bears all', () => {
  expect(after(0, [500, 1]).reason).toContain('1 of the last 200 connections failed: EMFILE');
  expect(after(100, [0, 500]).reason).toBeUndefined();
});

test('names the most frequent failures, and keeps the first reason', () => {
  const limit = new ErrorLimit(50);
  const failures = [...Array<string>(8).fill('B'), ...Array<string>(9).fill('A'), 'C', 'D', 'E'];
  for (const failure of failures) limit.count(failure);
  expect(limit.reason).toBe('stopped, because 20 of the last 20 connections failed: A (9), B (8), C');
  limit.count('F', 100);
  expect(limit.reason).toContain('20 of the last 20');
});
