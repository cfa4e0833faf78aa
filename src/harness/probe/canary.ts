import type { Direction } from '../../requirements/model.ts';
import type { EvidenceCanary } from '../evidence/schema.ts';
import { describeCanary, enforces } from './canary-text.ts';
import { realClock, type Clock } from './clock.ts';
import type { Observation, Probe, ProbePod, Prober, ProbeProtocol } from './model.ts';
import { isDenial } from './outcome.ts';

/** The canary of one node: the pod that a policy will isolate, and a peer outside that policy, both listening. */
export interface CanaryPair {
  readonly node: string;
  readonly canary: ProbePod;
  readonly peer: ProbePod;
}

export interface CanaryActions {
  /** Creates the one policy that isolates every canary pod in both directions; resolves when the API has it. */
  applyDeny(): Promise<void>;
  liftDeny(): Promise<void>;
}

export interface CanaryOptions {
  readonly signal: AbortSignal;
  /** How long each phase may take to show, ms. */
  readonly deadlineMs?: number;
  /** How long one of the short probes may take, ms. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
  readonly onPhase?: (phase: Phase) => void;
}

export interface CanaryResult {
  /** One for each node. */
  readonly canaries: readonly EvidenceCanary[];
  /** The longest that a change took to show, ms; the measure for settling. */
  readonly slowestMs: number;
}

export type Phase = EvidenceCanary['phases'][number]['phase'];
type PhaseResult = EvidenceCanary['phases'][number];

interface Cell {
  readonly node: string;
  readonly protocol: ProbeProtocol;
  readonly direction: Direction;
  readonly probe: Probe;
}
/** The last look at one cell, and for how many looks in a row it has shown what the phase waits for. */
interface Look {
  result: PhaseResult;
  streak: number;
}

const PAUSE_MS = 50;
// A stalled machine can make one probe time out; that must never pass for a network that enforces.
const LOOKS = { open: 1, denied: 2, lifted: 1 };

/**
 * Shows on each node, for TCP and UDP and in both directions, whether the network enforces a policy: open, then denied
 * under one policy that isolates the canary, then open again without it. All nodes at the same time.
 */
export async function runCanary(
  prober: Prober,
  pairs: readonly CanaryPair[],
  actions: CanaryActions,
  options: CanaryOptions,
): Promise<CanaryResult> {
  const { clock = realClock, onPhase } = options;
  const cells = pairs.flatMap(cellsOf);
  const results = new Map<Cell, PhaseResult[]>(cells.map((cell) => [cell, []]));
  const watch = async (phase: Phase, watched: readonly Cell[], changedAt: number): Promise<void> => {
    for (const [cell, result] of await watchPhase(prober, phase, watched, changedAt, options))
      results.get(cell)?.push(result);
  };
  onPhase?.('open');
  await watch('open', cells, clock.now());
  // What was not open before says nothing afterwards.
  const proven = cells.filter((cell) => results.get(cell)?.[0]?.outcome === 'open');
  onPhase?.('denied');
  // From before the call: when in it the change became one, nobody tells.
  const deniedAt = clock.now();
  await actions.applyDeny();
  let liftedAt: number;
  try {
    await watch('denied', proven, deniedAt);
  } finally {
    liftedAt = clock.now();
    await actions.liftDeny();
  }
  onPhase?.('lifted');
  await watch('lifted', proven, liftedAt);
  const canaries = pairs.map(({ node }) => {
    const phases = cells.filter((cell) => cell.node === node).flatMap((cell) => results.get(cell) ?? []);
    return { node, enforced: enforces(phases), text: describeCanary(node, phases), phases };
  });
  const changes = [...results.values()]
    .flat()
    .filter(({ phase, outcome }) => phase !== 'open' && shows(phase, outcome));
  return { canaries, slowestMs: Math.max(0, ...changes.map(({ latencyMs }) => latencyMs)) };
}

function cellsOf({ node, canary, peer }: CanaryPair): Cell[] {
  const cell = (protocol: ProbeProtocol, direction: Direction): Cell[] => {
    const [from, to] = direction === 'ingress' ? [peer, canary] : [canary, peer];
    const [[port], [address]] = [to.listening[protocol], to.addresses];
    if (port === undefined || address === undefined) return [];
    const key = `canary ${node} ${direction} ${protocol}`;
    return [
      {
        node,
        protocol,
        direction,
        probe: { key, from: from.id, protocol, port, target: { address }, responders: [to.uid] },
      },
    ];
  };
  return (['TCP', 'UDP'] as const).flatMap((protocol) => [...cell(protocol, 'ingress'), ...cell(protocol, 'egress')]);
}

async function watchPhase(
  prober: Prober,
  phase: Phase,
  cells: readonly Cell[],
  changedAt: number,
  { signal, deadlineMs = 10_000, timeoutMs = 500, clock = realClock }: CanaryOptions,
): Promise<ReadonlyMap<Cell, PhaseResult>> {
  const looks = new Map<Cell, Look>();
  let waiting = cells;
  for (;;) {
    const probes = waiting.map(({ probe }) => probe);
    const { observations } = await prober.measure(probes, { timeoutMs, attempts: 1, signal });
    for (const cell of waiting) {
      const observation = observations.get(cell.probe.key);
      if (observation) looks.set(cell, look(phase, cell, observation, changedAt, looks.get(cell)));
    }
    waiting = waiting.filter((cell) => (looks.get(cell)?.streak ?? 0) < LOOKS[phase]);
    if (waiting.length === 0 || clock.now() - changedAt >= deadlineMs) break;
    await clock.pause(PAUSE_MS, signal);
  }
  const unshown = (cell: Cell): PhaseResult => {
    const { protocol, direction } = cell;
    const last = looks.get(cell)?.result.outcome ?? 'not-measured';
    const outcome = shows(phase, last) ? 'mixed' : last; // seen once, or with a doubt: not shown
    return { phase, protocol, direction, outcome, latencyMs: clock.now() - changedAt };
  };
  return new Map(
    cells.map((cell) => [cell, waiting.includes(cell) ? unshown(cell) : (looks.get(cell)?.result ?? unshown(cell))]),
  );
}

// The latency is that of the first of the looks in a row.
function look(phase: Phase, cell: Cell, seen: Observation, changedAt: number, before: Look | undefined): Look {
  const { protocol, direction } = cell;
  const shown = shows(phase, seen.outcome) && seen.doubt === undefined;
  if (shown && before && before.streak > 0) return { result: before.result, streak: before.streak + 1 };
  const at = Date.parse(seen.attempts[0]?.at ?? '');
  const latencyMs = Number.isNaN(at) ? 0 : Math.max(0, at - changedAt);
  return { result: { phase, protocol, direction, outcome: seen.outcome, latencyMs }, streak: shown ? 1 : 0 };
}

function shows(phase: Phase, outcome: Observation['outcome']): boolean {
  return phase === 'denied' ? isDenial(outcome) : outcome === 'open';
}
