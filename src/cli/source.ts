import { Option, type Command } from 'commander';
import type { KubeApi } from '../harness/clusters/api/model.ts';
import type { Inventory, NetworkPlugin } from '../harness/inventory/model.ts';
import { noteDialect, readAll } from '../harness/run/on-files.ts';
import type { ManifestPath, Progress } from '../harness/run/options.ts';
import { MayreachError } from '../source/error.ts';
import { collect, pluginOption } from './options.ts';

/** As commander leaves them; names follow the flags. */
export interface SourceFlags {
  readonly manifests: readonly string[];
  readonly cluster: 'manifests' | 'kubeconfig';
  readonly context?: string;
  readonly plugin?: NetworkPlugin;
}

/** Flags of commands that ask nothing but the policies: of files, or of a running cluster, which they only read. */
export function withSourceFlags(command: Command): Command {
  return command
    .option('--manifests <path>', 'more manifests, repeatable; - is stdin', collect, [])
    .addOption(
      new Option('--cluster <where>', 'what to read: files, or a running cluster (never changed)')
        .choices(['manifests', 'kubeconfig'])
        .default('manifests'),
    )
    .option('--context <name>', 'the kubeconfig context (with --cluster kubeconfig)')
    .addOption(pluginOption());
}

/** Where nothing is named the current folder is read; of a running cluster no file is. */
export function pathsOf(paths: readonly string[], { manifests, cluster }: SourceFlags): readonly string[] {
  return paths.length === 0 && manifests.length === 0 && cluster === 'manifests' ? ['.'] : paths;
}

/**
 * The inventory of files, or of a running cluster.
 * @param manifests what paths and requirement files name
 * @throws MayreachError USAGE where flags contradict each other, and what reading either finds
 */
export async function readSource(
  flags: SourceFlags,
  manifests: readonly ManifestPath[],
  progress: Progress,
  connect: (context: string | undefined) => Promise<KubeApi> = connectTo,
): Promise<Inventory> {
  const { cluster, context, plugin } = flags;
  if (cluster === 'manifests') {
    if (context !== undefined) throw refused('--context goes with --cluster kubeconfig', 'Add --cluster kubeconfig.');
    return (await readAll({ manifests, progress, plugin })).inventory;
  }
  if (plugin !== undefined) throw refused('--plugin goes with --cluster manifests', 'A cluster tells its own.');
  // Those that a requirement file names are for runs on files.
  const [typed] = manifests.filter(({ position }) => position === undefined);
  if (typed !== undefined) {
    throw refused(`${typed.path} is not read with --cluster kubeconfig`, 'Name either manifests or a cluster.');
  }
  const kube = await connect(context);
  const { readCluster } = await import('../harness/clusters/kubeconfig/read.ts');
  try {
    progress.stage(`reading the cluster ${kube.context}`);
    const inventory = noteDialect((await readCluster(kube)).inventory);
    inventory.notes.forEach(({ text }) => progress.note(text));
    return inventory;
  } finally {
    await kube.close();
  }
}

/** Kubernetes' client takes long to load, and files need none. */
async function connectTo(context: string | undefined): Promise<KubeApi> {
  return (await import('../harness/clusters/api/connect.ts')).connectKube({ context });
}

function refused(message: string, hint: string): MayreachError {
  return new MayreachError(message, { code: 'USAGE', hint });
}
