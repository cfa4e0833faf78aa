import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

export interface FakeSocket {
  readonly path: string;
  /** Sends one binary message. */
  send(stream: number, text: string | Buffer): void;
  /** Breaks the connection without a word. */
  break(): void;
  /** What came on stdin (stream 0). */
  readonly stdin: () => string;
  readonly pings: () => number;
}

export interface FakeSocketOptions {
  readonly protocol?: string;
  readonly answersPings?: boolean;
}

/** The server side of RFC 6455, as far as a channel needs it. */
export function acceptSockets(
  server: Server,
  onSocket: (socket: FakeSocket) => void,
  options: FakeSocketOptions = {},
): void {
  server.on('upgrade', (request, stream: Duplex) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    stream.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${options.protocol ?? 'v5.channel.k8s.io'}\r\n\r\n`,
    );
    let stdin = '';
    let pings = 0;
    let rest = Buffer.alloc(0);
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let frame = readFrame(rest); frame !== undefined; frame = readFrame(rest)) {
        rest = rest.subarray(frame.size);
        if (frame.opcode === 0x9) {
          pings += 1;
          if (options.answersPings !== false) stream.write(writeFrame(0xa, frame.payload));
        } else if (frame.opcode === 0x8) stream.end(writeFrame(0x8, frame.payload));
        else if (frame.payload[0] === 0) stdin += frame.payload.subarray(1).toString('utf8');
      }
    });
    onSocket({
      path: request.url ?? '',
      send: (channel, text) => stream.write(writeFrame(0x2, Buffer.concat([Buffer.of(channel), Buffer.from(text)]))),
      break: () => stream.destroy(),
      stdin: () => stdin,
      pings: () => pings,
    });
  });
}

function writeFrame(opcode: number, payload: Buffer): Buffer {
  const length = payload.length;
  const header =
    length < 126 ? Buffer.of(0x80 | opcode, length) : Buffer.of(0x80 | opcode, 126, length >> 8, length & 255);
  return Buffer.concat([header, payload]);
}

function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; size: number } | undefined {
  if (bytes.length < 6) return undefined;
  const short = (bytes[1] ?? 0) & 127;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 6 + extra) return undefined;
  const length = extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const start = 6 + extra;
  if (bytes.length < start + length) return undefined;
  const mask = bytes.subarray(2 + extra, start);
  const payload = Buffer.from(
    bytes.subarray(start, start + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)),
  );
  return { opcode: (bytes[0] ?? 0) & 15, payload, size: start + length };
}
