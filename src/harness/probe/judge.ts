import type { AgentClient } from './agent-client.ts';
import { explainDisturbance } from './disturbance.ts';
import type { Observation, Probe, ProbePod, SourceHealth } from './model.ts';
import { combine } from './outcome.ts';
import type { Round } from './round.ts';
import type { ProbeTries } from './source-run.ts';

/** What is known of the pods of a batch. */
export interface PodFacts {
  readonly byId: ReadonlyMap<string, ProbePod>;
  readonly byUid: ReadonlyMap<string, ProbePod>;
  readonly byAddress: ReadonlyMap<string, ProbePod>;
  /** `<uid> TCP 80` -> errno, of the ports that could not be bound. */
  readonly failedPorts: ReadonlyMap<string, string>;
}

export function factsOf(agents: readonly AgentClient[]): PodFacts {
  const pods = agents.map(({ pod }) => pod);
  const failed = agents.flatMap(({ pod, failedPorts }) =>
    failedPorts.map(({ protocol, port, error }) => [`${pod.uid} ${protocol} ${port}`, error] as const),
  );
  return {
    byId: new Map(pods.map((pod) => [pod.id, pod])),
    byUid: new Map(pods.map((pod) => [pod.uid, pod])),
    byAddress: new Map(pods.flatMap((pod) => pod.addresses.map((address) => [address, pod] as const))),
    failedPorts: new Map(failed),
  };
}

/** Why what is not open in this round may be the pods' own doing; undefined: nothing speaks for that. */
function disturbed(probe: Probe, round: Round, facts: PodFacts, timeoutMs: number): string | undefined {
  const explain = (pod: ProbePod | undefined, role: 'source' | 'destination'): string | undefined =>
    pod && explainDisturbance(pod, round.disturbances.get(pod.id), role, probe, timeoutMs);
  const destinations = (probe.responders ?? []).map((uid) => explain(facts.byUid.get(uid), 'destination'));
  return [explain(facts.byId.get(probe.from), 'source'), ...destinations].find((why) => why !== undefined);
}

/** Probes that have to be measured once more: something was not open, and a queue overflowed or an agent stood still. */
export function suspects(probes: readonly Probe[], round: Round, facts: PodFacts, timeoutMs: number): readonly Probe[] {
  return probes.filter((probe) => {
    const tried = triesOf(probe, round)?.tried ?? [];
    const silent = tried.some(({ attempt: { outcome } }) => outcome !== 'open' && outcome !== 'name-not-resolved');
    return silent && disturbed(probe, round, facts, timeoutMs) !== undefined;
  });
}

/** One probe over its round and, where it was suspect, its second one. An open attempt is never dropped. */
export function observe(probe: Probe, rounds: readonly Round[], facts: PodFacts, timeoutMs: number): Observation {
  const each = rounds
    .map((round) => ({ round, tries: triesOf(probe, round) }))
    .filter(({ tries }) => tries !== undefined);
  const final = each.at(-1);
  const attempts = each.map(({ tries }) => (tries?.tried ?? []).map(({ attempt }) => attempt));
  const earlier = attempts.slice(0, -1).flat();
  const outcome = combine([...earlier.filter((attempt) => attempt.outcome === 'open'), ...(attempts.at(-1) ?? [])]);
  const doubt = final ? doubtOf(probe, final.round, outcome, facts, timeoutMs) : `there is no probe pod ${probe.from}`;
  const resolved = final?.tries?.resolved;
  return {
    key: probe.key,
    outcome,
    attempts: attempts.flat().sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at))),
    ...(resolved ? { resolved } : {}),
    ...(doubt === undefined ? {} : { doubt }),
  };
}

function doubtOf(
  probe: Probe,
  round: Round,
  outcome: Observation['outcome'],
  facts: PodFacts,
  timeoutMs: number,
): string | undefined {
  const { tried, due, resolved = [] } = triesOf(probe, round) ?? { tried: [], due: 0 };
  if (due === 0 && resolved.length > 0) return `none of its addresses may be dialled: ${resolved.join(', ')}`;
  if (due === 0 || tried.length < due) {
    const lost = round.sources.get(probe.from)?.lost ?? 'its agent did not report them';
    return `${tried.length} of ${due === 0 ? 'all' : due} attempts are known: ${lost}`;
  }
  if (outcome === 'open' || outcome === 'name-not-resolved') return undefined;
  return unbound(probe, facts) ?? disturbed(probe, round, facts, timeoutMs) ?? uncounted(probe, round, facts);
}

/** Without a destination's counters an overflow there cannot be ruled out. */
function uncounted({ responders = [] }: Probe, { disturbances }: Round, { byUid }: PodFacts): string | undefined {
  for (const pod of responders.flatMap((uid) => byUid.get(uid) ?? [])) {
    const unknown = disturbances.get(pod.id)?.unknown;
    if (unknown !== undefined) return `the counters of ${pod.namespace}/${pod.name} are not known: ${unknown}`;
  }
  return undefined;
}

/** A destination that could not listen refuses by itself. */
function unbound({ target, protocol, port }: Probe, { byAddress, failedPorts }: PodFacts): string | undefined {
  const pod = 'address' in target ? byAddress.get(target.address) : undefined;
  const error = pod && failedPorts.get(`${pod.uid} ${protocol} ${port}`);
  return pod && error && `${pod.namespace}/${pod.name} could not listen on ${protocol} ${port}: ${error}`;
}

export function healthOf(source: string, rounds: readonly Round[]): SourceHealth {
  const each = rounds.flatMap((round) => round.sources.get(source) ?? []);
  const opened = each.some(({ tries }) =>
    [...tries.values()].some(({ tried }) => tried.some(({ attempt }) => attempt.outcome === 'open')),
  );
  const lost = each.flatMap((round) => round.lost ?? [])[0];
  return {
    pod: source,
    healthy: each.length > 0 && lost === undefined,
    ...(lost === undefined ? {} : { lost }),
    reachedSomething: opened || each.some(({ reachedItself }) => reachedItself),
    opensEverything: each.some(({ nowhereOpened }) => nowhereOpened),
    lagMs: Math.max(0, ...rounds.map((round) => round.disturbances.get(source)?.lagMs ?? 0)),
  };
}

function triesOf(probe: Probe, round: Round): ProbeTries | undefined {
  return round.sources.get(probe.from)?.tries.get(probe.key);
}
