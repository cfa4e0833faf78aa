import { expect, test } from 'vitest';
import { inTurn } from '../../../../src/harness/probe/in-turn.ts';

test('does each once, with its place, and never more than so many at the same time', async () => {
  let [running, most] = [0, 0];
  const done = await inTurn(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 3, async (item, index) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return `${item}${index}`;
  });
  expect(done.toSorted()).toEqual(['a0', 'b1', 'c2', 'd3', 'e4', 'f5', 'g6']);
  expect(most).toBe(3);
  expect(await inTurn([], 3, () => Promise.reject(new Error('there is none')))).toEqual([]);
});

test('the first error ends it: what is under way goes on, and nothing new begins', async () => {
  const begun: string[] = [];
  const doing = inTurn(['a', 'b', 'c', 'd'], 2, async (item) => {
    begun.push(item);
    await new Promise((resolve) => setImmediate(resolve));
    if (item === 'a') throw new Error('a went wrong');
  });
  await expect(doing).rejects.toThrow('a went wrong');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['a', 'b']);
});
