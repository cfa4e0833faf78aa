import type { KubeApi } from '../clusters/api/model.ts';
import { canaryFirst } from './canary-first.ts';
import { onLiveCluster, resolveOn, restraintOf, serviceTrials, type LiveOptions } from './live.ts';
import type { RunOptions } from './options.ts';
import { previewOf, type ProbePreview } from './preview.ts';

/** What a preview is told of a run. */
export type PreviewOptions = Pick<RunOptions, 'sets' | 'only' | 'allowExternal' | 'progress' | 'signal'>;

/** What a probing run would do, and on which cluster. */
export interface ClusterPreview extends ProbePreview {
  readonly cluster: { readonly context: string; readonly server: string; readonly uid?: string };
  /** On all that is created. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Reads the cluster and tells what a probing run would do there. Nothing is created, and no right to is asked for. */
export function previewOnCluster(
  options: PreviewOptions,
  live: LiveOptions,
  connect?: (context: string | undefined) => KubeApi,
): Promise<ClusterPreview> {
  return onLiveCluster(
    options,
    live,
    async ({ kube, cluster: { inventory, facts } }) => {
      const { context, server, uid } = await kube.identity();
      const resolved = resolveOn(inventory, options);
      const services = serviceTrials(inventory, live);
      return {
        cluster: { context, server, ...(uid === undefined ? {} : { uid }) },
        annotations: live.annotations ?? {},
        ...previewOf(
          {
            inventory,
            resolved,
            services,
            nodeCount: facts.nodes.length,
            followed: facts.policyCollections,
            restraint: restraintOf(live),
            canaryFirst: canaryFirst(inventory, options.sets),
          },
          options,
        ),
      };
    },
    connect,
  );
}
