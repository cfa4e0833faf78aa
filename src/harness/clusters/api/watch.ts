import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from './call.ts';
import { hasStatus, KubeApiError } from './errors.ts';
import type { KubeObject, WatchEvent, WatchOptions } from './model.ts';

/** The server ends a watch after this; it is then resumed. Short enough that a dead connection is noticed. */
const WATCH_SECONDS = 240;
const RESUME_DELAY_MS = 500;
/** In a row, without an event between. */
const MAX_FAILURES = 8;

interface RawEvent {
  readonly type: WatchEvent['type'] | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject & { readonly code?: number; readonly message?: string };
}

/** See {@link import('./model.ts').KubeApi.watch}. */
export async function watch(caller: Caller, path: string, options: WatchOptions): Promise<void> {
  const { signal, onEvent } = options;
  // `0`: what the server's cache holds, then everything after it.
  let resourceVersion = options.resourceVersion ?? '0';
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const event of events(caller, path, resourceVersion, options)) {
        if (event.type === 'ERROR') throw lostPlace(path, event);
        failures = 0;
        resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
        if (event.type !== 'BOOKMARK') onEvent({ type: event.type, object: event.object });
      }
    } catch (error) {
      if (isAborted(signal)) return;
      failures += 1;
      if (failures >= MAX_FAILURES || !isPassing(error)) throw error;
      await pause(signal);
    }
  }
}

async function* events(
  caller: Caller,
  path: string,
  resourceVersion: string,
  { signal, query }: WatchOptions,
): AsyncGenerator<RawEvent> {
  const { body } = await caller.stream(
    {
      method: 'GET',
      path,
      verb: 'watch',
      query: {
        ...query,
        watch: 'true',
        // From `0` a server takes this for a streamed list, which one with an old etcd refuses.
        ...(resourceVersion === '0' ? {} : { allowWatchBookmarks: 'true' }),
        timeoutSeconds: String(WATCH_SECONDS),
        resourceVersion,
      },
    },
    signal,
  );
  body.setEncoding('utf8');
  let rest = '';
  for await (const chunk of body) {
    rest += String(chunk);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as RawEvent;
  }
}

/** `ERROR` carries a Status; 410 Gone is the common one. */
function lostPlace(path: string, { object }: RawEvent): KubeApiError {
  return new KubeApiError(`the watch of ${path} was ended: ${object.message ?? 'no reason given'}`, {
    code: 'CLUSTER_UNREACHABLE',
    hint: 'What changed in between is not known: list again.',
    status: object.code ?? 410,
    reason: 'Expired',
  });
}

/** A break of the connection, or a server that says so itself. */
function isPassing(error: unknown): boolean {
  return !(error instanceof KubeApiError) || error.status === undefined || hasStatus(error, 429, 500, 502, 503, 504);
}

/** A look of its own: the compiler takes the loop's condition for settled. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(RESUME_DELAY_MS, undefined, { signal });
  } catch {
    // Aborted while waiting: the loop ends on the signal.
  }
}
