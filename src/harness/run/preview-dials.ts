import type { Probe } from '../probe/model.ts';
import type { ConnectLimits } from '../probe/protocol.ts';
import { ATTEMPTS, SETTLE_DEADLINE_MS } from './observe.ts';

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
  /** At the same time: by one source, and by one source at one listener. */
  readonly atOnce: { readonly perSource: number; readonly perListener: number };
}

/** Counts the connections; `labels` tell whose an address is. */
export function dialsOf(
  probes: readonly Probe[],
  labels: ReadonlyMap<string, string>,
  limits: (sources: number) => ConnectLimits,
): Dials {
  const sources = probes.map(({ from }) => from);
  const bySource = mostOf(sources);
  const byDestination = mostOf(
    probes.map(({ target }) => {
      const named = 'name' in target ? target.name : target.address;
      return labels.get(named) ?? named;
    }),
  );
  const { inFlight, perPair } = limits(new Set(sources).size);
  return {
    total: probes.length,
    ...(bySource === undefined ? {} : { bySource }),
    ...(byDestination === undefined ? {} : { byDestination }),
    attempts: ATTEMPTS,
    settlingMs: SETTLE_DEADLINE_MS,
    atOnce: { perSource: inFlight, perListener: perPair },
  };
}

function mostOf(names: readonly string[]): Most | undefined {
  const counts = [...Map.groupBy(names, (name) => name)].map(([who, all]) => ({ who, connections: all.length }));
  return counts.sort((a, b) => b.connections - a.connections)[0];
}
