import type { Probe } from '../probe/model.ts';
import { limitsFor, sourcesAtOnce } from '../probe/schedule.ts';
import { ATTEMPTS, SETTLE_DEADLINE_MS, type Restraint } from './measure.ts';

/** Who has most of something. */
export interface Most {
  readonly who: string;
  readonly connections: number;
}

/** How much would be dialled: different connections, each of which is made several times. */
export interface Dials {
  readonly total: number;
  /** Absent: nothing is dialled. */
  readonly bySource?: Most;
  readonly byDestination?: Most;
  /** How often each is made while observing. */
  readonly attempts: number;
  /** How long each is made again and again, once a sweep, until the network has settled; at most, ms. */
  readonly settlingMs: number;
  /** At the same time: by one source, at one listener, and in all. */
  readonly atOnce: { readonly perSource: number; readonly perListener: number; readonly total: number };
  /** New connections a second at most, where that is limited. */
  readonly perSecond?: number;
  /** The share that may fail before nothing more is sent, percent. */
  readonly maxErrors: number;
}

/** Counts the connections; `labels` tell whose an address is. */
export function dialsOf(
  probes: readonly Probe[],
  labels: ReadonlyMap<string, string>,
  { pace, maxErrors }: Restraint,
): Dials {
  const sources = probes.map(({ from }) => from);
  const bySource = mostOf(sources);
  const byDestination = mostOf(
    probes.map(({ target }) => {
      const named = 'name' in target ? target.name : target.address;
      return labels.get(named) ?? named;
    }),
  );
  const atOnce = sourcesAtOnce(new Set(sources).size, pace);
  const { inFlight, perPair } = limitsFor(atOnce, { timeoutMs: 0, attempts: ATTEMPTS, pace });
  return {
    total: probes.length,
    ...(bySource === undefined ? {} : { bySource }),
    ...(byDestination === undefined ? {} : { byDestination }),
    attempts: ATTEMPTS,
    settlingMs: SETTLE_DEADLINE_MS,
    atOnce: { perSource: inFlight, perListener: perPair * atOnce, total: inFlight * atOnce },
    ...(pace.perSecond === undefined ? {} : { perSecond: pace.perSecond }),
    maxErrors,
  };
}

function mostOf(names: readonly string[]): Most | undefined {
  const counts = [...Map.groupBy(names, (name) => name)].map(([who, all]) => ({ who, connections: all.length }));
  return counts.sort((a, b) => b.connections - a.connections)[0];
}
