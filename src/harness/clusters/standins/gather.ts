import { PROBE_CONTAINER } from '../api/attach.ts';
import type { KubeApi, KubeManifest, KubeObject } from '../api/model.ts';
import { changesOf } from './changes.ts';
import type { ProbePod } from '../../probe/model.ts';
import type { PlacedPod, StandInChange, StandInDemand } from './model.ts';
import { podState, type FailedState, type RunningState } from './pod-state.ts';
import { watchPods } from './watch-pods.ts';
import { watchStarted, type StartedPod } from './watch-started.ts';

/** A demand on its way to a running pod. */
export interface Pending {
  readonly demand: StandInDemand;
  sent: KubeManifest;
  /** The same pod under another name. */
  readonly named: (name: string) => KubeManifest;
  placed?: PlacedPod;
  /** As it was heard of last, with the node that takes it. */
  seen?: KubeObject;
  /** Where the running pod is not what was sent. */
  changes: readonly StandInChange[];
  /** What is known of a pod that does not run yet. */
  lastWhy: string;
  /** Why the pod that was placed first did not start; absent: there was one alone. */
  firstWhy?: string;
}

/** A pod that will not run, or did not in time. */
export interface Failure {
  readonly sent: KubeManifest;
  readonly demand: StandInDemand;
  readonly why: string;
  /** The image is what is wrong. */
  readonly image: boolean;
  /** Its container ran: the log says more. */
  readonly logs: boolean;
  /** Time is what ran out: the pod's events may say more. */
  readonly late: boolean;
}

export interface GatherOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly unschedulableMs: number;
  /** Places the demand once more, under another key of `pending`; undefined: it was done before. */
  readonly again?: ((entry: Pending, why: string) => Promise<void> | undefined) | undefined;
  readonly onProgress?: ((running: number, total: number) => void) | undefined;
  /** Called once for each pod, as soon as it runs. */
  readonly onRunning?: ((pod: PlacedPod) => void) | undefined;
  /**
   * The addresses of a pod that was started but is not told to run yet, as it knows them itself; none: its status tells.
   * Never rejects.
   */
  readonly reach?: ((pod: ProbePod) => Promise<readonly string[]>) | undefined;
  /** Called when every pod has a node, long before it runs; again at what is heard of them later. */
  readonly onScheduled?: ((nodes: readonly string[]) => void) | undefined;
}

export function keyOf({ metadata: { namespace, name } }: KubeObject): string {
  return `${namespace ?? ''}/${name}`;
}

/**
 * Watches until all pods run, and fills in `placed` and `changes`; or until one certainly never will, which it returns.
 * Rejects when the watch fails or the signal is aborted.
 */
export async function gather(
  kube: KubeApi,
  pending: ReadonlyMap<string, Pending>,
  options: GatherOptions,
): Promise<Failure | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Failure | undefined>();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const fail = (entry: Pending, why: string, more: Partial<Failure> = {}): void => resolve(failureOf(entry, why, more));
  const failed = (entry: Pending, state: FailedState): void => {
    const replacing = state.runtime ? options.again?.(entry, state.why) : undefined;
    if (replacing === undefined) fail(entry, state.why, state);
    else replacing.catch(reject);
  };
  const timers = new StuckTimers(options.unschedulableMs);
  const nodes = new Map<Pending, string>();
  const onPod = (type: string, pod: KubeObject): void => {
    const key = keyOf(pod);
    const entry = pending.get(key);
    if (entry === undefined) return;
    if (type === 'DELETED') {
      fail(entry, 'it was deleted');
      return;
    }
    noteNode(nodes, entry, pod);
    if (nodes.size === pending.size) options.onScheduled?.([...new Set(nodes.values())]);
    const state = podState(pod, PROBE_CONTAINER);
    if (state.state === 'failed') failed(entry, state);
    else if (state.state === 'running') settle(entry, pod, state, options.onRunning);
    else entry.lastWhy = state.why;
    if (state.state === 'waiting' && state.unschedulable) timers.begin(key, () => fail(entry, entry.lastWhy));
    else timers.end(key);
    count();
  };
  const count = (): void => {
    const running = [...pending.values()].filter(isPlaced).length;
    options.onProgress?.(running, pending.size);
    if (running === pending.size) resolve(undefined);
  };
  const deadline = setTimeout(() => {
    const late = [...pending.values()].find((entry) => !isPlaced(entry));
    if (late) fail(late, `not running after ${options.timeoutMs / 1000} s (${late.lastWhy})`, { late: true });
  }, options.timeoutMs);
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort);
  // A signal that is aborted already says nothing more.
  if (signal.aborted) abort();
  const namespaces = [...new Set([...pending.values()].map(({ demand }) => demand.namespace))];
  const watching = Promise.all([
    watchPods(kube, namespaces, onPod, signal).catch(reject),
    placeStarted(kube, { pending, namespaces, options, signal, count }),
  ]);
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    timers.endAll();
    stop.abort();
    await watching;
  }
}

