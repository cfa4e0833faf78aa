import net from 'node:net';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProbePod } from '../../../../src/harness/probe/model.ts';
import { MayreachError } from '../../../../src/source/error.ts';
import { createProber, type AttachedProber } from '../../../../src/harness/probe/prober.ts';
import { attachTo, LocalAgents, measureOptions, NONCE, probe } from './local-agents.ts';

let agents: LocalAgents;
let prober: AttachedProber | undefined;
const cleanups: (() => unknown)[] = [];
const attach = async (graceMs?: number): Promise<AttachedProber> => {
  prober = await attachTo(agents, graceMs);
  return prober;
};

beforeEach(() => {
  agents = new LocalAgents();
});
afterEach(async () => {
  await prober?.close();
  prober = undefined;
  await agents.stop();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A TCP server that is no agent. */
async function strange(host: string, port: number, answer: (socket: net.Socket) => void): Promise<void> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    cleanups.push(() => socket.destroy());
    answer(socket);
  });
  cleanups.push(() => server.close());
  server.listen(port, host);
  await once(server, 'listening');
}

describe('TCP', () => {
  test('open carries who answered, where it was reached and the source it saw; attempts use fresh ports', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
    const { observations, health, attempts } = await (await attach()).measure([probe(a, b, 18080)], measureOptions());
    const observation = observations.get('a>b:18080/TCP');
    expect(observation).toMatchObject({ outcome: 'open' });
    expect(observation).not.toHaveProperty('doubt');
    expect(attempts).toBe(2);
    const [first, second] = observation?.attempts ?? [];
    expect(first?.responder).toMatchObject({ uid: b.uid, pod: 'test/pod-2', reachedAt: `${b.addresses[0]}:18080` });
    expect(first?.responder?.sawSource.endsWith(`:${first.localPort}`)).toBe(true);
    expect(second?.localPort).not.toBe(first?.localPort);
    expect(Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '')).toBeGreaterThanOrEqual(450);
    expect(health.get('a')).toMatchObject({ healthy: true, reachedSomething: true, opensEverything: false });
  });

  test('a port where nobody listens is refused', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
    const { observations } = await (await attach()).measure([probe(a, b, 18081)], measureOptions());
    const observation = observations.get('a>b:18081/TCP');
    expect(observation?.outcome).toBe('refused');
    expect(observation?.attempts.map(({ errno }) => errno)).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
  });

  test('a peer that accepts without saying who it is, resets, talks nonsense or hangs is not open', async () => {
    const a = agents.start('a', []);
    const host = (a.addresses[0] ?? '').replace(/\d+$/, '200');
    await strange(host, 18001, (socket) => socket.end());
    await strange(host, 18002, (socket) => socket.resetAndDestroy());
    await strange(host, 18003, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await strange(host, 18004, () => undefined);
    await strange(host, 18005, (socket) => socket.end(`{"nonce":"of another run","uid":"stranger","pod":"p"}\n`));
    const to: ProbePod = { ...a, id: 'stranger', uid: 'stranger', addresses: [host] };
    const ports = [18001, 18002, 18003, 18004, 18005];
    const batch = await (
      await attach()
    ).measure(
      ports.map((port) => probe(a, to, port)),
      measureOptions(),
    );
    for (const { attempts, outcome } of batch.observations.values()) {
      expect(outcome).toBe('accepted-not-identified');
      expect(attempts.map((attempt) => attempt.outcome)).toEqual([
        'accepted-not-identified',
        'accepted-not-identified',
      ]);
    }
  });

  test('who answers for a destination with all that strangers can learn of it is not open', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
    const host = (a.addresses[0] ?? '').replace(/\d+$/, '200');
    const known = { nonce: NONCE, uid: b.uid, pod: 'test/pod-2', reachedAt: `${host}:1`, sawSource: 'x:1' };
    // It echoes what it was asked, and so the token with a proof of it.
    await strange(host, 18006, (socket) => {
      socket.setEncoding('utf8').once('data', (asked: string) => {
        const [, token, proof] = asked.trim().split(' ');
        socket.end(`${JSON.stringify({ ...known, token, proof })}\n`);
      });
    });
    const posed = { ...probe(a, b, 18006), target: { address: host } };
    const { observations } = await (await attach()).measure([posed], measureOptions());
    expect(observations.get(posed.key)?.outcome).toBe('accepted-not-identified');
  });

  test('what is of no pod of the run is dialled and told nothing', async () => {
    const a = agents.start('a', []);
    const host = (a.addresses[0] ?? '').replace(/\d+$/, '200');
    const told: string[] = [];
    await strange(host, 18007, (socket) => socket.setEncoding('utf8').on('data', (text: string) => told.push(text)));
    const { key, from, protocol, port } = probe(a, a, 18007);
    const outside = { key, from, protocol, port, target: { address: host } };
    const { observations } = await (await attach()).measure([outside], measureOptions());
    expect(observations.get(outside.key)?.outcome).toBe('accepted-not-identified');
    expect(told).toEqual([]);
  });

  test('an answer from a pod that is not expected to answer is kept, and is not open', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
    const wrong = { ...probe(a, b, 18080), responders: ['somebody else'] };
    const { observations } = await (await attach()).measure([wrong], measureOptions());
    const observation = observations.get(wrong.key);
    expect(observation?.outcome).toBe('accepted-not-identified');
    expect(observation?.attempts[0]?.responder?.uid).toBe(b.uid);
  });

  test('a destination whose agent stands still is never called denied, and its silence is doubtful', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
    const attached = await attach(1_500);
    agents.child(b).kill('SIGSTOP');
    // Its kernel still completes handshakes.
    const { observations } = await attached.measure([probe(a, b, 18080)], measureOptions());
    const observation = observations.get('a>b:18080/TCP');
    expect(observation?.outcome).toBe('accepted-not-identified');
    expect(observation?.doubt).toContain('the counters of test/pod-2 are not known');
  });
});

