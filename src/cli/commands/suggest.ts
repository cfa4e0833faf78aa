import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { NetworkPlugin } from '../../harness/inventory/model.ts';
import { readAll } from '../../harness/run/on-files.ts';
import { compareWithCurrent } from '../../harness/suggest/compare.ts';
import { suggest } from '../../harness/suggest/suggest.ts';
import { readInput } from '../../input/paths.ts';
import { terminalOptions } from '../../reports/terminal/style.ts';
import { MayreachError } from '../../source/error.ts';
import { collect, pluginOption } from '../options.ts';
import { ProgressPrinter } from '../progress.ts';
import { comparisonText, exitOfProof, proofText } from '../suggestion.ts';

interface SuggestFlags {
  readonly manifests: readonly string[];
  readonly outFile?: string;
  readonly diff?: true;
  readonly plugin?: NetworkPlugin;
}

const EXAMPLES = `
Exit status: that of a run with the suggested policies: 0 if every requirement is met by them.

Examples:
  mayreach suggest examples/shop > np.yaml               the policies, as one YAML
  mayreach suggest examples/shop --diff                  beside the policies that are there
  mayreach suggest net.reach.yaml --out-file np.yaml --diff`;

/** `mayreach suggest`: from requirements to the least-privilege NetworkPolicies that satisfy them. */
export function suggestCommand(): Command {
  return new Command('suggest')
    .description('the least-privilege NetworkPolicies that the requirements need, and what they come to')
    .argument('[path...]', 'requirement files (*.reach.yaml) or folders; a folder without any is manifests')
    .option('--manifests <path>', 'more manifests, repeatable; - is stdin', collect, [])
    .addOption(pluginOption())
    .option('--out-file <file>', 'write the policies there instead of to stdout')
    .option('--diff', 'print what changes against the policies that are there, not the policies')
    .addHelpText('after', EXAMPLES)
    .action(async (paths: readonly string[], flags: SuggestFlags) => {
      process.exitCode = await run(paths.length === 0 ? ['.'] : paths, flags);
    });
}

async function run(
  paths: readonly string[],
  { manifests: more, outFile, diff, plugin }: SuggestFlags,
): Promise<number> {
  const progress = new ProgressPrinter(process.stderr);
  const { sets, manifests } = await readInput(paths, more);
  if (sets.length === 0) throw withoutRequirements(paths);
  const { inventory } = await readAll({ manifests, progress, plugin });
  const suggestion = suggest(sets, inventory, new Date().toISOString().slice(0, 'YYYY-MM-DD'.length));
  suggestion.notes.forEach((note) => progress.note(note));
  progress.done();
  if (outFile !== undefined) await write(outFile, suggestion.yaml);
  if (diff === true) {
    const comparison = compareWithCurrent(suggestion, inventory);
    process.stdout.write(comparisonText(comparison, terminalOptions(process.stdout, process.env)));
  } else if (outFile === undefined) process.stdout.write(suggestion.yaml);
  process.stderr.write(proofText(suggestion, terminalOptions(process.stderr, process.env)));
  return exitOfProof(suggestion.proof);
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    throw new MayreachError(`cannot write ${file}`, {
      code: 'REPORT_UNWRITABLE',
      hint: 'Name another with --out-file',
      cause,
    });
  });
}

function withoutRequirements(paths: readonly string[]): MayreachError {
  return new MayreachError(`there is no requirement file (*.reach.yaml) in ${paths.join(', ')}`, {
    code: 'USAGE',
    hint: 'Policies are suggested from requirements: mayreach init writes a first file',
  });
}
