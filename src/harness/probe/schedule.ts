import type { Pace } from './pace.ts';
import type { ConnectLimits } from './protocol.ts';

/** Half a second from attempt to attempt: a policy that flickers, or a queue that was full, shows. */
export const ATTEMPT_GAP_MS = 500;

// Measured: 20 sources with 256 connects each in flight at one listener lost two thirds of OPEN cells to a full listen
// queue; with 48 over all sources none. A receive buffer holds about 250 small datagrams, so that 48 is safe for UDP too.
const PER_LISTENER = 48;
const PER_PAIR = 8;
// Answered connects cost both ends about 0.2 ms of CPU together; more at once than this only wait for each other.
const ALL_SOURCES = 1_024;
const PER_SOURCE = { least: 32, most: 256 };

/**
 * How many sources dial at the same time. With a pace the limits hold for any number of sources, so that the others
 * wait for their turn; without one more sources take a slot more each.
 */
export function sourcesAtOnce(sources: number, pace: Pace | undefined): number {
  return pace === undefined ? sources : Math.min(sources, PER_LISTENER);
}

/**
 * How many slots each of these sources may hold at the same time, so that together they flood no listener and no machine. A dropped connect gives
 * its slot back long before it times out (agent.js), so these bound the rate of starts, not how many wait.
 */
export function limitsFor(
  sources: number,
  { timeoutMs, attempts, pace }: { timeoutMs: number; attempts: number; pace?: Pace | undefined },
): ConnectLimits {
  const share = (all: number, least: number, most: number): number =>
    Math.min(most, Math.max(least, Math.floor(all / Math.max(1, sources))));
  return {
    attempts,
    gapMs: ATTEMPT_GAP_MS,
    timeoutMs,
    perPair: share(PER_LISTENER, 1, PER_PAIR),
    inFlight: share(ALL_SOURCES, pace === undefined ? PER_SOURCE.least : 1, PER_SOURCE.most),
    ...(pace === undefined ? {} : { jitterMs: pace.jitterMs }),
    ...(pace?.perSecond === undefined ? {} : { everyMs: (1000 * sources) / pace.perSecond }),
  };
}

/** How long a source may report nothing in a batch: an attempt that times out at the handshake, then at the identity. */
export function patienceMs(limits: ConnectLimits, graceMs: number): number {
  const { gapMs, timeoutMs, everyMs = 0, jitterMs = 0 } = limits;
  return gapMs + jitterMs + 2 * timeoutMs + 3 * everyMs + graceMs;
}

/**
 * A Latin square: in each round a source dials every address once, and source `index` of `sources` begins that far into
 * the list, so that at any time the sources are spread over the addresses.
 */
export function rotated<T extends { readonly address: string }>(
  dials: readonly T[],
  index: number,
  sources: number,
): T[] {
  const columns = [...Map.groupBy(dials, (dial) => dial.address)].sort(([a], [b]) => (a < b ? -1 : 1));
  const shift = Math.floor((index * columns.length) / Math.max(1, sources));
  const turned = [...columns.slice(shift), ...columns.slice(0, shift)].map(([, column]) => column);
  const rounds = Math.max(0, ...turned.map((column) => column.length));
  return Array.from({ length: rounds }, (_, round) =>
    turned.flatMap((column) => column.slice(round, round + 1)),
  ).flat();
}
