import { k3sImage } from '../harness/clusters/k3s/image.ts';
import { DEFAULT_MAX_ERRORS, DEFAULT_PROBE_IMAGE, type ClusterOptions } from '../harness/run/options.ts';
import { MayreachError } from '../source/error.ts';
import { nearest } from '../source/suggest.ts';
import { checkedAnnotations, type Annotations } from './annotations.ts';
import { parsePlugin } from './plugin.ts';

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
      /** Default: the kubeconfig's current one. With `probe`, this or `clusterUid` is said. */
      readonly context?: string | undefined;
      /** UID that the namespace kube-system must have, else the run ends before it creates anything. */
      readonly clusterUid?: string | undefined;
      /** True: probe pods are placed and the connections tried; else the cluster is only read. */
      readonly probe?: boolean | undefined;
      readonly probeImage?: string | undefined;
      /** True, with `probe`: services are tried by name and address too, which may reach real pods. */
      readonly toReal?: boolean | undefined;
      /** With `probe`: nothing more is sent when more than this share of connections fails, percent. Default: 10. */
      readonly maxErrors?: number | undefined;
      /** With `probe`: new connections a second, of all sources together. Default: as many as flood no listener. */
      readonly maxRate?: number | undefined;
      /** With `probe`: put on every object that the run creates, for people: `{'example.com/ticket': 'PAY-113'}`. */
      readonly annotations?: Annotations | undefined;
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
      return liveCluster(chosen, env);
  }
}

function liveCluster(chosen: ClusterSettings & { source: 'kubeconfig' }, env: NodeJS.ProcessEnv): ClusterOptions {
  checkNamed(chosen);
  return {
    source: 'kubeconfig',
    probe: chosen.probe ?? false,
    probeImage: probeImage(chosen.probeImage, env),
    toReal: chosen.toReal ?? false,
    maxErrors: checkedMaxErrors(chosen.maxErrors ?? DEFAULT_MAX_ERRORS),
    ...(chosen.maxRate === undefined ? {} : { maxRate: checkedMaxRate(chosen.maxRate) }),
    ...(chosen.annotations === undefined ? {} : { annotations: checkedAnnotations(chosen.annotations) }),
    ...(chosen.context === undefined ? {} : { context: chosen.context }),
    ...(chosen.clusterUid === undefined ? {} : { clusterUid: chosen.clusterUid }),
  };
}

/**
 * What is only read may be whatever a kubeconfig happens to point to; what is touched is said.
 * @throws MayreachError USAGE
 */
export function checkNamed({
  probe,
  context,
  clusterUid,
}: Omit<ClusterSettings & { source: 'kubeconfig' }, 'source'>): void {
  if (probe !== true || context !== undefined || clusterUid !== undefined) return;
  throw new MayreachError('--probe touches a running cluster: say which one', {
    code: 'USAGE',
    hint: 'Add --context NAME, or --cluster-uid UID; kubectl config current-context names the current one',
  });
}

/** @throws MayreachError USAGE */
export function checkedMaxErrors(percent: number): number {
  if (percent >= 0 && percent <= 100) return percent;
  throw new MayreachError(`--max-errors ${percent}: expected a share in percent, 0 to 100`, {
    code: 'USAGE',
    hint: '100 bears every error',
  });
}

/** @throws MayreachError USAGE */
export function checkedMaxRate(perSecond: number): number {
  if (Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= 100_000) return perSecond;
  throw new MayreachError(`--max-rate ${perSecond}: expected new connections a second, 1 to 100000`, { code: 'USAGE' });
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
    hint: near === undefined ? `There are: ${SOURCES.join(', ')}` : `Did you mean \`${near}\`?`,
  });
}