describe('UDP', () => {
  test('an answered datagram is open, with the responder', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [], [18053])];
    const { observations } = await (await attach()).measure([probe(a, b, 18053, 'UDP')], measureOptions());
    const observation = observations.get('a>b:18053/UDP');
    expect(observation?.outcome).toBe('open');
    expect(observation?.attempts[0]).toMatchObject({ receiverSaw: true, responder: { uid: b.uid } });
  });

  test('a datagram that arrived is open although its answer was lost', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [], [18053])];
    // Stands between the two and hands datagrams on one way only.
    const host = (a.addresses[0] ?? '').replace(/\d+$/, '200');
    const relay = dgram.createSocket('udp4').bind(18053, host);
    cleanups.push(() => relay.close());
    await once(relay, 'listening');
    relay.on('message', (message, peer) => {
      if (peer.address !== b.addresses[0]) relay.send(message, 18053, b.addresses[0]);
    });
    const relayed = { ...probe(a, b, 18053, 'UDP'), target: { address: host } };
    const { observations } = await (await attach()).measure([relayed], measureOptions());
    const observation = observations.get(relayed.key);
    expect(observation?.outcome).toBe('open');
    expect(observation?.attempts.map(({ receiverSaw, responder }) => [receiverSaw, responder?.uid])).toEqual([
      [true, b.uid],
      [true, b.uid],
    ]);
  });

  test('silence is a timeout when the receiver says that it got nothing', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [], [18053])];
    const host = (a.addresses[0] ?? '').replace(/\d+$/, '200');
    const sink = dgram.createSocket('udp4').bind(18053, host);
    cleanups.push(() => sink.close());
    await once(sink, 'listening');
    const dropped = { ...probe(a, b, 18053, 'UDP'), target: { address: host } };
    const { observations } = await (await attach()).measure([dropped], measureOptions());
    const observation = observations.get(dropped.key);
    expect(observation?.outcome).toBe('timed-out');
    expect(observation?.attempts.map(({ receiverSaw }) => receiverSaw)).toEqual([false, false]);
  });

  test('silence is not measured when the receiver cannot be asked', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [], [18053])];
    const attached = await attach(1_500);
    agents.child(b).kill('SIGSTOP');
    const { observations } = await attached.measure([probe(a, b, 18053, 'UDP')], measureOptions());
    expect(observations.get('a>b:18053/UDP')?.outcome).toBe('not-measured');
  });

  test('a port where nobody listens is refused', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [], [18053])];
    const { observations } = await (await attach()).measure([probe(a, b, 18054, 'UDP')], measureOptions());
    expect(observations.get('a>b:18054/UDP')).toMatchObject({
      outcome: 'refused',
      attempts: [{ receiverSaw: false }, {}],
    });
  });
});

describe('names', () => {
  test('a name that does not resolve says so, with the code, and is not a denial', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
    const named = { ...probe(a, b, 18080), target: { name: 'no-such-host.invalid.' } };
    const { observations } = await (await attach()).measure([named], measureOptions());
    const observation = observations.get(named.key);
    expect(observation?.outcome).toBe('name-not-resolved');
    expect(observation?.attempts[0]?.errno).toMatch(/^E[A-Z]+$/);
    expect(observation?.resolved).toEqual([]);
  });
});

describe('readiness', () => {
  test('a port that is taken is named, and its refusals are doubtful', async () => {
    const a = agents.start('a', []);
    await strange((a.addresses[0] ?? '').replace(/\d+$/, '2'), 18080, (socket) => socket.end());
    const b = agents.start('b', [18080]);
    const attached = await attach();
    expect(attached.failedPorts).toEqual(['test/pod-2 cannot listen on TCP 18080: EADDRINUSE']);
    const { observations } = await attached.measure([probe(a, b, 18080)], measureOptions());
    expect(observations.get('a>b:18080/TCP')?.doubt).toBe('test/pod-2 could not listen on TCP 18080: EADDRINUSE');
  });

  test('a pod that cannot be attached to fails with its name and the reason', async () => {
    agents.start('a', []);
    agents.refuse = 'forbidden: pods/attach';
    const attaching = createProber(agents.pods, agents.connector, NONCE, { readyMs: 300 });
    await expect(attaching).rejects.toMatchObject({ code: 'PROBE_NOT_READY' });
    await expect(attaching).rejects.toThrow(/pod test\/pod-1: .*forbidden: pods\/attach/);
  });

  test("a right that is missing ends the attaching at once, with the connector's own message", async () => {
    agents.start('a', []);
    const missing = new MayreachError('you may not attach to pods in test', {
      code: 'RIGHT_MISSING',
      hint: 'grant it',
    });
    const attaching = createProber(agents.pods, () => Promise.reject(missing), NONCE, { readyMs: 60_000 });
    await expect(attaching).rejects.toBe(missing);
  });

  test('an agent of another run is not used', async () => {
    agents.start('a', [], [], 'another nonce');
    await expect(attach()).rejects.toThrow('it belongs to another run');
  });
});
