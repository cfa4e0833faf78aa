import type { z } from 'zod';
import { MayreachError } from '../../source/error.ts';
import { Channel, type ChannelTiming } from './channel.ts';
import type { Connector, ProbePod } from './model.ts';
import { helloResult, type AttemptRow, type ConnectJob, type HelloResult, type Job } from './protocol.ts';

/** What an agent answered, or why it is not known. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export interface AttachOptions {
  /** How long the agent may take to answer the first time, ms. */
  readonly readyMs: number;
  readonly timing: ChannelTiming;
  /** Aborted: the agent is not wanted any more, also before it has answered. */
  readonly signal?: AbortSignal;
  /** The run's: by it its agents prove each other what they receive. Known to nobody else. */
  readonly secret: string;
}

/** How long an agent that has answered before may take to tell its time, ms. */
const CLOCK_MS = 5_000;

/** One pod's agent, spoken to in typed questions. */
export class AgentClient {
  #pod: ProbePod;
  readonly #channel: Channel;
  readonly #secret: string;
  #hello: HelloResult | undefined;
  #skewMs = 0;

  private constructor(pod: ProbePod, channel: Channel, secret: string) {
    this.#pod = pod;
    this.#channel = channel;
    this.#secret = secret;
  }

  /** Throws PROBE_NOT_READY when the agent does not answer in time, or is not this run's; RIGHT_MISSING as the connector does. */
  static async attach(
    pod: ProbePod,
    connector: Connector,
    nonce: string,
    options: AttachOptions,
  ): Promise<AgentClient> {
    const client = new AgentClient(pod, new Channel(() => connector(pod), options.timing), options.secret);
    options.signal?.addEventListener('abort', () => client.close(), { once: true });
    const hello = await client.#greet(options.readyMs);
    const problem = hello.ok ? strangerThan(pod, nonce, hello.value) : hello.reason;
    if (!hello.ok || problem !== undefined) {
      client.close();
      if (client.#channel.refusal) throw client.#channel.refusal;
      throw new MayreachError(`pod ${pod.namespace}/${pod.name}: its probe agent cannot be used: ${problem ?? ''}`, {
        code: 'PROBE_NOT_READY',
        hint: `Look at its log: kubectl logs -n ${pod.namespace} ${pod.name}`,
      });
    }
    client.#hello = hello.value;
    client.#skewMs = hello.value.now - Date.now();
    return client;
  }

  /** When it counts, and not when it attaches: an agent of a machine that is busy starting others answers late. */
  async compareClocks(): Promise<void> {
    const askedAt = Date.now();
    const hello = await this.#greet(CLOCK_MS);
    if (hello.ok) this.#skewMs = Math.round(hello.value.now - (askedAt + Date.now()) / 2);
  }

  get pod(): ProbePod {
    return this.#pod;
  }

  /** Tells what is known of its pod by now: it may have been attached to before its address was known. */
  placedAs(pod: ProbePod): void {
    this.#pod = pod;
  }

  /** The one address that its pod has; none if there are several, of which it cannot tell what each is for. */
  get addresses(): readonly string[] {
    return this.#hello?.addresses ?? [];
  }

  /** Ports that the agent was told to listen on and could not. */
  get failedPorts(): HelloResult['failed'] {
    return this.#hello?.failed ?? [];
  }

  /** A TCP port of the agent's own, on which it can reach itself. */
  get ownPort(): number | undefined {
    return this.#hello?.ownPort;
  }

  /** A time of the agent's clock as RFC 3339 by ours. */
  time(agentMs: number): string {
    return new Date(agentMs - this.#skewMs).toISOString();
  }

  async ask<T>(job: Job, schema: z.ZodType<T>, patienceMs: number): Promise<Answer<T>> {
    const end = await this.#channel.run(job, { patienceMs });
    if (!end.done) return { ok: false, reason: end.reason };
    if (end.error !== undefined) return { ok: false, reason: end.error };
    const parsed = schema.safeParse(end.result);
    return parsed.success ? { ok: true, value: parsed.data } : { ok: false, reason: 'its agent answered nonsense' };
  }

  /** Resolves when every attempt is reported, or with the reason why some never will be. */
  async connect(
    job: ConnectJob,
    patienceMs: number,
    onRows: (rows: readonly AttemptRow[]) => void,
  ): Promise<Answer<null>> {
    const end = await this.#channel.run(job, { patienceMs, onRows });
    if (!end.done) return { ok: false, reason: end.reason };
    return end.error === undefined ? { ok: true, value: null } : { ok: false, reason: end.error };
  }

  close(): void {
    this.#channel.close();
  }

  #greet(patienceMs: number): Promise<Answer<HelloResult>> {
    return this.ask({ do: 'hello', secret: this.#secret }, helloResult, patienceMs);
  }
}

function strangerThan(pod: ProbePod, nonce: string, hello: HelloResult): string | undefined {
  if (hello.nonce !== nonce) return 'it belongs to another run';
  return hello.uid === pod.uid ? undefined : `it says that it is ${hello.pod} with UID ${hello.uid}, not ${pod.uid}`;
}
