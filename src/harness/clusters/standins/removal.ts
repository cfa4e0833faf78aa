import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeApi, ObjectRef } from '../api/model.ts';
import { formatObject } from '../api/paths.ts';
import { inTurn } from '../../probe/in-turn.ts';

/** What is left of a run's objects after a removal. */
export interface RemovalReport {
  /** `Pod shop/mayreach-…`, gone: asked for and not found. */
  readonly removed: readonly string[];
  readonly left: readonly { readonly object: string; readonly why: string }[];
}

const AT_ONCE = 16;
/** Between two looks, ms. */
const LONGEST_WAIT_MS = 500;

/** Removes objects and looks until they are gone or `until` (ms since the epoch) has passed. Never throws. */
export async function removeObjects(
  kube: KubeApi,
  objects: readonly ObjectRef[],
  until: number,
): Promise<RemovalReport> {
  const removed: string[] = [];
  const left: { object: string; why: string }[] = [];
  const failed = new Set<ObjectRef>();
  const attempt = (work: (ref: ObjectRef) => Promise<void>) => async (ref: ObjectRef) => {
    if (failed.has(ref)) return;
    try {
      await work(ref);
    } catch (error) {
      failed.add(ref);
      left.push({ object: formatObject(ref), why: error instanceof Error ? error.message : String(error) });
    }
  };
  // All are asked for before one is waited for. The cluster lets a namespace be for five seconds before it looks whether
  // it is empty (namespaceDeletionGracePeriod, pkg/controller/namespace): by then our own objects in it are gone.
  const order = objects.toSorted((a, b) => Number(b.kind === 'Namespace') - Number(a.kind === 'Namespace'));
  await inTurn(
    order,
    AT_ONCE,
    attempt((ref) => askFor(kube, ref, until)),
  );
  await inTurn(
    order.toReversed(),
    AT_ONCE,
    attempt(async (ref) => {
      await waitUntilGone(kube, ref, until);
      removed.push(formatObject(ref));
    }),
  );
  return { removed: removed.sort(), left };
}

async function askFor(kube: KubeApi, ref: ObjectRef, until: number): Promise<void> {
  // Background: whatever the object owns is removed after it, by the cluster.
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' };
  await kube.remove(await kube.pathOf(ref), { body, timeoutMs: remaining(until) });
}

async function waitUntilGone(kube: KubeApi, ref: ObjectRef, until: number): Promise<void> {
  const path = await kube.pathOf(ref);
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const found = await kube.get(path, { timeoutMs: remaining(until) });
    if (found === undefined) return;
    if (Date.now() > until) {
      throw new Error(found.metadata['deletionTimestamp'] === undefined ? 'still there' : 'still being deleted');
    }
    await sleep(waitMs);
  }
}

function remaining(until: number): number {
  return Math.max(1_000, until - Date.now());
}
