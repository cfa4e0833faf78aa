import { k3sImage } from '../harness/clusters/k3s/image.ts';
import type { ClusterOptions } from '../harness/run/options.ts';
import { MayreachError } from '../source/error.ts';
import { nearest } from '../source/suggest.ts';
import { parsePlugin } from './plugin.ts';

/** The probe pods' image where none is named: any with Node 18 or later will do. */
export const DEFAULT_PROBE_IMAGE = 'node:24-alpine';

/** Where a run is judged, as code names it; what is left out is as on the command line. */
export type ClusterChoice = ClusterSettings['source'] | ClusterSettings;

type ClusterSettings =
  | {
      readonly source: 'manifests';
      /** `cilium@1.15`: the plugin that they are meant for. Default: not known. */
      readonly plugin?: string | undefined;
    }
  | {
      readonly source: 'k3s';
      /** Default: `MAYREACH_K3S_IMAGE`, else a pinned rancher/k3s. */
      readonly image?: string | undefined;
      readonly probeImage?: string | undefined;
      /** Added to `k3s server`. */
      readonly args?: readonly string[] | undefined;
      /** True: the cluster stays up after the run. */
      readonly keep?: boolean | undefined;
    }
  | {
      readonly source: 'kubeconfig';
      /** Default: the kubeconfig's current one. */
      readonly context?: string | undefined;
      /** UID that the namespace kube-system must have, else the run ends before it creates anything. */
      readonly clusterUid?: string | undefined;
      /** True: probe pods are placed and the connections tried; else the cluster is only read. */
      readonly probe?: boolean | undefined;
      readonly probeImage?: string | undefined;
      /** True, with `probe`: services are tried by name and address too, which may reach real pods. */
      readonly toReal?: boolean | undefined;
    };

const SOURCES: readonly ClusterSettings['source'][] = ['manifests', 'k3s', 'kubeconfig'];

/**
 * The choice with every default put in: what is said, else the environment, else ours.
 * @throws MayreachError USAGE for a source that there is not: JavaScript and environment variables bring such
 */
export function resolveCluster(
  choice: ClusterChoice = 'manifests',
  env: NodeJS.ProcessEnv = process.env,
): ClusterOptions {
  const chosen: ClusterSettings = typeof choice === 'string' ? { source: choice } : choice;
  checkSource(chosen.source);
  switch (chosen.source) {
    case 'manifests':
      return { source: 'manifests', ...(chosen.plugin === undefined ? {} : { plugin: parsePlugin(chosen.plugin) }) };
    case 'k3s':
      return {
        source: 'k3s',
        image: k3sImage(chosen.image, env),
        probeImage: probeImage(chosen.probeImage, env),
        args: chosen.args ?? [],
        keep: chosen.keep ?? false,
      };
    case 'kubeconfig':
      return {
        source: 'kubeconfig',
        probe: chosen.probe ?? false,
        probeImage: probeImage(chosen.probeImage, env),
        toReal: chosen.toReal ?? false,
        ...(chosen.context === undefined ? {} : { context: chosen.context }),
        ...(chosen.clusterUid === undefined ? {} : { clusterUid: chosen.clusterUid }),
      };
  }
}

/** An empty variable is none: CI systems set what they do not know to nothing. */
function probeImage(said: string | undefined, env: NodeJS.ProcessEnv): string {
  return said || env['MAYREACH_PROBE_IMAGE'] || DEFAULT_PROBE_IMAGE;
}

function checkSource(source: string): void {
  if (SOURCES.some((known) => known === source)) return;
  const near = nearest(source, SOURCES);
  throw new MayreachError(`there is no cluster \`${source}\``, {
    code: 'USAGE',
    hint: near === undefined ? `there are: ${SOURCES.join(', ')}` : `Did you mean \`${near}\`?`,
  });
}
