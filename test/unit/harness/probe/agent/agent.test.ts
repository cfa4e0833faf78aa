import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createHash, createHmac } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { agentSha256, agentSource } from '../../../../../src/harness/probe/agent/source.ts';
import { lineReader } from '../../../../../src/harness/probe/link.ts';

const SECRET = 'what the agents of this run share';
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
  expect(imported).toEqual([
    'node:crypto',
    'node:dgram',
    'node:dns',
    'node:fs',
    'node:net',
    'node:os',
    'node:perf_hooks',
  ]);
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

/** What proves that an agent of the run said it. */
const proof = (...said: readonly string[]): string =>
  createHmac('sha256', SECRET).update(JSON.stringify(said)).digest('hex').slice(0, 32);
const question = (token: string): string => `mayreach ${token} ${proof('ask', token)}`;

/** Everything that an agent says on a connection, once it has heard this. */
async function heardOn(port: number, says: string): Promise<{ readonly text: string; readonly from: number }> {
  const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
  await once(socket, 'connect');
  const from = socket.localPort ?? 0;
  let text = '';
  socket.on('data', (chunk: string) => (text += chunk)).on('error', () => undefined);
  socket.write(says);
  await once(socket, 'close');
  return { text, from };
}

async function ownPortOf({ say, until }: Pick<ReturnType<typeof start>, 'say' | 'until'>): Promise<number> {
  say({ open: 0 });
  say({ seq: 1, do: 'hello', secret: SECRET });
  return ((await until(ofJob(1)))['result'] as { ownPort: number }).ownPort;
}

test('a closed stdin does not end it: it still proves who it is to whoever proves to be of its run', async () => {
  const agent = start({}, '127.0.0.1');
  const ownPort = await ownPortOf(agent);
  agent.child.stdin.end();
  await pause(50);
  const { text, from } = await heardOn(ownPort, `${question('1/2/3')}\nand more`);
  const at = [`127.0.0.1:${ownPort}`, `127.0.0.1:${from}`] as const;
  expect(JSON.parse(text)).toEqual({
    uid: 'uid',
    pod: 'ns/pod',
    reachedAt: at[0],
    sawSource: at[1],
    token: '1/2/3',
    proof: proof('answer', 'uid', 'ns/pod', ...at, '1/2/3'),
  });
});

test.each([
  ['without a proof', 'mayreach 1/2/3\n'],
  ['with the nonce, which others may read', 'mayreach 1/2/3 n\n'],
  ['with the proof of another token', `mayreach 1/2/4 ${proof('ask', '1/2/3')}\n`],
  ['in another tongue', 'GET / HTTP/1.1\r\n\r\n'],
  ['without an end', 'x'.repeat(300)],
])('a stranger that connects and asks %s learns nothing', async (_, says) => {
  const ownPort = await ownPortOf(start({}, '127.0.0.1'));
  expect((await heardOn(ownPort, says)).text).toBe('');
});

test('an agent that was told no secret answers nobody, not even who guesses that there is none', async () => {
  const agent = start({}, '127.0.0.1');
  agent.say({ open: 0 });
  agent.say({ seq: 1, do: 'hello' });
  const { ownPort } = (await agent.until(ofJob(1)))['result'] as { ownPort: number };
  const guess = createHmac('sha256', '')
    .update(JSON.stringify(['ask', 't']))
    .digest('hex')
    .slice(0, 32);
  expect((await heardOn(ownPort, `mayreach t ${guess}\n`)).text).toBe('');
});

test('an address of the other family is not confused: IPv4 through the dual-stack listener is written as IPv4', async () => {
  const ownPort = await ownPortOf(start());
  const { text } = await heardOn(ownPort, `${question('t')}\n`);
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

/** What comes back for a datagram, or nothing within a moment in which another one was answered. */
async function answersTo(port: number, datagrams: readonly string[]): Promise<readonly string[]> {
  const socket = dgram.createSocket('udp4');
  const answers: string[] = [];
  socket.on('message', (message) => answers.push(message.toString()));
  for (const datagram of datagrams) {
    await new Promise((resolve) => socket.send(datagram, port, '127.0.0.1', resolve));
  }
  while (answers.length === 0) await pause(5);
  await pause(50);
  socket.close();
  return answers;
}

test('a stranger’s datagram is neither answered nor counted: not with the nonce, not with an old proof, not a long one', async () => {
  const port = await freeUdpPort();
  const { say, until } = start({ UDP: [port] }, '127.0.0.1');
  say({ open: 0 });
  say({ seq: 1, do: 'hello', secret: SECRET });
  await until(ofJob(1));
  const old = `mayreach 1/2/3/5 ${proof('ask', '1/2/3/4')}`;
  const forged = ['GET / HTTP/1.1', 'mayreach t', 'mayreach n t', 'mayreach t n', old, question('x'.repeat(4_000))];
  const answers = await answersTo(port, [...forged, question('1/2/3/4')]);
  expect(answers.map((text) => (JSON.parse(text) as Line)['token'])).toEqual(['1/2/3/4']);
  say({ seq: 2, do: 'tokens', prefix: '' });
  expect((await until(ofJob(2)))['result']).toHaveLength(1);
});

async function freeUdpPort(): Promise<number> {
  const socket = dgram.createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
