import type { KubeApi } from '../../../src/harness/clusters/api/model.ts';

export interface RelabelOptions {
  readonly namespace: string;
  /** Stand-ins with this `app` are given another. */
  readonly app: string;
  /** When: as soon as the API has the pod, or only when it runs. */
  readonly moment: 'ADDED' | 'Running';
}

export interface LabelController {
  /** How many pods it has changed. */
  relabelled(): number;
  stop(): Promise<void>;
}

/** A controller as clusters have them: it thinks that it knows better which labels a pod should have. */
export function relabelStandIns(kube: KubeApi, { namespace, app, moment }: RelabelOptions): LabelController {
  const stopping = new AbortController();
  const done = new Set<string>();
  const patches: Promise<unknown>[] = [];
  const watching = kube.watch(`/api/v1/namespaces/${namespace}/pods`, {
    signal: stopping.signal,
    onEvent: ({ object: { metadata, status } }) => {
      const { phase } = (status ?? {}) as { readonly phase?: string };
      const due = moment === 'ADDED' || phase === 'Running';
      if (!due || metadata.labels?.['app'] !== app || done.has(metadata.name)) return;
      if (!metadata.name.startsWith('mayreach-')) return;
      done.add(metadata.name);
      const path = `/api/v1/namespaces/${namespace}/pods/${metadata.name}`;
      patches.push(kube.patch(path, { metadata: { labels: { app: `${app}-canary` } } }));
    },
  });
  return {
    relabelled: () => done.size,
    stop: async () => {
      stopping.abort();
      await Promise.all([watching, ...patches]);
    },
  };
}
