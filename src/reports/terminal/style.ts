import { styleText } from 'node:util';
import type { Standing } from '../../harness/evidence/exit.ts';
import type { PairState } from '../pairs.ts';

export interface TerminalOptions {
  readonly color: boolean;
  /** Columns. What is wider than it is cut in the matrix and wrapped by the terminal elsewhere. */
  readonly width: number;
  /** False: a pipe or a file, where nothing is cut for want of width. */
  readonly isTty: boolean;
}

/** The parts of a stream that decide how to write to it. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(env: Readonly<Record<string, string | undefined>>): boolean;
}

/** How to write to a stream: colour only on a terminal that has it, and never with NO_COLOR (https://no-color.org). */
export function terminalOptions(
  stream: OutputStream,
  env: Readonly<Record<string, string | undefined>>,
): TerminalOptions {
  const isTty = stream.isTTY === true;
  const refused = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  const forced = env['FORCE_COLOR'] !== undefined && !['', '0', 'false'].includes(env['FORCE_COLOR']);
  const color = !refused && (forced || (isTty && stream.hasColors?.(env) === true));
  return { color, width: stream.columns ?? 80, isTty };
}

export type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'magenta' | 'cyan' | 'blue';
export type Paint = (format: Format | readonly Format[], text: string) => string;

/** A painter that does nothing without colour. */
export function painter(color: boolean): Paint {
  return (format, text) =>
    color && text !== '' ? styleText([...[format].flat()], text, { validateStream: false }) : text;
}

export const STANDING_COLORS: Readonly<Record<Standing, Format>> = {
  met: 'green',
  violated: 'red',
  expired: 'red',
  inconclusive: 'yellow',
  untested: 'cyan',
  accepted: 'magenta',
};

export const PAIR_COLORS: Readonly<Record<PairState, Format>> = {
  open: 'green',
  blocked: 'dim',
  partly: 'green',
  violated: 'red',
  inconclusive: 'yellow',
  untested: 'cyan',
  accepted: 'magenta',
};

/** Columns that a text takes, not counting marks that combine with the letter before; wide letters count two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(character)) continue;
    width +=
      /[\u{1100}-\u{115f}\u{2e80}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Filled up with spaces to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Cut to `width` columns, with an ellipsis where something is gone. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (widthOf(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Lines that fit a terminal once `indent` columns stand before them; broken at spaces only, so that paths stay whole. */
export function wrap(text: string, { width, isTty }: TerminalOptions, indent: number): string[] {
  const room = Math.max(30, width - indent);
  if (!isTty || widthOf(text) <= room) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
