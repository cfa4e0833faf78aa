import { expect, it } from 'vitest';
import { ProgressPrinter } from '../../../src/cli/progress.ts';

/** Clears the screen, sets the window's title, turns the text around. */
const HOSTILE = 'Weird\u001b[2J\u001b]0;title\u0007\u009b31m\u202e';
const SPELLED = 'Weird\\u001b[2J\\u001b]0;title\\u0007\\u009b31m\\u202e';

function written(isTTY: boolean, act: (progress: ProgressPrinter) => void): string {
  const pieces: string[] = [];
  act(new ProgressPrinter({ isTTY, columns: 200, write: (text) => pieces.push(text) }, () => 0));
  return pieces.join('');
}

it('spells out what would steer the terminal: kinds and names come from files and clusters', () => {
  const say = (progress: ProgressPrinter): void => {
    progress.stage(`reading the cluster ${HOSTILE}`);
    progress.note(`skipped: 1 ${HOSTILE}`);
  };
  expect(written(false, say)).toBe(`reading the cluster ${SPELLED}\nnote: skipped: 1 ${SPELLED}\n`);
  const drawn = written(true, say);
  expect(drawn).toContain(`reading the cluster ${SPELLED}`);
  expect(drawn).toContain(`skipped: 1 ${SPELLED}`);
  expect(drawn).not.toContain('\u001b[2J');
});
