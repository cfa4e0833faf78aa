import { readFileSync } from 'node:fs';
import { MayreachError } from '../source/error.ts';

/** How often the parents are looked for, ms. */
const POLL_MS = 500;
/** More shells than this between npx and its command would be strange. */
const MOST_ANCESTORS = 4;

/** What a shell and scripts expect of a command that was interrupted. */
export const EXIT_INTERRUPTED = 130;

export interface Interruption {
  readonly signal: AbortSignal;
  /** Looks at once: between two looks at the parents, work may end. @throws MayreachError INTERRUPTED */
  throwIfInterrupted(): void;
  /** Stops listening; the process may end by itself then. */
  dispose(): void;
}

/**
 * Aborts on SIGINT, SIGTERM, SIGHUP, and when the process that started this one is gone: a killed npx sends nothing,
 * and a run that nobody waits for must not leave its cluster behind. A second Ctrl-C changes nothing: cleaning up is
 * what it would cut short.
 */
export function onInterrupt(say: (text: string) => void): Interruption {
  const controller = new AbortController();
  const interrupt = (why: string): void => {
    if (controller.signal.aborted) {
      say(`still cleaning up (${why})`);
      return;
    }
    say(`interrupted (${why}): cleaning up`);
    controller.abort(new MayreachError(`interrupted (${why})`, { code: 'INTERRUPTED' }));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  signals.forEach((name) => process.on(name, interrupt));
  const parents = ancestors();
  const look = (): void => {
    if (process.ppid === parents[0] && stillTheSame(parents)) return;
    clearInterval(timer);
    if (!controller.signal.aborted) interrupt('the process that started this one is gone');
  };
  const timer = setInterval(look, POLL_MS);
  timer.unref();
  return {
    signal: controller.signal,
    throwIfInterrupted: () => {
      look();
      controller.signal.throwIfAborted();
    },
    dispose: () => {
      clearInterval(timer);
      signals.forEach((name) => process.off(name, interrupt));
    },
  };
}

/** The parent; under npm also the shells between, up to npm itself: killing npm leaves its shell alive. */
function ancestors(): readonly number[] {
  const parents = [process.ppid];
  if (process.env['npm_execpath'] === undefined) return parents;
  let last = process.ppid;
  while (parents.length < MOST_ANCESTORS && !isNpm(last)) {
    const parent = parentOf(last);
    if (parent === undefined || parent <= 1) break;
    parents.push(parent);
    last = parent;
  }
  return isNpm(last) ? parents : parents.slice(0, 1);
}

function stillTheSame(parents: readonly number[]): boolean {
  return parents.slice(0, -1).every((pid, index) => parentOf(pid) === parents[index + 1]);
}

/** Linux keeps this in /proc; elsewhere only the parent itself is watched. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function isNpm(pid: number): boolean {
  try {
    return /\bnp[mx]\b/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}
