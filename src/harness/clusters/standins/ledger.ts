import { setTimeout as sleep } from 'node:timers/promises';
import { MayreachError } from '../../../source/error.ts';
import { KubeApiError } from '../api/errors.ts';
import type { KubeApi, KubeManifest, KubeObject, ObjectRef } from '../api/model.ts';
import { formatObject } from '../api/paths.ts';
import { RUN_ANNOTATION } from './pod-spec.ts';
import { removeObjects, type RemovalReport } from './removal.ts';

export interface RemovalOptions {
  /** Until everything must be gone, ms. Default 60,000: a namespace takes a while. */
  readonly timeoutMs?: number;
}

/** Every object of a run on a cluster, written down before it is created. */
export interface Ledger {
  /** Creates an object of this run, which carries the run's annotation. Refused once removal has begun. */
  create(object: KubeManifest): Promise<KubeObject>;
  /** As `create`, but once a run: whoever asks again for the same object gets what the first got. */
  ensure(object: KubeManifest): Promise<KubeObject>;
  /** The object with what every object of this run carries, for what is created past the ledger. */
  marked(object: KubeManifest): KubeManifest;
  readonly entries: readonly ObjectRef[];
  /** Begins to remove namespaces of the run with all that it made in them; that they are gone is `removeAll`'s to say. */
  release(namespaces: readonly string[]): void;
  /**
   * Removes what was created and looks until it is gone. At any moment, as often as needed, in the middle of creating
   * too: creations under way are waited for. Never throws: what it could not do is in `left`.
   */
  removeAll(options?: RemovalOptions): Promise<RemovalReport>;
}

const CREATE_ATTEMPTS = 3;
const REMOVAL_MS = 60_000;

/** `annotations`: put on every object, for people who come across it. */
export function createLedger(kube: KubeApi, runId: string, annotations: Readonly<Record<string, string>> = {}): Ledger {
  const marked = (object: KubeManifest): KubeManifest => withRun(object, runId, annotations);
  const entries = new Map<string, ObjectRef>();
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  const create = async (object: KubeManifest): Promise<KubeObject> => {
    if (closed) {
      throw new MayreachError('the run is being cleaned up: nothing more is created', { code: 'INTERRUPTED' });
    }
    const ref = refOf(object);
    const key = formatObject(ref);
    const fate = { certain: !entries.has(key) };
    entries.set(key, ref);
    const creating = createOnce(kube, marked(object), ref, fate);
    underWay.add(creating);
    try {
      return await creating;
    } catch (error) {
      // The server said no, or the name is somebody else's: there is nothing of ours to remove.
      if (fate.certain) entries.delete(key);
      throw error;
    } finally {
      underWay.delete(creating);
    }
  };

  const ensured = new Map<string, Promise<KubeObject>>();
  const ensure = (object: KubeManifest): Promise<KubeObject> => {
    const key = formatObject(refOf(object));
    const made = ensured.get(key) ?? create(object);
    ensured.set(key, made);
    return made;
  };

  const releasing: Promise<unknown>[] = [];
  const release = (namespaces: readonly string[]): void => {
    const isIn = ({ kind, namespace, name }: ObjectRef): boolean =>
      namespaces.includes(kind === 'Namespace' ? name : (namespace ?? ''));
    releasing.push(removeObjects(kube, [...entries.values()].filter(isIn), Date.now() + REMOVAL_MS));
  };

  return {
    create,
    ensure,
    marked,
    release,
    get entries() {
      return [...entries.values()];
    },
    removeAll: async ({ timeoutMs = REMOVAL_MS } = {}) => {
      closed = true;
      const until = Date.now() + timeoutMs;
      await Promise.race([Promise.allSettled([...underWay]), sleep(timeoutMs, undefined, { ref: false })]);
      const removing = removeObjects(kube, [...entries.values()], until);
      await Promise.race([Promise.all(releasing), sleep(timeoutMs, undefined, { ref: false })]);
      const report = await removing;
      const left = new Set(report.left.map(({ object }) => object));
      for (const object of [...entries.keys()]) if (!left.has(object)) entries.delete(object);
      return report;
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

function runOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[RUN_ANNOTATION];
}

function withRun(object: KubeManifest, runId: string, more: Readonly<Record<string, string>>): KubeManifest {
  const annotations = { ...more, ...object.metadata.annotations, [RUN_ANNOTATION]: runId };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function refOf({ apiVersion, kind, metadata: { namespace, name } }: KubeManifest): ObjectRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}
