import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeApi, ObjectRef } from '../api/model.ts';
import { formatObject } from '../api/paths.ts';
import { inParallel } from './parallel.ts';

/** What is left of a run's objects after a removal. */
export interface RemovalReport {
  /** `Pod shop/mayreach-…`, gone: asked for and not found. */
  readonly removed: readonly string[];
  readonly left: readonly { readonly object: string; readonly why: string }[];
}

const AT_ONCE = 16;

/** Removes objects and looks until they are gone or `until` (ms since the epoch) has passed. Never throws. */
export async function removeObjects(
  kube: KubeApi,
  objects: readonly ObjectRef[],
  until: number,
): Promise<RemovalReport> {
  const removed: string[] = [];
  const left: { object: string; why: string }[] = [];
  const remove = async (ref: ObjectRef): Promise<void> => {
    const object = formatObject(ref);
    try {
      await removeOne(kube, ref, until);
      removed.push(object);
    } catch (error) {
      left.push({ object, why: error instanceof Error ? error.message : String(error) });
    }
  };
  // Namespaces last: one that is empty goes at once, one with pods in it is looked at again only seconds later.
  const isNamespace = ({ kind }: ObjectRef): boolean => kind === 'Namespace';
  await inParallel(
    objects.filter((ref) => !isNamespace(ref)),
    AT_ONCE,
    remove,
  );
  await inParallel(objects.filter(isNamespace), AT_ONCE, remove);
  return { removed: removed.sort(), left };
}

async function removeOne(kube: KubeApi, ref: ObjectRef, until: number): Promise<void> {
  const path = await kube.pathOf(ref);
  const remaining = (): number => Math.max(1_000, until - Date.now());
  // Background: whatever the object owns is removed after it, by the cluster.
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' };
  if (!(await kube.remove(path, { body, timeoutMs: remaining() }))) return;
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 1_000)) {
    const found = await kube.get(path, { timeoutMs: remaining() });
    if (found === undefined) return;
    if (Date.now() > until) {
      throw new Error(found.metadata['deletionTimestamp'] === undefined ? 'still there' : 'still being deleted');
    }
    await sleep(waitMs);
  }
}
