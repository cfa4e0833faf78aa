import { access, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import type { Inventory, Workload } from '../../harness/inventory/model.ts';
import { readManifests } from '../../harness/clusters/manifests/read.ts';
import { MayreachError } from '../../source/error.ts';
import { isRequirementFile } from '../../input/paths.ts';
import { collect } from '../options.ts';

const SCHEMA = './node_modules/mayreach/schema/reach.schema.json';

/** `mayreach init`: a first requirement file, with an endpoint for each workload that the manifests hold. */
export function initCommand(): Command {
  return new Command('init')
    .description('write a first requirement file for the manifests of a folder')
    .argument('[folder]', 'where the manifests are', '.')
    .option('--manifests <path>', 'more manifests, repeatable', collect, [])
    .option('--file <name>', 'the file to write; default: net.reach.yaml in the folder')
    .action(async (folder: string, flags: { manifests: readonly string[]; file?: string }) => {
      const file = flags.file ?? join(folder, 'net.reach.yaml');
      refuseOtherName(file);
      await refuseToOverwrite(file);
      const manifests = flags.manifests.length > 0 ? flags.manifests : [folder];
      const { inventory } = await readManifests(manifests.map((path) => ({ path })));
      await writeFile(file, requirementFile(inventory, nameOf(folder), manifestsFrom(file, manifests)), { flag: 'wx' });
      process.stdout.write(`${file}\n`);
      process.stderr.write(`Write down what may and what may not reach what, then: npx mayreach run ${file}\n`);
    });
}

/** Under any other name no command would find it. */
function refuseOtherName(file: string): void {
  if (isRequirementFile(file)) return;
  const hint = 'Requirement files are called NAME.reach.yaml';
  throw new MayreachError(`${file} would not be found`, { code: 'USAGE', hint });
}

async function refuseToOverwrite(file: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  throw new MayreachError(`${file} is there already`, { code: 'USAGE', hint: 'Name another with --file' });
}

function nameOf(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'net' : name;
}

function manifestsFrom(file: string, manifests: readonly string[]): readonly string[] {
  return manifests.map((path) => {
    const found = relative(join(resolve(file), '..'), resolve(path));
    return found === '' ? '.' : found.startsWith('.') ? found : `./${found}`;
  });
}

/**
 * The file's text. Requirements are for people to write: made from the policies they would only repeat them. So it
 * holds the endpoints, and the one statement that is true of most systems: strangers stay out.
 */
export function requirementFile(inventory: Inventory, name: string, manifests: readonly string[]): string {
  const endpoints = endpointNames(inventory.workloads.filter(({ hostNetwork }) => !hostNetwork));
  const width = Math.max(0, ...[...endpoints.keys()].map((key) => key.length)) + 1;
  const lines = [...endpoints].map(
    ([key, { namespace, name: workload }]) => `  ${`${key}:`.padEnd(width)} ${namespace}/${workload}`,
  );
  const prefix = name.toUpperCase();
  return `# yaml-language-server: $schema=${SCHEMA}
requirements: ${name}
manifests: ${manifests.length === 1 ? (manifests[0] ?? '.') : `[${manifests.join(', ')}]`}

${lines.length === 0 ? '# endpoints:\n#   api: shop/api                 # namespace/workload' : `endpoints:\n${lines.join('\n')}`}

# Every connection between workloads of these namespaces that no case names:
# otherwise: mayNotReach

cases:
  - id: ${prefix}-1
    from: outsider                    # a pod without labels, in a namespace of its own
    mayNotReach: ${endpoints.size === 0 ? 'anyone' : `[${[...endpoints.keys()].join(', ')}]`}
    because: strangers have no business here

  # - id: ${prefix}-2
  #   from: ${[...endpoints.keys()][0] ?? 'web'}
  #   mayReach: ${[...endpoints.keys()][1] ?? 'api'}
  #   on: [8080/tcp]
  #   because: say why, for whoever reads this in a year
`;
}

/** Short names where they are unique, else with the namespace or kind in front. */
function endpointNames(workloads: readonly Workload[]): ReadonlyMap<string, Workload> {
  const names = new Map<string, Workload>();
  for (const workload of workloads) {
    const candidates = [
      workload.name,
      `${workload.namespace}-${workload.name}`,
      `${workload.namespace}-${workload.name}-${workload.kind.toLowerCase()}`,
    ];
    const free = candidates.find((candidate) => !names.has(candidate) && !['outsider', 'anyone'].includes(candidate));
    if (free !== undefined) names.set(free, workload);
  }
  return names;
}
