import type { Readable } from 'node:stream';

/** The last lines that a container wrote: a container that failed to start is removed, and its log with it. */
export class LogTail {
  readonly #most: number;
  #lines: string[] = [];
  #rest = '';

  constructor(most = 20) {
    this.#most = most;
  }

  follow(stream: Readable): void {
    stream.on('data', (chunk: Buffer | string) => this.add(chunk.toString()));
    // A cut log loses lines of an explanation and nothing else.
    stream.on('error', () => undefined);
  }

  add(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    this.#lines = [...this.#lines, ...lines.map((line) => line.trimEnd()).filter((line) => line !== '')].slice(
      -this.#most,
    );
  }

  lines(): readonly string[] {
    return (this.#rest.trim() === '' ? this.#lines : [...this.#lines, this.#rest.trimEnd()]).slice(-this.#most);
  }
}
