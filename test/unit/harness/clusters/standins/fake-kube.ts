import { KubeApiError } from '../../../../../src/harness/clusters/api/errors.ts';
import type { KubeApi, KubeManifest, KubeObject, WatchOptions } from '../../../../../src/harness/clusters/api/model.ts';
import { knownKind, resourcePath } from '../../../../../src/harness/clusters/api/paths.ts';

/** A cluster in memory. What happens to a pod after its creation is the test's `onCreate`. */
export interface FakeKube extends KubeApi {
  readonly objects: ReadonlyMap<string, KubeObject>;
  /** Paths, in the order in which they were asked for. */
  readonly calls: string[];
  /** Changes an object and tells whoever watches. */
  update(path: string, change: (object: KubeObject) => KubeObject): void;
  /** Takes an object away, as somebody else would. */
  vanish(path: string): void;
}

export interface FakeKubeOptions {
  /** Admission: what is stored instead, or an error that refuses it. */
  readonly admit?: (object: KubeManifest) => KubeManifest;
  /** After it is stored and watchers know of it. */
  readonly onCreate?: (path: string, object: KubeObject, kube: FakeKube) => void;
  readonly logs?: string;
  readonly allowed?: boolean;
  /** How many times an object is still there after its removal was asked for. */
  readonly lingers?: number;
}

export function createFakeKube(options: FakeKubeOptions = {}): FakeKube {
  const objects = new Map<string, KubeObject>();
  const lingering = new Map<string, number>();
  const watchers = new Set<{ path: string; onEvent: WatchOptions['onEvent'] }>();
  const calls: string[] = [];
  let uid = 0;
  const tell = (type: 'ADDED' | 'MODIFIED' | 'DELETED', path: string, object: KubeObject): void => {
    for (const watcher of watchers) if (path.startsWith(`${watcher.path}/`)) watcher.onEvent({ type, object });
  };
  const pathOf: KubeApi['pathOf'] = (ref) => {
    const kind = knownKind(ref.apiVersion, ref.kind) ?? { plural: `${ref.kind.toLowerCase()}s`, namespaced: true };
    return Promise.resolve(resourcePath(kind, ref));
  };
  const unused = (): never => {
    throw new Error('not part of the fake');
  };
  const store = async (asked: KubeManifest): Promise<{ path: string; object: KubeObject }> => {
    const { namespace, name } = asked.metadata;
    const { apiVersion, kind } = asked;
    const path = await pathOf({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) });
    calls.push(`create ${path}`);
    if (objects.has(path)) throw refusal(409, `${name} already exists`);
    const admitted = options.admit?.(asked) ?? asked;
    const object = { ...admitted, metadata: { ...admitted.metadata, uid: `uid-${(uid += 1)}` } };
    objects.set(path, object);
    return { path, object };
  };
  const kube: FakeKube = {
    server: 'https://fake',
    context: 'fake',
    objects,
    calls,
    pathOf,
    get: (path) => {
      const left = lingering.get(path);
      if (left !== undefined) {
        if (left === 0) objects.delete(path);
        lingering.set(path, left - 1);
      }
      return Promise.resolve(objects.get(path));
    },
    text: () => Promise.resolve(options.logs ?? ''),
    list: (path) => Promise.resolve({ path, items: [], resourceVersion: '1', pages: 1 }),
    create: async (asked) => {
      const { path, object } = await store(asked);
      tell('ADDED', path, object);
      options.onCreate?.(path, object, kube);
      return object;
    },
    apply: async (asked) => {
      calls.push(`apply ${await pathOf({ ...asked, ...asked.metadata })}`);
      return asked;
    },
    patch: unused,
    remove: async (path) => {
      calls.push(`remove ${path}`);
      await Promise.resolve();
      if (!objects.has(path)) return false;
      if (options.lingers !== undefined) lingering.set(path, options.lingers);
      else kube.vanish(path);
      return true;
    },
    watch: async (path, { onEvent, signal }) => {
      const watcher = { path, onEvent };
      watchers.add(watcher);
      for (const [at, object] of objects) if (at.startsWith(`${path}/`)) onEvent({ type: 'ADDED', object });
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      watchers.delete(watcher);
    },
    can: () => Promise.resolve({ allowed: options.allowed ?? true }),
    whoami: unused,
    version: unused,
    identity: unused,
    socketAccess: unused,
    close: () => Promise.resolve(),
    update: (path, change) => {
      const object = objects.get(path);
      if (object === undefined) throw new Error(`nothing at ${path}`);
      const changed = change(object);
      objects.set(path, changed);
      tell('MODIFIED', path, changed);
    },
    vanish: (path) => {
      const object = objects.get(path);
      objects.delete(path);
      if (object !== undefined) tell('DELETED', path, object);
    },
  };
  return kube;
}

export function refusal(status: number | undefined, message: string): KubeApiError {
  const code = status === undefined ? 'CLUSTER_UNREACHABLE' : 'OBJECT_REFUSED';
  return new KubeApiError(message, { code, status });
}

/** A pod's status as the kubelet writes it once the agent runs. */
export function running(pod: KubeObject, address = '10.42.0.9'): KubeObject {
  return withStatus(
    { ...pod, spec: { ...(pod['spec'] as object), nodeName: 'node-1' } },
    {
      phase: 'Running',
      podIPs: [{ ip: address }],
      containerStatuses: [{ name: 'probe', image: 'node', state: { running: {} } }],
    },
  );
}

export function withStatus(pod: KubeObject, status: unknown): KubeObject {
  return { ...pod, status };
}