function failureOf({ demand, sent, firstWhy }: Pending, why: string, more: Partial<Failure>): Failure {
  const twice = firstWhy === undefined ? '' : `; it was placed once more after: ${firstWhy}`;
  return { demand, sent, image: false, logs: false, late: false, ...more, why: `${why}${twice}` };
}

interface Starting {
  readonly pending: ReadonlyMap<string, Pending>;
  readonly namespaces: readonly string[];
  readonly options: GatherOptions;
  readonly signal: AbortSignal;
  /** One more is placed. */
  readonly count: () => void;
}

/** Takes a pod that answers for placed, before its status says that it runs. */
async function placeStarted(kube: KubeApi, { pending, namespaces, options, signal, count }: Starting): Promise<void> {
  const { reach, onRunning } = options;
  if (reach === undefined) return;
  const onStarted = async ({ namespace, name, uid }: StartedPod): Promise<void> => {
    const entry = pending.get(`${namespace}/${name}`);
    if (entry === undefined || entry.seen?.metadata.uid !== uid || entry.placed !== undefined) return;
    const { demand, seen } = entry;
    const node = nodeOf(seen) ?? '';
    const pod = { id: demand.id, namespace, name, uid, node, addresses: [], listening: demand.listen };
    const addresses = await reach(pod);
    // Its status may have been faster, or another pod stands there by now.
    if (addresses.length === 0 || isPlaced(entry) || entry.seen.metadata.uid !== uid || signal.aborted) return;
    settle(entry, entry.seen, { state: 'running', node, addresses }, onRunning);
    count();
  };
  await watchStarted(kube, namespaces, (pod) => void onStarted(pod), signal);
}

function isPlaced({ placed }: Pending): boolean {
  return placed !== undefined;
}

/** How long each pod has found no node. */
class StuckTimers {
  readonly #ms: number;
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(ms: number) {
    this.#ms = ms;
  }

  begin(key: string, late: () => void): void {
    if (!this.#timers.has(key)) this.#timers.set(key, setTimeout(late, this.#ms));
  }

  end(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }

  endAll(): void {
    for (const key of [...this.#timers.keys()]) this.end(key);
  }
}

function nodeOf({ spec }: KubeObject): string | undefined {
  return (spec as { readonly nodeName?: string } | undefined)?.nodeName;
}

function noteNode(nodes: Map<Pending, string>, entry: Pending, pod: KubeObject): void {
  const node = nodeOf(pod);
  if (node === undefined) return;
  nodes.set(entry, node);
  entry.seen = pod;
}

function settle(
  entry: Pending,
  pod: KubeObject,
  { node, addresses, imageId }: RunningState,
  onRunning: GatherOptions['onRunning'],
): void {
  const { demand, sent } = entry;
  entry.changes = changesOf(demand, sent, pod);
  const placed: PlacedPod = {
    id: demand.id,
    namespace: demand.namespace,
    name: pod.metadata.name,
    uid: pod.metadata.uid ?? '',
    node,
    addresses,
    ...(imageId === undefined ? {} : { imageId }),
    listening: demand.listen,
    labels: pod.metadata.labels ?? {},
    serviceAccount: (pod['spec'] as { readonly serviceAccountName?: string }).serviceAccountName ?? 'default',
  };
  const first = entry.placed === undefined;
  entry.placed = placed;
  if (first) onRunning?.(placed);
}
