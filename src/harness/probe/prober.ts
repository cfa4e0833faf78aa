import { randomBytes } from 'node:crypto';
import type { AgentClient, AttachOptions } from './agent-client.ts';
import { Attachments } from './attachments.ts';
import { TIMING } from './channel.ts';
import { factsOf, healthOf, observe, suspects, type PodFacts } from './judge.ts';
import type { BatchResult, Connector, MeasureOptions, Probe, ProbePod, Prober } from './model.ts';
import { resolveResult } from './protocol.ts';
import { runRound } from './round.ts';

/** Limits of the prober's patience; the defaults are for a real cluster. */
export interface ProberOptions {
  /** How long an agent may take to answer the first time, ms. */
  readonly readyMs: number;
  /** How long an agent that ought to have answered may be late, ms: a dropped channel comes back meanwhile. */
  readonly graceMs: number;
  readonly timing: AttachOptions['timing'];
  /**
   * What only the agents of a run share: with it they prove who asked and who answered. It reaches them through the
   * channel alone; probers over the same pods at the same time have the same. Absent: a random one.
   */
  readonly secret?: string;
}
const DEFAULTS = { readyMs: 30_000, graceMs: 15_000, timing: TIMING } satisfies ProberOptions;

/** A prober that also says which ports its pods could not listen on. */
export interface AttachedProber extends Prober {
  /** One sentence for each port that could not be bound. */
  readonly failedPorts: readonly string[];
}

/** Attaches to every pod's agent. Throws PROBE_NOT_READY, naming the pod, with nothing left attached. */
export async function createProber(
  pods: readonly ProbePod[],
  connector: Connector,
  nonce: string,
  options: Partial<ProberOptions> = {},
): Promise<AttachedProber> {
  const attachments = attachmentsFor(connector, nonce, options);
  return proberOf(attachments, pods, options);
}

/** Agents that may be attached to before all pods run. */
export function attachmentsFor(connector: Connector, nonce: string, options: Partial<ProberOptions> = {}): Attachments {
  return new Attachments(connector, nonce, { secret: createSecret(), ...DEFAULTS, ...options });
}

/**
 * A prober of these pods, once all of them are attached to; closing it ends their attachments. Throws PROBE_NOT_READY,
 * naming the pod, with nothing left attached.
 */
export async function proberOf(
  attachments: Attachments,
  pods: readonly ProbePod[],
  options: Partial<ProberOptions> = {},
): Promise<AttachedProber> {
  const { graceMs } = { ...DEFAULTS, ...options };
  const agents = await attachments.agentsOf(pods);
  await Promise.all(agents.map((agent) => agent.compareClocks()));
  const facts = factsOf(agents);
  const failedPorts = agents.flatMap(({ pod, failedPorts: failed }) =>
    failed.map(
      ({ protocol, port, error }) => `${pod.namespace}/${pod.name} cannot listen on ${protocol} ${port}: ${error}`,
    ),
  );
  return {
    failedPorts,
    measure: (probes, measure) =>
      untilAborted(measure.signal, () => measureBatch(agents, facts, probes, measure, graceMs)),
    resolve: (from, name, timeoutMs) => resolveAt(agents, from, name, timeoutMs),
    close: () => {
      attachments.release(pods);
      return Promise.resolve();
    },
  };
}

/** Never in the spec of a pod, which others may read. */
function createSecret(): string {
  return randomBytes(16).toString('hex');
}

async function resolveAt(
  agents: readonly AgentClient[],
  from: string,
  name: string,
  timeoutMs: number,
): Promise<readonly string[]> {
  const agent = agents.find(({ pod }) => pod.id === from);
  const answer = await agent?.ask({ do: 'resolve', name, timeoutMs }, resolveResult, 2 * timeoutMs);
  return answer?.ok === true ? answer.value.addresses : [];
}

async function measureBatch(
  agents: readonly AgentClient[],
  facts: PodFacts,
  probes: readonly Probe[],
  measure: MeasureOptions,
  graceMs: number,
): Promise<BatchResult> {
  const startedAt = new Date();
  const began = performance.now();
  let done = 0;
  const onProbeDone = (): void => measure.onProgress?.(++done, probes.length);
  const rounds = [await runRound(agents, probes, { measure, graceMs, onProbeDone })];
  const again = rounds.flatMap((round) => suspects(probes, round, facts, measure.timeoutMs));
  const goesOn = measure.errors?.reason === undefined;
  if (goesOn && again.length > 0)
    rounds.push(await runRound(agents, again, { measure, graceMs, onProbeDone: () => undefined }));
  const observations = probes.map((probe) => observe(probe, rounds, facts, measure.timeoutMs));
  const sources = new Set(probes.map(({ from }) => from));
  return {
    observations: new Map(observations.map((observation) => [observation.key, observation])),
    health: new Map([...sources].map((source) => [source, healthOf(source, rounds)])),
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    durationMs: Math.round(performance.now() - began),
    attempts: observations.reduce((sum, { attempts }) => sum + attempts.length, 0),
  };
}

/** Rejects with the signal's reason as soon as it is aborted; the agents' answers to what was begun are not waited for. */
async function untilAborted<T>(signal: AbortSignal, begin: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([begin(), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
