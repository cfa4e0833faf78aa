import { KubeApiError } from '../../../../../src/harness/clusters/api/errors.ts';
import type { KubeApi, KubeManifest, WatchEvent } from '../../../../../src/harness/clusters/api/model.ts';

export interface FakeCluster {
  /** Objects by their collection's path over all namespaces: `/api/v1/pods`. */
  readonly objects: Record<string, KubeManifest[]>;
  /** Answers in plain text, as discovery's; an error is thrown. */
  readonly texts?: Record<string, unknown>;
  /** Plural names that may not be listed. */
  readonly denied?: readonly string[];
}

/** A read-only cluster in memory, which keeps the paths that were asked for and lets a test send watch events. */
export function fakeKube({ objects, texts = {}, denied = [] }: FakeCluster) {
  const asked: string[] = [];
  const watches = new Map<string, { emit: (event: WatchEvent) => void; fail: (error: Error) => void }>();
  const kube: Partial<KubeApi> = {
    text: (path) => {
      asked.push(path);
      const answer = texts[path] ?? (path === '/apis' ? { groups: [] } : undefined);
      if (answer instanceof Error) return Promise.reject(answer);
      return answer === undefined ? Promise.reject(notFound(path)) : Promise.resolve(JSON.stringify(answer));
    },
    get: (path) => {
      asked.push(path);
      const name = path.split('/').at(-1);
      const found = objects[path.slice(0, path.lastIndexOf('/'))]?.find(({ metadata }) => metadata.name === name);
      return Promise.resolve(found);
    },
    list: (path) => {
      asked.push(path);
      const plural = path.split('/').at(-1) ?? '';
      if (denied.includes(plural)) return Promise.reject(forbidden(plural));
      const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
      const all = objects[path.replace(/\/namespaces\/[^/]+/, '')];
      if (all === undefined && path.includes('cilium')) return Promise.reject(notFound(path));
      const items = (all ?? []).filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
      return Promise.resolve({ path, items: [...items], resourceVersion: '7', pages: 1 });
    },
    watch: (path, { onEvent, signal }) =>
      new Promise((resolve, reject) => {
        watches.set(path, { emit: onEvent, fail: reject });
        signal.addEventListener('abort', () => resolve());
      }),
  };
  return { kube: kube as KubeApi, asked, watches };
}

export function forbidden(plural: string): KubeApiError {
  return new KubeApiError(`user eve may not list ${plural}`, {
    code: 'RIGHT_MISSING',
    hint: `Grant list on ${plural}.`,
    status: 403,
  });
}

function notFound(path: string): KubeApiError {
  return new KubeApiError(`${path} is not there`, { code: 'OBJECT_REFUSED', status: 404 });
}

export function object(kind: string, name: string, rest: Record<string, unknown> = {}): KubeManifest {
  const { metadata, apiVersion = 'v1', ...others } = rest;
  return {
    apiVersion: String(apiVersion),
    kind,
    metadata: { name, ...(metadata as object | undefined) },
    ...others,
  };
}
