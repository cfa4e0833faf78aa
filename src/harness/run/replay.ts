import type { NetworkPlugin } from '../inventory/model.ts';
import { DEFAULT_TIMEOUT_MS, type ClusterOptions, type RunOptions } from './options.ts';
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
      return ['--cluster k3s', ...cluster.args.map((arg) => `--k3s-arg=${quoted(arg)}`)];
    case 'kubeconfig':
      return ['--cluster kubeconfig', ...liveFlags(cluster)];
  }
}

function liveFlags(cluster: ClusterOptions & { readonly source: 'kubeconfig' }): string[] {
  const { context, clusterUid, probe, toReal, maxRate, annotations = {} } = cluster;
  return [
    ...(context === undefined ? [] : [`--context ${quoted(context)}`]),
    ...(clusterUid === undefined ? [] : [`--cluster-uid ${quoted(clusterUid)}`]),
    ...(probe ? ['--probe'] : []),
    ...(toReal ? ['--to real'] : []),
    ...(maxRate === undefined ? [] : [`--max-rate ${maxRate}`]),
    ...Object.entries(annotations).map(([key, value]) => `--annotate ${quoted(`${key}=${value}`)}`),
  ];
}

/** As `--plugin` takes it. */
function pluginText({ name, version, settings = {} }: NetworkPlugin): string {
  const identity = version === undefined ? name : `${name}@${version}`;
  return [identity, ...Object.entries(settings).map(([key, value]) => `${key}=${value}`)].join(',');
}
