import diagnostics from 'node:diagnostics_channel';
import { StringDecoder } from 'node:string_decoder';
import { ping, WebSocket, type ErrorEvent, type MessageEvent } from 'undici';
import type { AgentTransport } from '../../probe/model.ts';
import type { SocketAccess } from './model.ts';

/**
 * The first byte of every message names its stream.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/ and k8s.io/apimachinery/pkg/util/remotecommand
 */
const STREAM = { stdin: 0, stdout: 1, stderr: 2, status: 3 } as const;
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** One message's text; client-go writes in pieces of this size. */
const PIECE_BYTES = 32 * 1024;

export interface ChannelOptions {
  /** Until the WebSocket stands, ms. The server dials the node meanwhile. */
  readonly handshakeMs: number;
  /** Between two pings, ms: the server sends none, and proxies cut what is silent. */
  readonly pingMs: number;
  /** Without any message or pong for so long the connection counts as lost, ms. */
  readonly silenceMs: number;
}

const DEFAULTS: ChannelOptions = { handshakeMs: 15_000, pingMs: 10_000, silenceMs: 30_000 };

/** Opens a streaming WebSocket; rejects with the handshake's error. */
export function openChannel(
  url: string,
  { dispatcher, headers }: SocketAccess,
  options: Partial<ChannelOptions> = {},
): Promise<AgentTransport> {
  const { handshakeMs, pingMs, silenceMs } = { ...DEFAULTS, ...options };
  const socket = new WebSocket(url, { protocols: PROTOCOLS, dispatcher, headers: { ...headers } });
  socket.binaryType = 'arraybuffer';
  const { promise, resolve, reject } = Promise.withResolvers<AgentTransport>();
  const timer = setTimeout(() => {
    reject(new Error(`the WebSocket was not open after ${handshakeMs / 1000} s`));
    socket.close();
  }, handshakeMs);
  const refused = (event: ErrorEvent | Event): void => {
    reject(new Error('message' in event ? event.message : 'the WebSocket was refused', { cause: causeOf(event) }));
  };
  socket.addEventListener('error', refused);
  socket.addEventListener('open', () => {
    clearTimeout(timer);
    resolve(createTransport(socket, pingMs, silenceMs));
  });
  socket.addEventListener('close', () => {
    clearTimeout(timer);
    reject(new Error('the WebSocket was closed before it was open'));
  });
  return promise;
}

function causeOf(event: ErrorEvent | Event): unknown {
  return 'error' in event ? event.error : undefined;
}

function createTransport(socket: WebSocket, pingMs: number, silenceMs: number): AgentTransport {
  const closing = createOnce();
  const output = createOutput();
  const decoder = new StringDecoder('utf8');
  let lastStderr = '';
  const stopWatching = watchSilence(socket, pingMs, silenceMs, () => {
    closing.end(`no sign of life for ${silenceMs / 1000} s`);
    socket.close();
  });
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!(data instanceof ArrayBuffer)) return;
    const bytes = Buffer.from(data);
    const content = bytes.subarray(1);
    if (bytes[0] === STREAM.stdout) output.push(decoder.write(content));
    else if (bytes[0] === STREAM.stderr) lastStderr = `${lastStderr}${content.toString('utf8')}`.slice(-2000);
    // The server's last word, when the process ended or its output cannot be had.
    else if (bytes[0] === STREAM.status) closing.end(endOf(content.toString('utf8'), lastStderr));
  });
  socket.addEventListener('error', (event) => {
    closing.end('message' in event ? event.message : 'the connection broke');
  });
  socket.addEventListener('close', ({ code, reason }) => {
    stopWatching();
    closing.end(`the connection was closed (${code}${reason ? `: ${reason}` : ''})`);
  });
  return {
    send: (text) => {
      const bytes = Buffer.from(text, 'utf8');
      for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
        socket.send(Buffer.concat([Buffer.of(STREAM.stdin), bytes.subarray(start, start + PIECE_BYTES)]));
      }
    },
    close: () => {
      stopWatching();
      closing.end('closed by mayreach');
      socket.close();
    },
    onData: output.listen,
    onClose: closing.listen,
  };
}

/** Output that came before somebody listened is kept. */
function createOutput(): { push(text: string): void; listen: (listener: (text: string) => void) => void } {
  const listeners: ((text: string) => void)[] = [];
  let early = '';
  return {
    push: (text) => {
      if (text === '') return;
      if (listeners.length === 0) early += text;
      for (const listener of listeners) listener(text);
    },
    listen: (listener) => {
      listeners.push(listener);
      if (early !== '') listener(early);
      early = '';
    },
  };
}

/** The first reason counts; whoever listens late is told too. */
function createOnce(): { end(reason: string): void; listen: (listener: (reason: string) => void) => void } {
  const listeners: ((reason: string) => void)[] = [];
  let ended: string | undefined;
  return {
    end: (reason) => {
      if (ended !== undefined) return;
      ended = reason;
      for (const listener of listeners) listener(reason);
    },
    listen: (listener) => {
      if (ended === undefined) listeners.push(listener);
      else listener(ended);
    },
  };
}

interface PongMessage {
  readonly websocket: WebSocket;
}

/**
 * Pings, and calls `lost` when so many in a row go unanswered that `silenceMs` is over. Pings are counted and not the
 * time: a process that was busy itself has not been left alone. Returns what ends it.
 */
function watchSilence(socket: WebSocket, pingMs: number, silenceMs: number, lost: () => void): () => void {
  let unanswered = 0;
  const heard = (): void => {
    unanswered = 0;
  };
  // undici tells of pongs on this channel alone.
  const onPong = (message: unknown): void => {
    if ((message as PongMessage).websocket === socket) heard();
  };
  diagnostics.subscribe('undici:websocket:pong', onPong);
  socket.addEventListener('message', heard);
  const timer = setInterval(() => {
    if (unanswered * pingMs >= silenceMs) lost();
    else ping(socket);
    unanswered += 1;
  }, pingMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    diagnostics.unsubscribe('undici:websocket:pong', onPong);
  };
}

function endOf(status: string, stderr: string): string {
  let said = status;
  try {
    const { status: outcome, message } = JSON.parse(status) as { readonly status?: string; readonly message?: string };
    said = message ?? outcome ?? status;
  } catch {
    // Not a Status: its text is all there is.
  }
  const last = stderr.trim().split('\n').at(-1);
  return `the agent's container ended: ${said}${last ? ` (${last})` : ''}`;
}
