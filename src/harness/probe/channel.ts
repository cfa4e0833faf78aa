import { randomUUID } from 'node:crypto';
import type { MayreachError } from '../../source/error.ts';
import { Link } from './link.ts';
import type { AgentTransport } from './model.ts';
import { fromAgent, type AttemptRow, type FromAgent, type Job, type Pong, type ResultLine } from './protocol.ts';

export interface ChannelTiming {
  /** Between pings while a job is outstanding. */
  readonly pingMs: number;
  /** Between pings while none is: proxies cut a connection that is silent for minutes. */
  readonly idlePingMs: number;
  /** A transport on which nothing is heard for so long, though asked, is given up. */
  readonly silenceMs: number;
}
/** For a real cluster. */
export const TIMING: ChannelTiming = { pingMs: 1_000, idlePingMs: 20_000, silenceMs: 6_000 };

/** How a job ended. `done: false`: it is not known whether, or how far, it ran; what came of it has been handed over. */
export type JobEnd =
  | { readonly done: true; readonly result: unknown; readonly error?: string }
  | { readonly done: false; readonly reason: string };

export interface JobOptions {
  /** When nothing has come of the job for so long, it is given up as not measured. */
  readonly patienceMs: number;
  readonly onRows?: (rows: readonly AttemptRow[]) => void;
}

interface Outstanding {
  readonly text: string;
  readonly rows: (rows: readonly AttemptRow[]) => void;
  readonly end: (end: JobEnd) => void;
}

/** The conversation with one agent. It outlives its transports: nothing is lost or doubled when one drops. */
export class Channel {
  readonly #session = randomUUID();
  readonly #timing: ChannelTiming;
  readonly #link: Link;
  readonly #timer: NodeJS.Timeout;
  readonly #outstanding = new Map<number, Outstanding>();
  readonly #early = new Map<number, ResultLine>(); // came before a line that is missing
  #received = 0; // all result lines up to this number have been handled
  #acknowledged = 0;
  #asked = -1; // the `received` for which missing lines were asked last
  #jobs = 0;
  #heardAt = performance.now();
  #pingedAt = 0;
  #tickedAt = performance.now();
  #failure: string | undefined;
  #refusal: MayreachError | undefined;

  constructor(connect: () => Promise<AgentTransport>, timing: ChannelTiming) {
    this.#timing = timing;
    this.#link = new Link(connect, {
      onUp: () => this.#onUp(),
      onLine: (line) => this.#onLine(line),
      onRefused: (error) => {
        this.#refusal = error;
        this.#fail(error.message);
      },
    });
    this.#timer = setInterval(() => this.#tick(), Math.min(timing.pingMs, 250));
  }

  /** Never rejects: a job that could not be finished says so in its end. */
  run(job: Job, { patienceMs, onRows }: JobOptions): Promise<JobEnd> {
    if (this.#failure !== undefined) return Promise.resolve({ done: false, reason: this.#failure });
    const seq = ++this.#jobs;
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        const why = this.#link.down ?? 'its agent does not answer';
        end({ done: false, reason: `nothing heard of it for ${Math.round(patienceMs / 100) / 10} s: ${why}` });
      }, patienceMs);
      const end = (ended: JobEnd): void => {
        clearTimeout(late);
        this.#outstanding.delete(seq);
        resolve(ended);
      };
      const text = `${JSON.stringify({ session: this.#session, seq, ...job })}\n`;
      const rows = (news: readonly AttemptRow[]): void => {
        late.refresh();
        onRows?.(news);
      };
      this.#outstanding.set(seq, { text, rows, end });
      this.#link.send(text);
    });
  }

  /** Why no transport can be had at all; jobs have ended with its message. */
  get refusal(): MayreachError | undefined {
    return this.#refusal;
  }

  close(): void {
    this.#fail('the channel was closed');
  }

  #onUp(): void {
    this.#heardAt = performance.now();
    this.#link.send('\n'); // ends what the dropped transport may have cut
    this.#askMissing();
    this.#resend();
  }

  #onLine(line: string): void {
    this.#heardAt = performance.now();
    const message = parse(line);
    if (message === undefined) return; // cut by a dropped transport, or not ours: what is missing is asked again
    if ('pong' in message) this.#onPong(message);
    else this.#onResult(message);
  }

  #onResult(line: ResultLine): void {
    if (line.n <= this.#received) return;
    this.#early.set(line.n, line);
    for (;;) {
      const next = this.#early.get(this.#received + 1);
      if (!next) break;
      this.#early.delete(next.n);
      this.#received = next.n;
      this.#handle(next);
    }
    if (this.#early.size > 0 && this.#asked !== this.#received) this.#askMissing();
  }

  #handle(line: ResultLine): void {
    const job = this.#outstanding.get(line.job);
    if (!job) return;
    if (line.rows) job.rows(line.rows);
    if (line.done !== true) return;
    job.end({ done: true, result: line.result, ...(line.error === undefined ? {} : { error: line.error }) });
  }

  // A ping is answered in order, so whatever was sent before it and is not counted in the answer was lost.
  #onPong(pong: Pong): void {
    const known = pong.session === this.#session;
    if (known && pong.last < this.#received) {
      this.#fail('its agent was restarted, or taken over by another run');
      return;
    }
    if (!known || pong.last > this.#received) this.#askMissing();
    if (!known || pong.jobs < pong.pong) this.#resend();
  }

  #tick(): void {
    const { pingMs, idlePingMs, silenceMs } = this.#timing;
    const now = performance.now();
    if (now - this.#tickedAt > 1_000) this.#heardAt = now; // it was us who did not listen
    this.#tickedAt = now;
    if (this.#acknowledged < this.#received && this.#say({ ack: this.#received })) this.#acknowledged = this.#received;
    if (this.#link.down === undefined && this.#pingedAt > this.#heardAt && now - this.#heardAt > silenceMs) {
      this.#heardAt = now;
      this.#link.drop(`nothing heard for ${silenceMs / 1000} s`);
    } else if (now - this.#pingedAt >= (this.#outstanding.size > 0 ? pingMs : idlePingMs)) {
      this.#pingedAt = now;
      this.#say({ ping: this.#jobs });
    }
  }

  #say(message: object): boolean {
    return this.#link.send(`${JSON.stringify({ session: this.#session, ...message })}\n`);
  }

  #askMissing(): void {
    this.#asked = this.#received;
    this.#say({ open: this.#received });
  }

  #resend(): void {
    for (const { text } of this.#outstanding.values()) this.#link.send(text);
  }

  #fail(reason: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = reason;
    clearInterval(this.#timer);
    this.#link.close();
    for (const job of [...this.#outstanding.values()]) job.end({ done: false, reason });
  }
}

function parse(line: string): FromAgent | undefined {
  try {
    return fromAgent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
