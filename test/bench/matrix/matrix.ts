import type { Outcome } from '../../../src/harness/evidence/schema.ts';
import type { BatchResult, Probe } from '../../../src/harness/probe/model.ts';
import { settle } from '../../../src/harness/probe/settle.ts';
import type { BenchContext, Benchmark, BenchResult } from '../model.ts';
import { withLab, type Lab } from '../support/lab.ts';
import { createRandom } from '../support/random.ts';
import { median, repeated } from '../support/statistics.ts';
import { PEER_WORKERS, probeByExec, type PeerRun } from './exec-probe.ts';
import { CLOSING_POLICY, withSquare, type Square } from './pods.ts';

/** As `run` measures: two attempts of each cell, half a second apart, and the default timeout. */
const AS_RUN = { attempts: 2, timeoutMs: 3500 } as const;
/** As the peers measure: one. */
const ONCE = { ...AS_RUN, attempts: 1 } as const;
const PEER_SAMPLE = 120;
const PEER_TIMEOUT_S = 1;

/** The same cells on the same pods: mayreach's prober, and one exec for each cell as the peers have it. */
export const matrix: Benchmark = {
  name: 'matrix',
  about: '20 pods x 20 x 2 ports on one cluster: mayreach beside one exec per probe with 15 workers',
  run: (context) =>
    withLab(context, (lab) =>
      withSquare(lab, context.signal, async (square) => {
        const open = await measureState('open network', lab, square, context);
        await lab.kube.apply(CLOSING_POLICY);
        context.tell('half denied: settling');
        const settling = await settled(square, context.signal);
        const denied = await measureState('half denied', lab, square, context);
        return toResult(lab, square, { open, denied, settlingMs: settling.durationMs });
      }),
    ),
};

interface StateRuns {
  readonly name: string;
  readonly twice: readonly BatchResult[];
  readonly once: readonly BatchResult[];
  readonly peer: readonly PeerRun[];
}

async function measureState(
  name: string,
  { kube }: Lab,
  { prober, probes, pods }: Square,
  { signal, repeats, tell }: BenchContext,
): Promise<StateRuns> {
  const random = createRandom(7);
  const sample = (): readonly Probe[] =>
    probes
      .map((probe) => ({ probe, at: random() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, PEER_SAMPLE)
      .map(({ probe }) => probe);
  // Side by side: each in turn, so that what else the machine does meets all alike.
  const rounds = await repeated(repeats, async (index) => {
    tell(`${name}, round ${index + 1} of ${repeats}`);
    return {
      twice: await prober.measure(probes, { ...AS_RUN, signal }),
      once: await prober.measure(probes, { ...ONCE, signal }),
      peer: await probeByExec(kube, sample(), pods, PEER_TIMEOUT_S),
    };
  });
  return {
    name,
    twice: rounds.map(({ twice }) => twice),
    once: rounds.map(({ once }) => once),
    peer: rounds.map(({ peer }) => peer),
  };
}

function settled({ prober, probes }: Square, signal: AbortSignal): ReturnType<typeof settle> {
  const sweep = async (): Promise<ReadonlyMap<string, Outcome>> => {
    const { observations } = await prober.measure(probes, { attempts: 1, timeoutMs: 1000, signal });
    return new Map([...observations].map(([key, { outcome }]) => [key, outcome]));
  };
  return settle(sweep, { slowestCanaryMs: 500, deadlineMs: 60_000, signal });
}

interface Found {
  readonly open: StateRuns;
  readonly denied: StateRuns;
  readonly settlingMs: number;
}

function toResult(
  { k3sImage, probeImage, plugin }: Lab,
  { probes, placedMs }: Square,
  { open, denied, settlingMs }: Found,
): BenchResult {
  const total = probes.length;
  const peerRate = median(open.peer.map(rateOf));
  const deniedSeconds = median(denied.twice.map(({ durationMs }) => durationMs / 1000));
  return {
    name: matrix.name,
    about: matrix.about,
    bounds: [
      {
        what: 'open network, cells a second, one attempt each: mayreach to the peers',
        measured: median(open.once.map((batch) => cellRate(batch, total))) / peerRate,
        atLeast: 100,
        unit: 'times',
      },
      {
        what: 'half denied, as `run` measures it: one timeout and a second more',
        measured: deniedSeconds,
        atMost: AS_RUN.timeoutMs / 1000 + 1,
        unit: 's',
      },
    ],
    tables: [
      {
        title: `medians of ${open.twice.length} rounds`,
        columns: ['network', 'who', 'cells', 'open', 'attempts', 's', 'cells/s', 'times the peers'],
        rows: [open, denied].flatMap((state) => stateRows(state, total)),
      },
    ],
    notes: [
      `settling, apart: ${(settlingMs / 1000).toFixed(1)} s from the policy until sweeps agreed; starting the 20 pods: ${(placedMs / 1000).toFixed(1)} s`,
      `${k3sImage}, ${plugin}, probes ${probeImage}; peers: ${PEER_WORKERS} execs at once, timeout ${PEER_TIMEOUT_S} s, ${PEER_SAMPLE} cells drawn from the ${total}`,
    ],
  };
}

function stateRows({ name, twice, once, peer }: StateRuns, total: number): readonly (readonly (string | number)[])[] {
  const peerRate = median(peer.map(rateOf));
  const own = (who: string, batches: readonly BatchResult[]): readonly (string | number)[] => [
    name,
    who,
    total,
    median(batches.map(openIn)),
    median(batches.map(({ attempts }) => attempts)),
    median(batches.map(({ durationMs }) => durationMs / 1000)),
    median(batches.map((batch) => cellRate(batch, total))),
    median(batches.map((batch) => cellRate(batch, total))) / peerRate,
  ];
  return [
    own('mayreach, as `run`', twice),
    own('mayreach, 1 attempt', once),
    [
      name,
      'one exec per probe',
      PEER_SAMPLE,
      median(peer.map(({ open }) => open)),
      PEER_SAMPLE,
      median(peer.map(({ seconds }) => seconds)),
      peerRate,
      1,
    ],
  ];
}

function cellRate({ durationMs }: BatchResult, cells: number): number {
  return (cells * 1000) / durationMs;
}

function rateOf({ cells, seconds }: PeerRun): number {
  return cells / seconds;
}

function openIn({ observations }: BatchResult): number {
  return [...observations.values()].filter(({ outcome }) => outcome === 'open').length;
}
