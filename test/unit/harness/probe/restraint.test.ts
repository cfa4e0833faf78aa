/** What keeps a cluster that others use from harm: with real agents, as local processes. */
import dgram from 'node:dgram';
import net from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ErrorLimit } from '../../../../src/harness/probe/error-limit.ts';
import type { Probe } from '../../../../src/harness/probe/model.ts';
import type { AttachedProber } from '../../../../src/harness/probe/prober.ts';
import { attachTo, LocalAgents, measureOptions, probe } from './local-agents.ts';

let agents: LocalAgents;
let prober: AttachedProber | undefined;
const cleanups: (() => unknown)[] = [];
const attach = async (graceMs?: number): Promise<AttachedProber> => (prober = await attachTo(agents, graceMs));

beforeEach(() => {
  agents = new LocalAgents();
});
afterEach(async () => {
  await prober?.close();
  prober = undefined;
  await agents.stop();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

test('no connect starts sooner after another than the rate allows', async () => {
  const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
  const probes = Array.from({ length: 12 }, (_, index) => ({ ...probe(a, b, 18080), key: `${index}` }));
  const pace = { jitterMs: 50, perSecond: 40 };
  const { observations } = await (await attach()).measure(probes, measureOptions({ attempts: 1, pace }));
  const times = [...observations.values()].flatMap(({ attempts }) => attempts.map(({ at }) => Date.parse(at))).sort();
  expect(times).toHaveLength(12);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  // Written down by the millisecond.
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(24);
});

test('when too much fails nothing more is sent, and what was not measured says why', async () => {
  const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
  const counting = (a.addresses[0] ?? '').replace(/\d+$/u, '200');
  let connections = 0;
  const server = net.createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).end();
  });
  cleanups.push(() => server.close());
  await once(server.listen(18090, counting), 'listening');
  const closed = Array.from({ length: 60 }, (_, index) => ({ ...probe(a, b, 18081), key: `closed ${index}` }));
  const others = Array.from({ length: 60 }, (_, index): Probe => ({
    ...probe(a, b, 18090),
    key: `other ${index}`,
    target: { address: counting },
  }));
  const errors = new ErrorLimit(10);
  const openBefore = new Set(closed.map(({ key }) => key));
  const batch = await (
    await attach()
  ).measure([...closed, ...others], measureOptions({ errors, openBefore, pace: { jitterMs: 0, perSecond: 100 } }));

  expect(errors.reason).toMatch(/^stopped, because \d+ of the last \d+ connections failed: refused where it was open/u);
  const sent = connections;
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(60);
  expect(batch.attempts).toBeLessThan(120);
  const missing = [...batch.observations.values()].filter(({ attempts }) => attempts.length === 0);
  expect(missing.length).toBeGreaterThan(20);
  for (const { outcome, doubt } of missing) {
    expect(outcome).toBe('not-measured');
    expect(doubt).toContain(errors.reason);
  }
  // A denial of this batch proves nothing either.
  expect(batch.health.get('a')).toMatchObject({ healthy: false, lost: errors.reason });
  await pause(300);
  expect(connections).toBe(sent);
});

test('what a probe that is gone owes counts as failed', async () => {
  const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
  const probes = Array.from({ length: 30 }, (_, index) => ({ ...probe(a, b, 18080), key: `${index}` }));
  const errors = new ErrorLimit(10);
  const attached = await attach(200);
  agents.child(a).kill('SIGKILL');
  const { observations } = await attached.measure(probes, measureOptions({ errors }));
  expect(errors.reason).toContain('connections failed: nothing heard of it for');
  expect([...observations.values()].every(({ doubt }) => doubt !== undefined)).toBe(true);
});

test('a network that denies is no failure', async () => {
  const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
  const probes = Array.from({ length: 30 }, (_, index) => ({ ...probe(a, b, 18081), key: `${index}` }));
  const errors = new ErrorLimit(0);
  await (await attach()).measure(probes, measureOptions({ errors }));
  expect(errors.reason).toBeUndefined();
});

test('a datagram to what is not of this run is empty', async () => {
  const [a, b] = [agents.start('a', []), agents.start('b', [])];
  const heard: string[] = [];
  const host = (a.addresses[0] ?? '').replace(/\d+$/u, '200');
  const socket = dgram.createSocket('udp4').bind(18053, host);
  cleanups.push(() => socket.close());
  await once(socket, 'listening');
  socket.on('message', (message, { port, address }) => {
    heard.push(message.toString());
    socket.send('hello', port, address);
  });
  const { responders: ours, ...foreign } = { ...probe(a, b, 18053, 'UDP'), target: { address: host } };
  const { observations } = await (await attach()).measure([foreign], measureOptions());
  expect(observations.get(foreign.key)?.outcome).toBe('accepted-not-identified');
  expect(heard).toEqual(['', '']);
  await (await attach()).measure([{ ...foreign, responders: ours ?? [] }], measureOptions());
  expect(heard.slice(2).every((text) => text.startsWith('mayreach '))).toBe(true);
  expect(heard.length).toBeGreaterThan(2);
});
