import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { agentSource } from '../../../../src/harness/probe/agent/source.ts';
import type {
  AgentTransport,
  Connector,
  MeasureOptions,
  Probe,
  ProbePod,
  ProbeProtocol,
} from '../../../../src/harness/probe/model.ts';
import { createProber, type AttachedProber } from '../../../../src/harness/probe/prober.ts';

export const NONCE = 'nonce-of-this-run';

/** Real agents as local processes, each on a loopback address of its own (127.0.0.0/8 is one host on Linux). */
export class LocalAgents {
  readonly pods: ProbePod[] = [];
  /** Open transports by pod name, so that a test can cut them. */
  readonly open = new Map<string, LocalTransport>();
  readonly opened = new Map<string, number>();
  readonly #children = new Map<string, ChildProcess>();
  // vitest runs files at the same time: each process takes a block of addresses of its own.
  readonly #block = `127.${100 + (process.pid % 100)}.${Math.floor(process.pid / 100) % 256}`;
  refuse: string | undefined;

  start(id: string, tcp: readonly number[], udp: readonly number[] = [], nonce = NONCE): ProbePod {
    const number = this.pods.length + 1;
    const pod: ProbePod = {
      id,
      namespace: 'test',
      name: `pod-${number}`,
      uid: `uid-${number}`,
      node: 'local',
      addresses: [`${this.#block}.${number}`],
      listening: { TCP: tcp, UDP: udp },
    };
    const env = {
      MAYREACH_NONCE: nonce,
      MAYREACH_POD_UID: pod.uid,
      MAYREACH_POD: `test/${pod.name}`,
      MAYREACH_LISTEN: JSON.stringify(pod.listening),
      MAYREACH_BIND: pod.addresses[0],
    };
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    const child = spawn(process.execPath, ['--input-type=module', '-e', agentSource], { env, stdio: [...stdio] });
    child.stdout.setEncoding('utf8').resume(); // what nobody is attached to hear is lost, as in a cluster
    child.stdin.on('error', () => undefined); // and nobody hears who still talks to a pod that is gone
    this.#children.set(pod.name, child);
    this.pods.push(pod);
    return pod;
  }

  readonly connector: Connector = ({ name }) => {
    const child = this.#children.get(name);
    if (this.refuse !== undefined || !child) return Promise.reject(new Error(this.refuse ?? `no such pod: ${name}`));
    const transport = new LocalTransport(child);
    this.open.set(name, transport);
    this.opened.set(name, (this.opened.get(name) ?? 0) + 1);
    return Promise.resolve(transport);
  };

  child(pod: ProbePod): ChildProcess {
    const child = this.#children.get(pod.name);
    if (!child) throw new Error(`no such pod: ${pod.name}`);
    return child;
  }

  async stop(): Promise<void> {
    for (const child of this.#children.values()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
  }
}

/** Attached to a child's stdin and stdout. Cutting it leaves the child running, as a dropped WebSocket does. */
export class LocalTransport implements AgentTransport {
  readonly #child: ChildProcess;
  #onData: (chunk: string) => void = () => undefined;
  #onClose: (reason: string) => void = () => undefined;
  #closed = false;
  /** Sees each chunk first; what it returns is handed on. */
  filter: (chunk: string) => string = (chunk) => chunk;
  readonly #listener = (chunk: string): void => {
    const text = this.filter(chunk);
    if (!this.#closed && text !== '') this.#onData(text);
  };

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', this.#listener);
  }

  send(text: string): void {
    this.#child.stdin?.write(text);
  }

  close(): void {
    this.#end();
  }

  /** The connection drops; half a line may have gone either way. */
  cut(half = ''): void {
    if (half !== '') this.#child.stdin?.write(half);
    this.#end();
    this.#onClose('cut by the test');
  }

  onData(listener: (chunk: string) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
  }

  #end(): void {
    this.#closed = true;
    this.#child.stdout?.off('data', this.#listener);
    this.#child.stdout?.resume();
  }
}

/** Short and undisturbed; a test changes what it is about. */
export const measureOptions = (more: Partial<MeasureOptions> = {}): MeasureOptions => ({
  timeoutMs: 800,
  attempts: 2,
  signal: new AbortController().signal,
  ...more,
});

/** The cell from one local pod to another, by literal address. */
export const probe = (from: ProbePod, to: ProbePod, port: number, protocol: ProbeProtocol = 'TCP'): Probe => ({
  key: `${from.id}>${to.id}:${port}/${protocol}`,
  from: from.id,
  protocol,
  port,
  target: { address: to.addresses[0] ?? '' },
  responders: [to.uid],
});

/** A prober over the pods started so far, with the patience that tests can afford. */
export function attachTo(agents: LocalAgents, graceMs = 3_000): Promise<AttachedProber> {
  const timing = { pingMs: 100, idlePingMs: 1_000, silenceMs: 2_000 };
  return createProber(agents.pods, agents.connector, NONCE, { graceMs, timing });
}
