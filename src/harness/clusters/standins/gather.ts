import { PROBE_CONTAINER } from '../api/attach.ts';
import type { KubeApi, KubeManifest, KubeObject } from '../api/model.ts';
import { changesOf } from './changes.ts';
import type { PlacedPod, StandInChange, StandInDemand } from './model.ts';
import { podState, type RunningState } from './pod-state.ts';
import { watchPods } from './watch-pods.ts';

/** A demand on its way to a running pod. */
export interface Pending {
  readonly demand: StandInDemand;
  readonly sent: KubeManifest;
  placed?: PlacedPod;
  /** Where the running pod is not what was sent. */
  changes: readonly StandInChange[];
  /** What is known of a pod that does not run yet. */
  lastWhy: string;
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
  readonly onProgress?: ((running: number, total: number) => void) | undefined;
  /** Called once for each pod, as soon as it runs. */
  readonly onRunning?: ((pod: PlacedPod) => void) | undefined;
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
  const fail = ({ demand, sent }: Pending, why: string, more: Partial<Failure> = {}): void => {
    resolve({ demand, sent, why, image: false, logs: false, late: false, ...more });
  };
  const timers = new Map<string, NodeJS.Timeout>();
  const nodes = new Map<string, string>();
  const onPod = (type: string, pod: KubeObject): void => {
    const key = keyOf(pod);
    const entry = pending.get(key);
    if (entry === undefined) return;
    if (type === 'DELETED') {
      fail(entry, 'it was deleted');
      return;
    }
    noteNode(nodes, key, pod);
    if (nodes.size === pending.size) options.onScheduled?.([...new Set(nodes.values())]);
    const state = podState(pod, PROBE_CONTAINER);
    if (state.state === 'failed') fail(entry, state.why, state);
    else if (state.state === 'running') settle(entry, pod, state, options.onRunning);
    else entry.lastWhy = state.why;
    const stuck = state.state === 'waiting' && state.unschedulable;
    if (stuck && !timers.has(key)) {
      timers.set(
        key,
        setTimeout(() => fail(entry, entry.lastWhy), options.unschedulableMs),
      );
    } else if (!stuck) {
      clearTimeout(timers.get(key));
      timers.delete(key);
    }
    const running = [...pending.values()].filter(({ placed }) => placed !== undefined).length;
    options.onProgress?.(running, pending.size);
    if (running === pending.size) resolve(undefined);
  };
  const deadline = setTimeout(() => {
    const late = [...pending.values()].find(({ placed }) => placed === undefined);
    if (late !== undefined)
      fail(late, `not running after ${options.timeoutMs / 1000} s (${late.lastWhy})`, { late: true });
  }, options.timeoutMs);
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort);
  // A signal that is aborted already says nothing more.
  if (signal.aborted) abort();
  const namespaces = [...new Set([...pending.values()].map(({ demand }) => demand.namespace))];
  const watching = watchPods(kube, namespaces, onPod, signal).catch(reject);
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    for (const timer of timers.values()) clearTimeout(timer);
    stop.abort();
    await watching;
  }
}

function noteNode(nodes: Map<string, string>, key: string, { spec }: KubeObject): void {
  const { nodeName } = (spec ?? {}) as { readonly nodeName?: string };
  if (nodeName !== undefined) nodes.set(key, nodeName);
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
