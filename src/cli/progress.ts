import { styleText } from 'node:util';
import type { Progress } from '../harness/run/options.ts';
import { printable, printableLine } from '../reports/printable.ts';

/** How often a line that counts is drawn again, ms. */
const REDRAW_MS = 100;

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Progress on stderr. A terminal gets one line that is drawn again, with the time that is left; a pipe gets a plain
 * line for each stage. Texts may quote files and clusters: what would steer the terminal is spelled out.
 */
export class ProgressPrinter implements Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #notes = new Set<string>();
  #stage = '';
  #stageStart = 0;
  #drawn = 0;
  #open = false;

  constructor(stream: ProgressStream, now: () => number = Date.now) {
    this.#stream = stream;
    this.#now = now;
  }

  stage(text: string): void {
    this.done();
    this.#stage = printableLine(text);
    this.#stageStart = this.#now();
    if (this.#stream.isTTY === true) this.#draw(this.#stage);
    else this.#stream.write(`${this.#stage}\n`);
  }

  count(done: number, total: number, unit: string): void {
    const now = this.#now();
    if (this.#stream.isTTY !== true || (now - this.#drawn < REDRAW_MS && done < total)) return;
    this.#drawn = now;
    const spent = now - this.#stageStart;
    const left = done === 0 || done >= total ? '' : `, ${duration((spent / done) * (total - done))} left`;
    this.#draw(`${this.#stage}: ${done}/${total} ${unit}${left}`);
  }

  /** Each note once, however often it is said. */
  note(text: string): void {
    if (this.#notes.has(text)) return;
    this.#notes.add(text);
    this.#clear();
    this.#stream.write(`${this.#dim('note:')} ${printable(text)}\n`);
    if (this.#stage !== '' && this.#stream.isTTY === true) this.#draw(this.#stage);
  }

  /** Leaves a clean line for what comes next. */
  done(): void {
    this.#clear();
    this.#stage = '';
  }

  #draw(text: string): void {
    this.#clear();
    this.#stream.write(this.#dim(text.slice(0, (this.#stream.columns ?? 80) - 1)));
    this.#open = true;
  }

  #clear(): void {
    if (this.#open) this.#stream.write('\r\u001b[2K');
    this.#open = false;
  }

  #dim(text: string): string {
    // Colour goes where stderr goes, whatever stdout is: NO_COLOR and FORCE_COLOR hold.
    return this.#stream.isTTY === true && !process.env['NO_COLOR']
      ? styleText('dim', text, { validateStream: false })
      : text;
  }
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
