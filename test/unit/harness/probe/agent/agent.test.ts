import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { agentSha256, agentSource } from '../../../../../src/harness/probe/agent/source.ts';
import { lineReader } from '../../../../../src/harness/probe/link.ts';

type Line = Record<string, unknown>;
const children: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** An agent and the lines that it has written. */
function start(listen: { TCP?: number[]; UDP?: number[] } = {}, bind?: string) {
  const env = {
    MAYREACH_NONCE: 'n',
    MAYREACH_POD_UID: 'uid',
    MAYREACH_POD: 'ns/pod',
    MAYREACH_LISTEN: JSON.stringify(listen),
    ...(bind === undefined ? {} : { MAYREACH_BIND: bind }),
  };
  const child = spawn(process.execPath, ['--input-type=module', '-e', agentSource], { env, stdio: 'pipe' });
  children.push(child);
  const lines: Line[] = [];
  child.stdout.setEncoding('utf8').on(
    'data',
    lineReader((line) => lines.push(JSON.parse(line) as Line)),
  );
  const say = (message: Line | string): void => {
    const text = typeof message === 'string' ? message : JSON.stringify({ session: 's', ...message });
    child.stdin.write(`${text}\n`);
  };
  const until = async (found: (line: Line) => boolean): Promise<Line> => {
    for (;;) {
      const line = lines.find(found);
      if (line) return line;
      if (child.exitCode !== null) throw new Error('the agent ended');
      await pause(5);
    }
  };
  return { child, lines, say, until };
}
const ofJob = (job: number) => (line: Line) => line['job'] === job && line['done'] === true;

test('what an auditor hashes is what runs', () => {
  expect(agentSha256).toBe(createHash('sha256').update(agentSource).digest('hex'));
  const imported = [...agentSource.matchAll(/^import .* from '(.*)';$/gm)].map(([, name]) => name);
  expect(imported).toEqual(['node:dgram', 'node:dns', 'node:fs', 'node:net', 'node:perf_hooks']);
  expect(agentSource).not.toMatch(/child_process|eval\(|import\(|require\(|writeFile/);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it at once', async (signal) => {
  const { child, say, until } = start();
  say({ open: 0 });
  say({ seq: 1, do: 'hello' });
  await until(ofJob(1));
  const exited = once(child, 'exit');
  child.kill(signal);
  expect(await exited).toEqual([0, null]);
});

test('a closed stdin does not end it: it still says who it is', async () => {
  const { child, say, until } = start({}, '127.0.0.1');
  say({ open: 0 });
  say({ seq: 1, do: 'hello' });
  const { ownPort } = (await until(ofJob(1)))['result'] as { ownPort: number };
  child.stdin.end();
  await pause(50);
  const socket = net.connect(ownPort, '127.0.0.1').setEncoding('utf8');
  const [text] = (await once(socket, 'data')) as [string];
  expect(JSON.parse(text)).toEqual({
    nonce: 'n',
    uid: 'uid',
    pod: 'ns/pod',
    reachedAt: `127.0.0.1:${ownPort}`,
    sawSource: `127.0.0.1:${socket.localPort}`,
  });
});

test('an address of the other family is not confused: IPv4 through the dual-stack listener is written as IPv4', async () => {
  const { say, until } = start();
  say({ open: 0 });
  say({ seq: 1, do: 'hello' });
  const { ownPort } = (await until(ofJob(1)))['result'] as { ownPort: number };
  const socket = net.connect(ownPort, '127.0.0.1').setEncoding('utf8');
  const [text] = (await once(socket, 'data')) as [string];
  expect((JSON.parse(text) as Line)['reachedAt']).toBe(`127.0.0.1:${ownPort}`);
});

test('a job that arrives twice is run once; results are sent again until they are acknowledged', async () => {
  const { lines, say, until } = start();
  say({ open: 0 });
  for (const seq of [1, 1, 2, 2]) say({ seq, do: 'stats', watch: false });
  await until(ofJob(2));
  say({ ping: 2 });
  expect(await until((line) => 'pong' in line)).toEqual({ pong: 2, session: 's', last: 2, jobs: 2 });
  say({ ack: 1 });
  say({ open: 0 });
  say({ ping: 99 });
  await until((line) => line['pong'] === 99);
  expect(lines.filter((line) => line['n'] === 1)).toHaveLength(1);
  expect(lines.filter((line) => line['n'] === 2)).toHaveLength(2);
});

test('a new session starts from nothing, and what the old one still waits for is not mixed in', async () => {
  const { lines, say, until } = start();
  say({ open: 0 });
  const limits = { attempts: 2, gapMs: 100, timeoutMs: 500, perPair: 1, inFlight: 1 };
  say({ seq: 1, do: 'connect', prefix: 'p', limits, cells: [[0, 'TCP', '127.0.0.1', 1, 100]] });
  say({ session: 'other', open: 0 });
  say({ session: 'other', seq: 1, do: 'stats', watch: false });
  await until(ofJob(1));
  await pause(300);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ n: 1, job: 1, result: { lagMs: 0 } });
});

test('garbage, a job that it does not know and one that cannot be run leave it answering', async () => {
  const { say, until } = start();
  for (const garbage of ['{"session":"s","op', 'null', '5', '[]', '""', '{}', '{"seq":1,"do":"hello"}']) say(garbage);
  say({ open: 0 });
  say({ seq: 1, do: 'format the disk' });
  say({ seq: 2, do: 'connect' });
  expect((await until(ofJob(1)))['error']).toContain('TypeError');
  expect((await until(ofJob(2)))['error']).toContain('TypeError');
  say({ seq: 3, do: 'hello' });
  expect((await until(ofJob(3)))['result']).toMatchObject({ uid: 'uid', failed: [] });
});
