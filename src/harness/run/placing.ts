import { setTimeout as sleep } from 'node:timers/promises';
import type { PlacedPod, Placement, StandInDemand } from '../clusters/standins/model.ts';
import { place, type PlaceOptions } from '../clusters/standins/place.ts';
import type { PodDemand } from '../plan/demand.ts';
import { outsider } from '../predict/ends/outsider.ts';
import { agentSource } from '../probe/agent/source.ts';
import type { ProbePod } from '../probe/model.ts';
import type { FieldOptions } from './field-model.ts';
import type { RunOptions } from './options.ts';
import { outsiderDemand, runPodDemands, type RunNamespaces } from './run-pods.ts';

/** How long a probe pod lives if nobody removes it, s. */
const POD_LIFETIME_S = 3600;

/** About what it takes to watch a canary that runs, ms. */
const HEAD_START_MS = 700;

/** A node's name; `undefined` for the only node there is. */
export type NodeName = string | undefined;

/** The canaries with their peers, a pair on each node that carries a cell. */
export interface RunPods {
  readonly nodes: readonly NodeName[];
  readonly placement: Placement;
}

export interface Placing {
  readonly standIns: Promise<Placement>;
  readonly runPods: Promise<RunPods>;
}

export interface PlacingOptions extends FieldOptions {
  readonly namespaces: RunNamespaces;
  readonly nonce: string;
  /** Told of each pod once, as soon as it runs. */
  readonly onRunning: (pod: PlacedPod) => void;
  /** The addresses of a pod that was started, as it knows them itself; none: its status tells. Never rejects. */
  readonly reach?: (pod: ProbePod) => Promise<readonly string[]>;
  /** By how much the canary's pods come first on the only node, unless they run before, ms. Default 700. */
  readonly headStartMs?: number;
}

/**
 * Asks for all pods at once; with several nodes, for the run's own as soon as the scheduler has said where the
 * stand-ins go. The canary's come first where that is possible: it is watched while the others start.
 */
export function placePods(options: PlacingOptions, run: Pick<RunOptions, 'signal' | 'progress'>): Placing {
  const { kube, demands, namespaces } = options;
  const standIns = demands.filter((demand) => !isOutsider(demand)).map(toStandIn);
  run.progress.stage(`starting ${standIns.length + 2} probe pods`);
  const placeOptions = placeOptionsOf(options, run, standIns.length + 2);
  const listen = demands.find(isOutsider)?.listen;
  const placeRunPods = async (nodes: readonly NodeName[]): Promise<RunPods> => {
    const wanted = nodes.flatMap((node, index) => runPodDemands(namespaces, { node, first: index === 0, listen }));
    return { nodes, placement: await place(kube, wanted, placeOptions()) };
  };
  const first = hasOneNode(options) ? placeRunPods([undefined]) : undefined;
  const scheduled = Promise.withResolvers<readonly string[]>();
  const standInOptions = { ...placeOptions(), onScheduled: scheduled.resolve };
  const placing = headStart(first, options.headStartMs, run.signal).then(() => place(kube, standIns, standInOptions));
  return {
    standIns: placing,
    runPods: first ?? Promise.race([scheduled.promise, placing.then(nodesOf)]).then(placeRunPods),
  };
}

/**
 * A node starts all that it is asked for at the same pace: asked for together, the canary would run as late as the
 * last, and all would wait while it is watched.
 */
async function headStart(
  runPods: Promise<RunPods> | undefined,
  headStartMs = HEAD_START_MS,
  signal: AbortSignal,
): Promise<void> {
  if (runPods === undefined) return;
  const pause = sleep(headStartMs, undefined, { signal }).catch(() => undefined); // placing says what ended it
  await Promise.race([runPods, pause]);
}

/** The only node needs no name, so that nothing waits for anything. */
function hasOneNode({ mode, nodeCount }: FieldOptions): boolean {
  return mode === 'ephemeral' || nodeCount === 1;
}

/** Options for several placements that count their pods together. */
function placeOptionsOf(
  { mode, shortId, nonce, probeImage, ledger, services, onRunning, reach }: PlacingOptions,
  { signal, progress }: Pick<RunOptions, 'signal' | 'progress'>,
  total: number,
): () => PlaceOptions {
  const running: number[] = [];
  return () => {
    const own = running.push(0) - 1;
    return {
      run: { mode, runId: shortId, nonce, image: probeImage, agentSource, activeDeadlineSeconds: POD_LIFETIME_S },
      ledger,
      signal,
      services,
      onRunning,
      ...(reach && { reach }),
      onNote: (text) => progress.note(text),
      onProgress: (count) => {
        running[own] = count;
        progress.count(
          running.reduce((sum, some) => sum + some, 0),
          total,
          'pods',
        );
      },
    };
  };
}

/** Asks for the stand-ins, and for the outsider where it stays: all but the canary. */
export function placeWithoutCanary(
  options: PlacingOptions,
  run: Pick<RunOptions, 'signal' | 'progress'>,
): Promise<Placement> {
  const { kube, demands, namespaces } = options;
  const listen = demands.find(isOutsider)?.listen;
  // First, so that where it stands there is a canary, whose peer it is.
  const aside = outsiderStays(options) ? [outsiderDemand(namespaces, { node: undefined, first: true, listen })] : [];
  const wanted = [...aside, ...demands.filter((demand) => !isOutsider(demand)).map(toStandIn)];
  run.progress.stage(`starting ${wanted.length} probe pods`);
  return place(kube, wanted, placeOptionsOf(options, run, wanted.length)());
}

/** Asks for the canaries and their peers where other pods of the run stand already. */
export async function placeLateCanary(
  options: PlacingOptions,
  standing: Placement,
  run: Pick<RunOptions, 'signal' | 'progress'>,
): Promise<RunPods> {
  const nodes = hasOneNode(options) ? [undefined] : nodesOf(standing);
  const wanted = nodes
    .flatMap((node, index) => runPodDemands(options.namespaces, { node, first: index === 0, listen: undefined }))
    .filter(({ id }) => !standing.pods.some((pod) => pod.id === id));
  run.progress.stage(`starting ${wanted.length} probe pods`);
  return { nodes, placement: await place(options.kube, wanted, placeOptionsOf(options, run, wanted.length)()) };
}

/** A source also dials where nothing listens, at another pod of the run: there must be one. */
export function outsiderStays({ outsiderNeeded, demands }: FieldOptions): boolean {
  return outsiderNeeded || demands.length < 2;
}

/** Whether it is the pod without labels in the run's own namespace. */
export function isOutsider({ id }: PodDemand): boolean {
  return id === outsider().id;
}

/** The pod that is wanted for a workload. */
export function toStandIn({ id, workload, listen }: PodDemand): StandInDemand {
  const { namespace, labels, serviceAccount, ports } = workload;
  return { id, namespace, labels, serviceAccount, ports, listen };
}

function nodesOf({ pods }: Placement): readonly NodeName[] {
  const nodes = [...new Set(pods.map(({ node }) => node))];
  return nodes.length === 0 ? [undefined] : nodes;
}
