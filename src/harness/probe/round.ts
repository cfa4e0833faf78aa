import { randomBytes } from 'node:crypto';
import type { AgentClient } from './agent-client.ts';
import { disturbanceOf, type Disturbance } from './disturbance.ts';
import { inTurn } from './in-turn.ts';
import type { MeasureOptions, Probe } from './model.ts';
import { confirmUdp, type Receipt } from './outcome.ts';
import { statsResult, stopResult, tokensResult } from './protocol.ts';
import { limitsFor, sourcesAtOnce } from './schedule.ts';
import { SourceRun, type ProbeTries, type SourceRound } from './source-run.ts';

export interface Round {
  /** By `ProbePod.id`. */
  readonly sources: ReadonlyMap<string, SourceRound>;
  readonly disturbances: ReadonlyMap<string, Disturbance>;
}

export interface RoundOptions {
  readonly measure: MeasureOptions;
  readonly graceMs: number;
  readonly onProbeDone: () => void;
}

/** Measures the probes once, all sources at the same time, and asks the receivers about UDP. Never rejects. */
export async function runRound(
  agents: readonly AgentClient[],
  probes: readonly Probe[],
  { measure, graceMs, onProbeDone }: RoundOptions,
): Promise<Round> {
  const bySource = Map.groupBy(probes, (probe) => probe.from);
  const runs = agents.filter((agent) => bySource.has(agent.pod.id));
  const responders = new Set(probes.flatMap((probe) => probe.responders ?? []));
  const { errors, openBefore, pace } = measure;
  const atOnce = sourcesAtOnce(runs.length, pace);
  const limits = limitsFor(atOnce, measure);
  const round = randomBytes(6).toString('hex');
  const silent = silentPort(agents);
  const askStats = (of: readonly AgentClient[], watch: boolean) =>
    askAll(of, (agent) => agent.ask({ do: 'stats', watch }, statsResult, graceMs));
  const concerned = agents.filter(({ pod }) => bySource.has(pod.id) || responders.has(pod.uid));
  const before = askStats(concerned, true); // not waited for: an agent takes its jobs in order
  const runSource = async (agent: AgentClient, index: number): Promise<readonly [string, SourceRound]> => {
    const [address] = (agents[(agents.indexOf(agent) + 1) % agents.length] ?? agent).pod.addresses;
    const run = new SourceRun({
      agent,
      probes: bySource.get(agent.pod.id) ?? [],
      index,
      sources: runs.length,
      limits,
      mayDial: measure.mayDial ?? (() => true),
      errors,
      openBefore,
      graceMs,
      prefix: `${round}/${index}`,
      nowhere: address === undefined ? undefined : { address, port: silent },
      signal: measure.signal,
      onProbeDone,
    });
    return [agent.pod.id, await run.run()];
  };
  const halt = (): void => runs.forEach((agent) => void agent.ask({ do: 'stop' }, stopResult, graceMs));
  errors?.stopped.addEventListener('abort', halt);
  const measured = await inTurn(runs, atOnce, runSource);
  errors?.stopped.removeEventListener('abort', halt);
  // A network or a probe that fails this often proves no denial, not even where the attempts were all made.
  const sources = new Map(
    measured.map(([id, round]) => [id, { ...round, lost: round.lost ?? errors?.reason }] as const),
  );
  const early = await before;
  const awake = concerned.filter((agent) => early.get(agent)?.ok);
  const [late] = await Promise.all([askStats(awake, false), confirmAtReceivers(awake, sources, round, graceMs)]);
  const disturbances = concerned.map(
    (agent) => [agent.pod.id, disturbanceOf(early.get(agent), late.get(agent))] as const,
  );
  return { sources, disturbances: new Map(disturbances) };
}

async function askAll<T>(
  agents: readonly AgentClient[],
  ask: (agent: AgentClient) => Promise<T>,
): Promise<Map<AgentClient, T>> {
  return new Map(await Promise.all(agents.map(async (agent) => [agent, await ask(agent)] as const)));
}

/** A port on which no probe pod listens, outside the ranges of node ports and of fresh source ports. */
function silentPort(agents: readonly AgentClient[]): number {
  const taken = new Set(agents.flatMap(({ pod, ownPort }) => [...pod.listening.TCP, ...(ownPort ? [ownPort] : [])]));
  let port = 64_999;
  while (taken.has(port)) port -= 1;
  return port;
}

/** Asks every pod that receives datagrams for this round's tokens, unless every attempt was answered anyway. */
async function confirmAtReceivers(
  agents: readonly AgentClient[],
  sources: ReadonlyMap<string, SourceRound>,
  round: string,
  patienceMs: number,
): Promise<void> {
  const all = [...sources.values()].flatMap(({ tries }) => [...tries.values()]);
  const udp = all.filter(({ probe }) => probe.protocol === 'UDP' && probe.responders);
  const answered = udp.every(({ tried }) => tried.every(({ attempt }) => attempt.outcome === 'open'));
  const question = { do: 'tokens', prefix: `${round}/` } as const;
  const answers = await askAll(answered ? [] : agents, (agent) => agent.ask(question, tokensResult, patienceMs));
  const receipts = new Map<string, Receipt>();
  const heard = new Set<string>();
  for (const [{ pod }, answer] of answers) {
    if (!answer.ok) continue;
    heard.add(pod.uid);
    for (const [token, port, sawSource] of answer.value)
      receipts.set(token, { kind: 'received', by: pod, port, sawSource });
  }
  for (const tries of udp) confirmTries(tries, receipts, heard);
}

function confirmTries(
  { probe, tried }: ProbeTries,
  receipts: ReadonlyMap<string, Receipt>,
  heard: ReadonlySet<string>,
): void {
  const silent: Receipt = { kind: probe.responders?.every((uid) => heard.has(uid)) ? 'not-received' : 'unknown' };
  for (const [index, { attempt, token }] of tried.entries()) {
    if (attempt.outcome === 'name-not-resolved') continue;
    tried[index] = { token, attempt: confirmUdp(attempt, probe, receipts.get(token) ?? silent) };
  }
}
