import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AttachedProber } from '../../../../src/harness/probe/prober.ts';
import { attachTo, LocalAgents, measureOptions, probe } from './local-agents.ts';

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

describe('a batch over channels that drop', () => {
  const ports = Array.from({ length: 50 }, (_, index) => 19_000 + index);

  test('400 cells among four pods are all open, each from the pod that was asked', async () => {
    for (const id of ['a', 'b', 'c', 'd']) agents.start(id, ports.slice(0, 25));
    const probes = agents.pods.flatMap((from) =>
      agents.pods.flatMap((to) => ports.slice(0, 25).map((port) => probe(from, to, port))),
    );
    expect(probes).toHaveLength(400);
    const progress: number[] = [];
    const onProgress = (done: number): void => void progress.push(done);
    const batch = await (await attach()).measure(probes, measureOptions({ timeoutMs: 3_000, onProgress }));
    expect([...batch.observations.values()].filter(({ outcome }) => outcome !== 'open')).toEqual([]);
    expect(batch.attempts).toBe(800);
    expect(progress.at(-1)).toBe(400);
  });

  test('a transport cut again and again in the middle of a batch loses nothing and doubles nothing', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', ports)];
    const attached = await attach();
    const probes = ports.map((port) => probe(a, b, port));
    const cutting = setInterval(() => {
      agents.open.get(a.name)?.cut('{"session":"half a li');
    }, 150);
    cleanups.push(() => clearInterval(cutting));
    const batch = await attached.measure(probes, measureOptions());
    expect(agents.opened.get(a.name)).toBeGreaterThan(2);
    expect([...batch.observations.values()].map(({ outcome, attempts }) => [outcome, attempts.length])).toEqual(
      ports.map(() => ['open', 2]),
    );
    expect(batch.health.get('a')?.healthy).toBe(true);
  });

  test('lines that the transport loses or mangles are asked for again', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', ports)];
    const attached = await attach();
    const transport = agents.open.get(a.name);
    if (!transport) throw new Error('not attached');
    let chunks = 0;
    transport.filter = (chunk) => {
      chunks += 1;
      if (chunks % 3 === 1) return '';
      return chunks % 3 === 2 ? `not json\n${chunk}{"n":"x"}\n` : chunk;
    };
    const batch = await attached.measure(
      ports.map((port) => probe(a, b, port)),
      measureOptions(),
    );
    expect([...batch.observations.values()].map(({ outcome, attempts }) => [outcome, attempts.length])).toEqual(
      ports.map(() => ['open', 2]),
    );
  });

  test('an agent that dies in the middle leaves its cells not measured, with the reason, and the others measured', async () => {
    const [a, b, c] = [agents.start('a', []), agents.start('b', [18080]), agents.start('c', [])];
    const attached = await attach(500);
    agents.child(a).kill('SIGKILL');
    agents.refuse = 'pod not found';
    agents.open.get(a.name)?.cut();
    const batch = await attached.measure([probe(a, b, 18080), probe(c, b, 18080)], measureOptions());
    expect(batch.observations.get('a>b:18080/TCP')).toMatchObject({ outcome: 'not-measured', attempts: [] });
    expect(batch.observations.get('a>b:18080/TCP')?.doubt).toContain('pod not found');
    expect(batch.observations.get('c>b:18080/TCP')?.outcome).toBe('open');
    expect(batch.health.get('a')).toMatchObject({ healthy: false, reachedSomething: false });
    expect(batch.health.get('c')?.healthy).toBe(true);
  });

  test('a prober that is closed in the middle ends its batch: not measured', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
    const attached = await attach(60_000);
    agents.child(a).kill('SIGSTOP');
    const running = attached.measure([probe(a, b, 18080)], measureOptions());
    await attached.close();
    const { observations } = await running;
    expect(observations.get('a>b:18080/TCP')).toMatchObject({ outcome: 'not-measured', attempts: [] });
    expect(observations.get('a>b:18080/TCP')?.doubt).toContain('the channel was closed');
  });

  test('an aborted batch ends at once with the reason', async () => {
    const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
    const attached = await attach();
    const controller = new AbortController();
    const running = attached.measure([probe(a, b, 18080)], measureOptions({ signal: controller.signal }));
    controller.abort(new Error('stopped by the user'));
    await expect(running).rejects.toThrow('stopped by the user');
    await expect(attached.measure([], measureOptions({ signal: controller.signal }))).rejects.toThrow('stopped by');
  });
});
