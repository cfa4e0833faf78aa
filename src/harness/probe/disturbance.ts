import type { Answer } from './agent-client.ts';
import type { Probe, ProbePod } from './model.ts';
import type { StatsResult } from './protocol.ts';

/** What could have made an open destination look blocked, for one pod over one round. */
export interface Disturbance {
  /** Highest event-loop delay of its agent, ms. */
  readonly lagMs: number;
  /** Its kernel turned connections away because the listen queue was full. */
  readonly listenOverflow: boolean;
  /** Its kernel dropped datagrams because the receive buffer was full. */
  readonly udpOverflow: boolean;
  /** Why none of this is known. */
  readonly unknown?: string;
}

/** From the counters before a round and after it. */
export function disturbanceOf(
  before: Answer<StatsResult> | undefined,
  after: Answer<StatsResult> | undefined,
): Disturbance {
  if (!before?.ok || !after?.ok) {
    const missing = before?.ok ? after : before;
    const unknown = missing?.ok === false ? missing.reason : 'they were not read';
    return { lagMs: 0, listenOverflow: false, udpOverflow: false, unknown };
  }
  const [from, to] = [before.value, after.value];
  return {
    lagMs: to.lagMs,
    listenOverflow: to.listenOverflows > from.listenOverflows || to.listenDrops > from.listenDrops,
    udpOverflow: to.udpDrops > from.udpDrops,
  };
}

/** Why silence at this destination, or from this source, may be its own doing and not the network's. */
export function explainDisturbance(
  pod: ProbePod,
  disturbance: Disturbance | undefined,
  role: 'source' | 'destination',
  { protocol }: Pick<Probe, 'protocol'>,
  timeoutMs: number,
): string | undefined {
  const name = `${pod.namespace}/${pod.name}`;
  if (!disturbance) return undefined;
  if (role === 'destination') {
    if (protocol === 'TCP' && disturbance.listenOverflow) return `the listen queue of ${name} overflowed meanwhile`;
    if (protocol === 'UDP' && disturbance.udpOverflow) return `the receive buffer of ${name} overflowed meanwhile`;
  }
  if (disturbance.lagMs <= timeoutMs / 2) return undefined;
  return `the agent of ${name} stood still for ${disturbance.lagMs} ms meanwhile`;
}
