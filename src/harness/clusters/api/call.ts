import { request, type Dispatcher } from 'undici';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials } from './credentials.ts';
import { errorOfAnswer, errorOfTransport, isAboutObject, type CallSubject, type KubeApiError } from './errors.ts';
import type { CallOptions, KubeTarget } from './model.ts';

export interface Call extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  /** What the caller is doing, for messages: `create`, `list`. */
  readonly verb: string;
  readonly object?: string;
  /** A POST that changes nothing: a review. Every other method may be repeated anyway. */
  readonly repeatable?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An answer, or why there is none. */
type Result = Answer | { readonly cause: unknown };

export interface StreamAnswer {
  readonly body: Dispatcher.ResponseData['body'];
}

/** Waits and tries, all in one place so that tests can shorten them. */
export interface RetryRules {
  /** Tries in all. */
  readonly attempts: number;
  /** Wait before the second try, ms; doubled each time. */
  readonly firstDelayMs: number;
  /** No `retry-after` is obeyed beyond this, ms. */
  readonly longestDelayMs: number;
}

export const RETRY: RetryRules = { attempts: 5, firstDelayMs: 100, longestDelayMs: 10_000 };
const CALL_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** Connections that break before the server can have read the request. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH']);

/** Sends calls to one API server: authenticated, retried, bounded in time. */
export class Caller {
  readonly target: KubeTarget;
  readonly #credentials: Credentials;
  readonly #retry: RetryRules;
  /** Known after the first whoami; named in messages. */
  user: string | undefined;

  constructor(target: KubeTarget, credentials: Credentials, retry: RetryRules = RETRY) {
    this.target = target;
    this.#credentials = credentials;
    this.#retry = retry;
  }

  /** The answer of a status below 400; with `absent` set, of 404 too. */
  async send(call: Call, absent = false): Promise<Answer> {
    const timeoutMs = call.timeoutMs ?? CALL_TIMEOUT_MS;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
    let renewed: boolean = false;
    for (let attempt = 1; ; attempt += 1) {
      const result: Result = await this.#attempt(call, signal, renewed);
      if (isGood(result, absent)) return result;
      call.signal?.throwIfAborted();
      const renew: boolean = 'status' in result && result.status === 401 && !renewed;
      renewed = renew;
      if (!renew) {
        const last = attempt >= this.#retry.attempts || timeout.aborted;
        if (last || !mayRepeat(call, result)) throw this.#error(call, result, timeout.aborted ? timeoutMs : undefined);
        await pause(this.#delay(attempt, result), signal);
      }
    }
  }

  #error(call: Call, result: Result, timedOutMs: number | undefined): KubeApiError {
    const subject = this.#subject(call);
    if ('status' in result) return errorOfAnswer(this.target, subject, result.status, result.text);
    const cause = timedOutMs === undefined ? result.cause : new Error(`no answer within ${timedOutMs / 1000} s`);
    return errorOfTransport(this.target, subject, cause);
  }

  /** An answer that is read as it comes, without a limit on its time: the caller's signal ends it. */
  async stream(call: Call, signal: AbortSignal): Promise<StreamAnswer> {
    const { headers, dispatcher } = await this.#credentials.session();
    let answer: Dispatcher.ResponseData;
    try {
      answer = await request(this.#url(call), { method: call.method, dispatcher, headers: { ...headers }, signal });
    } catch (cause) {
      signal.throwIfAborted();
      throw errorOfTransport(this.target, this.#subject(call), cause);
    }
    if (answer.statusCode < 400) return { body: answer.body };
    throw errorOfAnswer(this.target, this.#subject(call), answer.statusCode, await answer.body.text());
  }

  async #attempt(call: Call, signal: AbortSignal, anew: boolean): Promise<Result> {
    // Not caught: a login that fails is no connection that breaks.
    const { headers, dispatcher } = await this.#credentials.session(anew);
    try {
      const {
        statusCode,
        headers: said,
        body,
      } = await request(this.#url(call), {
        method: call.method,
        dispatcher,
        signal,
        headers: {
          ...headers,
          accept: 'application/json',
          ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      return { status: statusCode, headers: said, text: await readText(body) };
    } catch (cause) {
      return { cause };
    }
  }

  #delay(attempt: number, result: Result): number {
    const asked = 'headers' in result ? Number(result.headers['retry-after']) * 1000 : Number.NaN;
    const ours = this.#retry.firstDelayMs * 2 ** (attempt - 1);
    return Math.min(this.#retry.longestDelayMs, Number.isFinite(asked) ? Math.max(asked, ours) : ours);
  }

  #url({ path, query }: Call): string {
    const parameters = new URLSearchParams(query).toString();
    if (parameters === '') return `${this.target.server}${path}`;
    return `${this.target.server}${path}${path.includes('?') ? '&' : '?'}${parameters}`;
  }

  #subject({ verb, path, object }: Call): CallSubject {
    return { verb, path, ...(object === undefined ? {} : { object }), user: this.user };
  }
}

function isGood(result: Result, absent: boolean): result is Answer {
  return 'status' in result && (result.status < 400 || (absent && result.status === 404));
}

/** 429 says that the server did nothing; after a 5xx or a break it may have acted, so a create is not repeated. */
function mayRepeat(call: Call, result: Result): boolean {
  if ('cause' in result) return isRepeatable(call) || NEVER_SENT.has(codeOf(result.cause));
  if (result.status === 429) return true;
  return result.status >= 500 && result.status !== 501 && isRepeatable(call) && !isAboutObject(result.text);
}

function isRepeatable({ method, repeatable }: Call): boolean {
  return repeatable ?? method !== 'POST';
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return codeOf(cause.cause);
}

/** Ends early when the time is up or the caller gave up: the next try then says so. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const part: unknown = chunk;
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}
