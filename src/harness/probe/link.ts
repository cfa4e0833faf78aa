import { MayreachError, type ErrorCode } from '../../source/error.ts';
import type { AgentTransport } from './model.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const CONNECT_TIMEOUT_MS = 15_000;

export interface LinkEvents {
  /** A transport is open, the first or one that replaces a dropped one. */
  onUp(): void;
  onLine(line: string): void;
  /** No transport can be had, now or later: a right is missing, the pod is gone. */
  onRefused(error: MayreachError): void;
}

const FINAL: readonly ErrorCode[] = ['RIGHT_MISSING', 'PROBE_NOT_READY'];

/** One transport at a time, replaced with growing pauses whenever it drops, until the link is closed. */
export class Link {
  readonly #connect: () => Promise<AgentTransport>;
  readonly #events: LinkEvents;
  #transport: AgentTransport | undefined;
  #down: string | undefined = 'not attached yet';
  #closed = false;
  #pauseMs = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;
  // What an abandoned transport still says or fails with carries an old generation and is not heard.
  #generation = 0;

  constructor(connect: () => Promise<AgentTransport>, events: LinkEvents) {
    this.#connect = connect;
    this.#events = events;
    this.#attach();
  }

  /** Why there is no transport now; undefined while there is one. */
  get down(): string | undefined {
    return this.#down;
  }

  /** False when no transport is open: the text is not kept. */
  send(text: string): boolean {
    try {
      this.#transport?.send(text);
    } catch (error) {
      this.drop(error instanceof Error ? error.message : String(error));
    }
    return this.#transport !== undefined;
  }

  /** Gives the open transport up, as when it has fallen silent; another is opened. */
  drop(reason: string): void {
    this.#generation += 1;
    clearTimeout(this.#timer);
    const dropped = this.#transport;
    this.#transport = undefined;
    this.#down = reason;
    dropped?.close();
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#attach(), this.#pauseMs);
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
  }

  close(): void {
    this.#closed = true;
    this.drop('closed');
  }

  #attach(): void {
    const mine = this.#generation;
    const late = `no answer to the attach for ${CONNECT_TIMEOUT_MS / 1000} s`;
    this.#timer = setTimeout(() => this.drop(late), CONNECT_TIMEOUT_MS);
    this.#connect().then(
      (opened) => {
        if (mine === this.#generation) this.#adopt(opened, mine);
        else opened.close();
      },
      (error: unknown) => {
        if (mine !== this.#generation) return;
        if (error instanceof MayreachError && FINAL.includes(error.code)) this.#events.onRefused(error);
        else this.drop(error instanceof Error ? error.message : String(error));
      },
    );
  }

  #adopt(opened: AgentTransport, mine: number): void {
    clearTimeout(this.#timer);
    this.#transport = opened;
    this.#down = undefined;
    const read = lineReader((line) => {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#events.onLine(line);
    });
    opened.onData((chunk) => {
      if (mine === this.#generation) read(chunk);
    });
    opened.onClose((reason) => {
      if (mine === this.#generation) this.drop(reason);
    });
    this.#events.onUp();
  }
}

/** Cuts a stream of chunks into lines; empty ones are left out. */
export function lineReader(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  };
}
