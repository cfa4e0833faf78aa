import { Option, type Command } from 'commander';
import { DEFAULT_MAX_ERRORS, DEFAULT_PROBE_IMAGE, type ClusterOptions } from '../harness/run/options.ts';
import type { NetworkPlugin } from '../harness/inventory/model.ts';
import { checkedMaxErrors, checkedMaxRate, checkNamed } from '../input/cluster.ts';
import { parseAnnotations } from '../input/annotations.ts';
import { parsePlugin } from '../input/plugin.ts';
import { MayreachError } from '../source/error.ts';

/** As commander leaves them; names follow the flags. */
export interface ClusterFlags {
  readonly cluster: 'manifests' | 'k3s' | 'kubeconfig';
  readonly plugin?: NetworkPlugin;
  readonly context?: string;
  readonly clusterUid?: string;
  readonly probe?: true;
  readonly to?: 'real';
  readonly maxErrors?: number;
  readonly maxRate?: number;
  readonly annotate?: readonly string[];
  readonly keep?: true;
  readonly k3sImage: string;
  readonly k3sArg: readonly string[];
  readonly probeImage: string;
}

export const collect = (value: string, known: readonly string[]): readonly string[] => [...known, value];

/** Flags that say where the inventory comes from, shared by the commands that read one. */
export function withClusterFlags(command: Command, k3sImage: string): Command {
  return command
    .addOption(
      new Option('--cluster <where>', 'where to judge: files alone, an ephemeral k3s, or a running cluster')
        .choices(['manifests', 'k3s', 'kubeconfig'])
        .default('manifests'),
    )
    .addOption(pluginOption())
    .option('--context <name>', 'the kubeconfig context (with --cluster kubeconfig)')
    .option('--cluster-uid <uid>', 'end unless the namespace kube-system has this UID (with --cluster kubeconfig)')
    .option('--probe', 'place probe pods in the running cluster and try the connections (else it is only read)')
    .addOption(new Option('--to <what>', 'with --probe: try services by name and address, too').choices(['real']))
    .addOption(
      new Option(
        '--max-errors <percent>',
        `with --probe: stop when more than this share of the connections fails (default: ${DEFAULT_MAX_ERRORS})`,
      ).argParser((text) => checkedMaxErrors(numberOf(text))),
    )
    .addOption(
      new Option('--max-rate <n>', 'with --probe: so many new connections a second at most, in all').argParser((text) =>
        checkedMaxRate(numberOf(text)),
      ),
    )
    .option(
      '--annotate <key=value>',
      'with --probe: on all that is created, for people: who runs this, and why (repeatable)',
      (value: string, known: readonly string[] | undefined) => collect(value, known ?? []),
    )
    .option('--keep', 'leave the k3s up and print its kubeconfig')
    .addOption(
      new Option('--k3s-image <image>', 'image of the ephemeral cluster').env('MAYREACH_K3S_IMAGE').default(k3sImage),
    )
    .option('--k3s-arg <arg>', 'added to `k3s server`, repeatable', collect, [])
    .addOption(
      new Option('--probe-image <image>', 'image of the probe pods: any with Node 18 or later')
        .env('MAYREACH_PROBE_IMAGE')
        .default(DEFAULT_PROBE_IMAGE),
    );
}

/** For commands that read manifests: files do not say which plugin will take them. */
export function pluginOption(): Option {
  const what = 'the network plugin that manifests are meant for: cilium, calico@3.30, cilium@1.15,enable-policy=always';
  return new Option('--plugin <name[@version]>', what).argParser(parsePlugin);
}

/** Flags that have no meaning for the chosen cluster are errors: a silent `--probe` would look like an observation. */
export function clusterOptions(flags: ClusterFlags): ClusterOptions {
  const { cluster } = flags;
  if (cluster !== 'kubeconfig') {
    refuse(flags.context !== undefined, '--context', 'kubeconfig');
    refuse(flags.clusterUid !== undefined, '--cluster-uid', 'kubeconfig');
    refuse(flags.probe === true, '--probe', 'kubeconfig');
    refuse(flags.to !== undefined, '--to', 'kubeconfig');
    refuse(flags.maxErrors !== undefined, '--max-errors', 'kubeconfig');
    refuse(flags.maxRate !== undefined, '--max-rate', 'kubeconfig');
    refuse(flags.annotate !== undefined, '--annotate', 'kubeconfig');
  }
  if (cluster !== 'manifests') refuse(flags.plugin !== undefined, '--plugin', 'manifests');
  if (cluster !== 'k3s') {
    refuse(flags.keep === true, '--keep', 'k3s');
    refuse(flags.k3sArg.length > 0, '--k3s-arg', 'k3s');
  }
  switch (cluster) {
    case 'manifests':
      return { source: 'manifests', ...(flags.plugin === undefined ? {} : { plugin: flags.plugin }) };
    case 'k3s':
      return {
        source: 'k3s',
        image: flags.k3sImage,
        probeImage: flags.probeImage,
        args: flags.k3sArg,
        keep: flags.keep === true,
      };
    case 'kubeconfig':
      if (flags.probe !== true) refuseUnprobed(flags);
      checkNamed(flags);
      return {
        source: 'kubeconfig',
        probe: flags.probe === true,
        probeImage: flags.probeImage,
        toReal: flags.to === 'real',
        maxErrors: flags.maxErrors ?? DEFAULT_MAX_ERRORS,
        ...(flags.maxRate === undefined ? {} : { maxRate: flags.maxRate }),
        ...(flags.annotate === undefined ? {} : { annotations: parseAnnotations(flags.annotate) }),
        ...(flags.context === undefined ? {} : { context: flags.context }),
        ...(flags.clusterUid === undefined ? {} : { clusterUid: flags.clusterUid }),
      };
  }
}

/** An empty text is no number. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** What only reads is held back by nothing, and marks nothing. */
function refuseUnprobed({ to, maxErrors, maxRate, annotate }: ClusterFlags): void {
  const given = Object.entries({
    '--to': to,
    '--max-errors': maxErrors,
    '--max-rate': maxRate,
    '--annotate': annotate,
  });
  const flag = given.find(([, value]) => value !== undefined)?.[0];
  if (flag === undefined) return;
  throw new MayreachError(`${flag} goes with --probe`, { code: 'USAGE', hint: 'Without it the cluster is only read' });
}

function refuse(given: boolean, flag: string, cluster: string): void {
  if (!given) return;
  throw new MayreachError(`${flag} goes with --cluster ${cluster}`, {
    code: 'USAGE',
    hint: `Add --cluster ${cluster}`,
  });
}
