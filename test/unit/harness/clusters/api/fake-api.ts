import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connectKube } from '../../../../../src/harness/clusters/api/connect.ts';
import type { KubeApi } from '../../../../../src/harness/clusters/api/model.ts';

export interface SeenRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers one request; `undefined` leaves it to the next rule. */
export type Answer =
  | {
      readonly status?: number;
      readonly json?: unknown;
      readonly text?: string;
      readonly headers?: Record<string, string>;
    }
  | { readonly reset: true }
  | { readonly hang: true }
  | { readonly stream: (response: ServerResponse) => void };

export interface FakeApi {
  readonly url: string;
  readonly seen: SeenRequest[];
  readonly server: Server;
  readonly kube: (user?: string) => KubeApi;
  readonly close: () => Promise<void>;
}

/** A server on localhost that answers as the test says, and keeps what it was asked. */
export async function startFakeApi(answer: (request: SeenRequest, count: number) => Answer): Promise<FakeApi> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const opened: KubeApi[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        url: new URL(incoming.url ?? '', 'http://fake'),
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      seen.push(request);
      reply(answer(request, seen.length), incoming, response);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    seen,
    server,
    kube: (user = 'token: secret') => {
      const kube = connectKube(kubeconfig(url, user), { attempts: 4, firstDelayMs: 1, longestDelayMs: 20 });
      opened.push(kube);
      return kube;
    },
    close: async () => {
      await Promise.all(opened.map((kube) => kube.close()));
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reply(answer: Answer, incoming: IncomingMessage, response: ServerResponse): void {
  if ('reset' in answer) incoming.socket.destroy();
  else if ('stream' in answer) answer.stream(response);
  else if (!('hang' in answer)) {
    const body = answer.text ?? JSON.stringify(answer.json ?? {});
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers }).end(body);
  }
}

export function kubeconfig(server: string, user = 'token: secret'): string {
  return `apiVersion: v1
kind: Config
current-context: test
clusters: [{name: c, cluster: {server: "${server}"}}]
users: [{name: u, user: {${user}}}]
contexts: [{name: test, context: {cluster: c, user: u}}, {name: staging, context: {cluster: c, user: u}}]
`;
}

export function status(code: number, message: string, reason = 'Forbidden'): Answer {
  return { status: code, json: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code } };
}
