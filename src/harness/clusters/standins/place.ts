import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../../inventory/model.ts';
import { KubeApiError } from '../api/errors.ts';
import type { KubeApi, KubeManifest } from '../api/model.ts';
import { droppedLabels } from './changes.ts';
import { explainFailure } from './explain.ts';
import { gather, keyOf, type Failure, type Pending } from './gather.ts';
import type { Ledger } from './ledger.ts';
import type { PlacedPod, Placement, StandInDemand } from './model.ts';
import { createOwners, withPriorityClass } from './owners.ts';
import { inTurn } from '../../probe/in-turn.ts';
import type { ProbePod } from '../../probe/model.ts';
import { secondName } from './naming.ts';
import { standInPod, type Owner, type StandInRun } from './pod-spec.ts';
import { refusals } from './refusals.ts';

export interface PlaceOptions {
  readonly run: StandInRun;
  readonly ledger: Ledger;
  readonly signal: AbortSignal;
  /** On a live cluster: services that would route users to a stand-in are looked for among these. */
  readonly services?: readonly Service[];
  /** Until all run, ms. Default 120,000: an image may have to be pulled. */
  readonly timeoutMs?: number;
  /** How long a pod may find no node before that counts, ms. Default 15,000. */
  readonly unschedulableMs?: number;
  readonly onProgress?: (running: number, total: number) => void;
  /** Told of each pod once, as soon as it runs. */
  readonly onRunning?: (pod: PlacedPod) => void;
  /** The addresses of a pod that was started, as it knows them itself; none: its status tells. Never rejects. */
  readonly reach?: (pod: ProbePod) => Promise<readonly string[]>;
  /** What went another way than asked, and was mended. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Which nodes take them, as soon as each pod has one: long before it runs. May be called again. */
  readonly onScheduled?: (nodes: readonly string[]) => void;
}

const AT_ONCE = 16;
/** https://github.com/kubernetes/kubernetes, plugin/pkg/admission: serviceaccount and priority look into caches. */
const NOT_YET = /error looking up service account|no PriorityClass with name/;
/** The last of the waits, doubled each time: three seconds in all. */
const ACCOUNT_WAIT_MS = 1_600;

/**
 * Places a stand-in for every demand and waits until each runs. The first that certainly never will ends it.
 * Errors, each with the pod's name: PROBE_NOT_READY (image, node, start), QUOTA_FULL, OBJECT_REFUSED, RIGHT_MISSING,
 * CLUSTER_UNREACHABLE. What was created is in the ledger, whatever happened.
 */
export async function place(
  kube: KubeApi,
  demands: readonly StandInDemand[],
  options: PlaceOptions,
): Promise<Placement> {
  options.signal.throwIfAborted();
  const startedAt = performance.now();
  const live = options.run.mode === 'live';
  const refused = live ? refusals(demands, options.services ?? []) : [];
  const wanted = demands.filter(({ id }) => !refused.some(({ party }) => party === id));
  const owners = live ? await createOwners(wanted, options) : new Map<string, Owner>();
  const run = live ? await withPriorityClass(kube, options) : options.run;
  const pending = new Map<string, Pending>();
  for (const demand of wanted) {
    const named = (name?: string): KubeManifest => standInPod(demand, run, owners.get(demand.namespace), name);
    const sent = named();
    pending.set(keyOf(sent), { demand, sent, named, changes: [], lastWhy: 'the cluster has not spoken of it yet' });
  }
  const all = [...pending.values()];
  if (pending.size > 0) {
    const failure = await createAndGather(kube, pending, options);
    if (failure !== undefined) throw await explainFailure(kube, failure);
  }
  return {
    pods: all.flatMap(({ placed }) => (placed === undefined ? [] : [placed])),
    changed: all.flatMap(({ demand, changes }) => [...droppedLabels(demand, run.mode), ...changes]),
    refused,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

/** Creates and watches at once: the first pods start while the last are still being asked for. */
async function createAndGather(
  kube: KubeApi,
  pending: Map<string, Pending>,
  options: PlaceOptions,
): Promise<Failure | undefined> {
  const { ledger, signal, timeoutMs = 120_000, unschedulableMs = 15_000 } = options;
  const { onProgress, onRunning, onScheduled, reach } = options;
  const stop = new AbortController();
  const replacing: Promise<void>[] = [];
  const again = (entry: Pending, why: string): Promise<void> | undefined => {
    if (entry.firstWhy !== undefined) return undefined;
    const replaced = placeAgain(kube, pending, entry, why, options);
    replacing.push(replaced);
    return replaced;
  };
  const gathering = gather(kube, pending, {
    signal: AbortSignal.any([signal, stop.signal]),
    timeoutMs,
    unschedulableMs,
    again,
    onProgress,
    onRunning,
    onScheduled,
    reach,
  });
  const creating = inTurn([...pending.values()], AT_ONCE, async ({ sent }) => {
    signal.throwIfAborted();
    stop.signal.throwIfAborted();
    await createPod(ledger, sent, signal);
  });
  try {
    // A pod that fails tells at once; it does not wait for the others to be created.
    return await Promise.race([gathering, creating.then(() => gathering)]);
  } finally {
    stop.abort();
    await Promise.allSettled([gathering, creating, ...replacing]);
  }
}

/** A runtime that failed to start a container may start the next: once, under another name, when the first is gone. */
async function placeAgain(
  kube: KubeApi,
  pending: Map<string, Pending>,
  entry: Pending,
  why: string,
  { ledger, signal, onNote }: PlaceOptions,
): Promise<void> {
  const { apiVersion, kind, metadata } = entry.sent;
  pending.delete(keyOf(entry.sent));
  entry.firstWhy = why;
  entry.sent = entry.named(secondName(metadata.name));
  pending.set(keyOf(entry.sent), entry);
  const { namespace = 'default', name } = metadata;
  onNote?.(`Pod ${namespace}/${name}, the stand-in for ${entry.demand.id}, is placed once more: ${why}`);
  await kube.remove(await kube.pathOf({ apiVersion, kind, namespace, name }));
  signal.throwIfAborted();
  await createPod(ledger, entry.sent, signal);
}

/**
 * A new namespace gets its service account `default` a moment later, and the API server hears of a new PriorityClass a
 * moment later; until then pods are refused that name them.
 */
async function createPod(ledger: Ledger, pod: KubeManifest, signal: AbortSignal): Promise<void> {
  for (let waitMs = 100; ; waitMs *= 2) {
    try {
      await ledger.create(pod);
      return;
    } catch (error) {
      const early = error instanceof KubeApiError && NOT_YET.test(error.message);
      if (!early || waitMs > ACCOUNT_WAIT_MS) throw error;
      await sleep(waitMs, undefined, { signal });
    }
  }
}
