import { setTimeout as sleep } from 'node:timers/promises';
import { MayreachError } from '../../../source/error.ts';
import { KubeApiError } from '../api/errors.ts';
import type { KubeApi, KubeManifest, KubeObject, ObjectRef } from '../api/model.ts';
import { formatObject } from '../api/paths.ts';
import { inParallel } from './parallel.ts';
import { RUN_ANNOTATION } from './pod-spec.ts';

/** What is left of a run's objects after a removal. */
export interface RemovalReport {
  /** `Pod shop/mayreach-…`, gone: asked for and not found. */
  readonly removed: readonly string[];
  readonly left: readonly { readonly object: string; readonly why: string }[];
}

export interface RemovalOptions {
  /** Until everything must be gone, ms. Default 60,000: a namespace takes a while. */
  readonly timeoutMs?: number;
}

/** Every object of a run on a cluster, written down before it is created. */
export interface Ledger {
  /** Creates an object of this run, which carries the run's annotation. Refused once removal has begun. */
  create(object: KubeManifest): Promise<KubeObject>;
  readonly entries: readonly ObjectRef[];
  /**
   * Removes what was created and looks until it is gone. At any moment, as often as needed, in the middle of creating
   * too: creations under way are waited for. Never throws: what it could not do is in `left`.
   */
  removeAll(options?: RemovalOptions): Promise<RemovalReport>;
}

const AT_ONCE = 16;
const CREATE_ATTEMPTS = 3;
const REMOVAL_MS = 60_000;

export function createLedger(kube: KubeApi, runId: string): Ledger {
  const entries = new Map<string, ObjectRef>();
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  const create = async (object: KubeManifest): Promise<KubeObject> => {
    if (closed) {
      throw new MayreachError('the run is being cleaned up: nothing more is created', { code: 'INTERRUPTED' });
    }
    const ref = refOf(object);
    entries.set(formatObject(ref), ref);
    const fate = { certain: true };
    const creating = createOnce(kube, withRun(object, runId), ref, fate);
    underWay.add(creating);
    try {
      return await creating;
    } catch (error) {
      // The server said no, or the name is somebody else's: there is nothing of ours to remove.
      if (fate.certain) entries.delete(formatObject(ref));
      throw error;
    } finally {
      underWay.delete(creating);
    }
  };

  return {
    create,
    get entries() {
      return [...entries.values()];
    },
    removeAll: async ({ timeoutMs = REMOVAL_MS } = {}) => {
      closed = true;
      const until = Date.now() + timeoutMs;
      await Promise.race([Promise.allSettled([...underWay]), sleep(timeoutMs, undefined, { ref: false })]);
      const removed: string[] = [];
      const left: { object: string; why: string }[] = [];
      const remove = async (ref: ObjectRef): Promise<void> => {
        const object = formatObject(ref);
        try {
          await removeOne(kube, ref, until);
          entries.delete(object);
          removed.push(object);
        } catch (error) {
          left.push({ object, why: error instanceof Error ? error.message : String(error) });
        }
      };
      // Namespaces last: one that is empty goes at once, one with pods in it is looked at again only seconds later.
      const all = [...entries.values()];
      await inParallel(
        all.filter(({ kind }) => kind !== 'Namespace'),
        AT_ONCE,
        remove,
      );
      await inParallel(
        all.filter(({ kind }) => kind === 'Namespace'),
        AT_ONCE,
        remove,
      );
      return { removed: removed.sort(), left };
    },
  };
}

/**
 * A create whose answer was lost may have worked: the object is then there under a name that is this run's alone, and
 * says so. `fate.certain` stays true as long as every failure came with the server's word that nothing was created.
 */
async function createOnce(
  kube: KubeApi,
  object: KubeManifest,
  ref: ObjectRef,
  fate: { certain: boolean },
): Promise<KubeObject> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await kube.create(object);
    } catch (error) {
      const lost = error instanceof KubeApiError && (error.status === undefined || error.status >= 500);
      if (lost) fate.certain = false;
      if (fate.certain || attempt >= CREATE_ATTEMPTS) throw error;
      const found = await kube.get(await kube.pathOf(ref));
      if (found !== undefined && runOf(found) === runOf(object)) return found;
      if (!lost) throw error;
    }
  }
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

function runOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[RUN_ANNOTATION];
}

function withRun(object: KubeManifest, runId: string): KubeManifest {
  const annotations = { ...object.metadata.annotations, [RUN_ANNOTATION]: runId };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function refOf({ apiVersion, kind, metadata: { namespace, name } }: KubeManifest): ObjectRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}
