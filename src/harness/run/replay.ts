import type { NetworkPlugin } from '../inventory/model.ts';
import { DEFAULT_K3S_IMAGE } from '../clusters/k3s/image.ts';
import {
  DEFAULT_MAX_ERRORS,
  DEFAULT_PROBE_IMAGE,
  DEFAULT_TIMEOUT_MS,
  type ClusterOptions,
  type RunOptions,
} from './options.ts';
import { quoted } from './quoted.ts';

/** The same command for one requirement alone: with every flag that bears on its verdict. */
export function replayOf({
  allowExternal,
  cluster,
  manifests,
  timeoutMs,
}: Pick<RunOptions, 'allowExternal' | 'cluster' | 'manifests' | 'timeoutMs'>): (id: string, file: string) => string {
  const flags = clusterFlags(cluster);
  if (allowExternal === true) flags.push('--allow-external');
  else if (allowExternal !== false) flags.push(`--allow-external=${quoted(allowExternal.targets.join())}`);
  if (timeoutMs !== DEFAULT_TIMEOUT_MS) flags.push(`--timeout ${timeoutMs}`);
  for (const { path, position } of manifests) if (position === undefined) flags.push(`--manifests ${quoted(path)}`);
  return (id, file) => ['npx mayreach run', quoted(file), '--only', quoted(id), ...flags].join(' ');
}

function clusterFlags(cluster: ClusterOptions): string[] {
  switch (cluster.source) {
    case 'manifests':
      return cluster.plugin === undefined ? [] : [`--plugin ${quoted(pluginText(cluster.plugin))}`];
    case 'k3s':
      return [
        '--cluster k3s',
        ...unless(DEFAULT_K3S_IMAGE, '--k3s-image', cluster.image),
        ...unless(DEFAULT_PROBE_IMAGE, '--probe-image', cluster.probeImage),
        ...cluster.args.map((arg) => `--k3s-arg=${quoted(arg)}`),
      ];
    case 'kubeconfig':
      return ['--cluster kubeconfig', ...liveFlags(cluster)];
  }
}

function liveFlags(cluster: ClusterOptions & { readonly source: 'kubeconfig' }): string[] {
  const { context, clusterUid, probe, probeImage, toReal, maxErrors, maxRate, annotations = {} } = cluster;
  return [
    ...(context === undefined ? [] : [`--context ${quoted(context)}`]),
    ...(clusterUid === undefined ? [] : [`--cluster-uid ${quoted(clusterUid)}`]),
    ...(probe ? ['--probe', ...unless(DEFAULT_PROBE_IMAGE, '--probe-image', probeImage)] : []),
    ...(toReal ? ['--to real'] : []),
    ...(probe ? unless(DEFAULT_MAX_ERRORS, '--max-errors', maxErrors) : []),
    ...(maxRate === undefined ? [] : [`--max-rate ${maxRate}`]),
    ...Object.entries(annotations).map(([key, value]) => `--annotate ${quoted(`${key}=${value}`)}`),
  ];
}

/** Said where it is not what is taken anyway: here, by a variable of the environment or in code. */
function unless(taken: string | number, flag: string, value: string | number): readonly string[] {
  return value === taken ? [] : [`${flag} ${quoted(String(value))}`];
}

/** As `--plugin` takes it. */
function pluginText({ name, version, settings = {} }: NetworkPlugin): string {
  const identity = version === undefined ? name : `${name}@${version}`;
  return [identity, ...Object.entries(settings).map(([key, value]) => `${key}=${value}`)].join(',');
}
