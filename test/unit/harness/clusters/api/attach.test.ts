import { afterEach, describe, expect, it } from 'vitest';
import { createConnector } from '../../../../../src/harness/clusters/api/attach.ts';
import type { ChannelOptions } from '../../../../../src/harness/clusters/api/channel.ts';
import type { AgentTransport } from '../../../../../src/harness/probe/model.ts';
import { startFakeApi, status, type Answer, type FakeApi, type SeenRequest } from './fake-api.ts';
import { acceptSockets, type FakeSocket, type FakeSocketOptions } from './fake-socket.ts';

let api: FakeApi | undefined;
const transports: AgentTransport[] = [];
afterEach(async () => {
  for (const transport of transports.splice(0)) transport.close();
  await api?.close();
});

const pod = { namespace: 'shop', name: 'mayreach-1' };

async function attach(
  options: Partial<ChannelOptions> = {},
  socketOptions: FakeSocketOptions = {},
): Promise<{ transport: AgentTransport; socket: FakeSocket }> {
  api = await startFakeApi(() => ({}));
  const accepted = Promise.withResolvers<FakeSocket>();
  acceptSockets(api.server, accepted.resolve, socketOptions);
  const transport = await createConnector(api.kube(), options)(pod);
  transports.push(transport);
  return { transport, socket: await accepted.promise };
}

const closed = (transport: AgentTransport): Promise<string> => new Promise((resolve) => transport.onClose(resolve));
const received = (transport: AgentTransport, length: number): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    transport.onData((chunk) => {
      text += chunk;
      if (text.length >= length) resolve(text);
    });
  });

describe('a channel that stands', () => {
  it('asks for stdin and stdout of the probe container', async () => {
    const { socket } = await attach();
    expect(socket.path).toBe(
      '/api/v1/namespaces/shop/pods/mayreach-1/attach?container=probe&stdin=true&stdout=true&stderr=true',
    );
  });

  it('carries long lines in both directions, characters whole', async () => {
    const { transport, socket } = await attach({}, { protocol: 'v4.channel.k8s.io' });
    const bytes = Buffer.from('{"grüße":"€"}\n');
    for (const byte of bytes) socket.send(1, Buffer.of(byte));
    expect(await received(transport, 14)).toBe('{"grüße":"€"}\n');
    const long = `${'ü'.repeat(100_000)}\n`;
    transport.send(long);
    await expect.poll(() => socket.stdin().length).toBe(long.length);
    expect(socket.stdin()).toBe(long);
  });

  it('keeps what came before somebody listened', async () => {
    const { transport, socket } = await attach();
    socket.send(1, 'early\n');
    socket.send(3, '{"status":"Success"}');
    await closed(transport);
    expect(await received(transport, 1)).toBe('early\n');
  });

  it('stays up while pings are answered', async () => {
    const { transport, socket } = await attach({ pingMs: 5, silenceMs: 40 });
    let reason: string | undefined;
    transport.onClose((said) => (reason = said));
    await expect.poll(() => socket.pings()).toBeGreaterThan(20);
    expect(reason).toBeUndefined();
  });
});

describe('a channel that ends', () => {
  it('is told once when the connection breaks', async () => {
    const { transport, socket } = await attach();
    const reasons: string[] = [];
    transport.onClose((reason) => reasons.push(reason));
    socket.break();
    await closed(transport);
    transport.close();
    expect(reasons).toHaveLength(1);
  });

  it('is told when nothing is heard any more', async () => {
    const { transport } = await attach({ pingMs: 5, silenceMs: 20 }, { answersPings: false });
    expect(await closed(transport)).toBe('no sign of life for 0.02 s');
  });

  it("is told with the server's last word and the process's", async () => {
    const { transport, socket } = await attach();
    socket.send(2, 'warning\nout of memory\n');
    socket.send(3, JSON.stringify({ status: 'Failure', message: 'command terminated with exit code 134' }));
    expect(await closed(transport)).toBe(
      "the agent's container ended: command terminated with exit code 134 (out of memory)",
    );
  });
});

describe('a channel that cannot be had', () => {
  async function failure(answer: (request: SeenRequest) => Answer): Promise<unknown> {
    api = await startFakeApi(answer);
    api.server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
    return createConnector(api.kube())(pod).catch((error: unknown) => error);
  }
  const review = (allowed: (verb: string) => boolean) => (body: string) => {
    const { kind, spec } = JSON.parse(body) as { kind: string; spec: { resourceAttributes: { verb: string } } };
    if (kind === 'SelfSubjectReview') return { json: { status: { userInfo: { username: 'eve' } } } };
    return { json: { status: { allowed: allowed(spec.resourceAttributes.verb) } } };
  };

  it('names the verbs that are missing on pods/attach', async () => {
    const answer = review((verb) => verb === 'get');
    const error = await failure(({ body }) => answer(body));
    expect(error).toMatchObject({ code: 'RIGHT_MISSING' });
    expect((error as Error).message).toContain('user eve may not create pods/attach in namespace shop');
    const asked = api?.seen.map(({ body }) => JSON.parse(body) as unknown);
    expect(asked).toHaveLength(3);
    expect(asked?.[0]).toMatchObject({
      spec: { resourceAttributes: { resource: 'pods', subresource: 'attach', namespace: 'shop', group: '' } },
    });
  });

  const pods: readonly [Answer, string, string][] = [
    [status(404, 'not found', 'NotFound'), 'PROBE_NOT_READY', 'it is gone'],
    [
      { json: { metadata: { name: 'x' }, status: { phase: 'Failed', reason: 'Evicted' } } },
      'PROBE_NOT_READY',
      'it is Failed, Evicted',
    ],
    [{ json: { metadata: { name: 'x' }, status: { phase: 'Running' } } }, 'CLUSTER_UNREACHABLE', 'the node is away'],
  ];
  it.each(pods)('tells how the pod fares: %j', async (podAnswer, code, text) => {
    const allowed = review(() => true);
    const error = await failure(({ method, url, body }) => {
      if (method === 'POST') return allowed(body);
      return url.pathname.endsWith('/attach') ? status(404, 'the node is away') : podAnswer;
    });
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(text);
  });
});
