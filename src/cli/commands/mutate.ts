import { Command, Option } from 'commander';
import type { NetworkPlugin } from '../../harness/inventory/model.ts';
import { mutablePolicies, type MutablePolicy } from '../../harness/mutate/mutants.ts';
import { mutate } from '../../harness/mutate/mutate.ts';
import { readAll } from '../../harness/run/on-files.ts';
import { readInput } from '../../input/paths.ts';
import { mutationJson } from '../../reports/mutation/json.ts';
import { mutationText } from '../../reports/mutation/text.ts';
import { terminalOptions } from '../../reports/terminal/style.ts';
import { MayreachError } from '../../source/error.ts';
import { nearest } from '../../source/suggest.ts';
import { collect, pluginOption } from '../options.ts';
import { ProgressPrinter } from '../progress.ts';

interface MutateFlags {
  readonly manifests: readonly string[];
  readonly policy: readonly string[];
  readonly format: 'text' | 'json';
  readonly minScore: number;
  readonly plugin?: NetworkPlugin;
}

const HELP = `
One mistake at a time is made in the policies, of every kind: something is taken away, or means more than it did. A mutant that no
requirement notices survives; the case that would have noticed is printed, ready to be pasted.

Exit status: 0, or 1 where the score is below --min-score.

Examples:
  mayreach mutate examples/shop
  mayreach mutate net.reach.yaml --min-score 80`;

/** `mayreach mutate`: would the requirements notice a mistake in the policies? */
export function mutateCommand(): Command {
  return new Command('mutate')
    .description('would the requirements notice a mistake in the policies? makes one at a time, and asks')
    .argument('[path...]', 'requirement files (*.reach.yaml) or folders; a folder without any is manifests')
    .option('--manifests <path>', 'more manifests, repeatable; - is stdin', collect, [])
    .addOption(pluginOption())
    .option(
      '--policy <id...>',
      'mutate these policies alone (namespace/name, or name of a policy of the cluster; a kind may stand before)',
      [],
    )
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .option('--min-score <percent>', 'end with 1 where fewer mutants are noticed', percent, 0)
    .addHelpText('after', HELP)
    .action(async (paths: readonly string[], flags: MutateFlags) => {
      process.exitCode = await run(paths.length === 0 ? ['.'] : paths, flags);
    });
}

async function run(
  paths: readonly string[],
  { manifests, policy, format, minScore, plugin }: MutateFlags,
): Promise<number> {
  const progress = new ProgressPrinter(process.stderr);
  try {
    const input = await readInput(paths, manifests);
    if (input.sets.length === 0) throw withoutRequirements(paths);
    const { inventory } = await readAll({ manifests: input.manifests, progress, plugin });
    const policies = chosen(mutablePolicies(inventory), policy);
    progress.stage('judging mutants');
    const result = mutate(inventory, input.sets, {
      today: new Date().toISOString().slice(0, 10),
      policies,
      onJudged: (done, total) => progress.count(done, total, 'mutants'),
    });
    progress.done();
    const options = terminalOptions(process.stdout, process.env);
    process.stdout.write(format === 'json' ? mutationJson(result) : mutationText(result, options));
    // What was not measured is not good enough for anybody who asks for a score.
    return minScore > 0 && (result.score ?? 0) < minScore ? 1 : 0;
  } finally {
    progress.done();
  }
}

/** Policies of several kinds may share an id: with its kind before it, one of them is meant. */
function chosen(policies: readonly MutablePolicy[], wanted: readonly string[]): readonly MutablePolicy[] {
  if (policies.length === 0) {
    throw new MayreachError('there is no policy to mutate', {
      code: 'USAGE',
      hint: 'Check `manifests:` of the requirement file, or --manifests',
    });
  }
  if (wanted.length === 0) return policies;
  const names = ({ kind, id }: MutablePolicy): readonly string[] => [id, `${kind} ${id}`];
  const known = policies.flatMap(names);
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return policies.filter((policy) => names(policy).some((name) => wanted.includes(name)));
  const near = nearest(unknown, known);
  throw new MayreachError(`there is no policy ${unknown}`, {
    code: 'USAGE',
    hint: near === undefined ? 'Policies are named namespace/name, or `Kind namespace/name`' : `Did you mean ${near}?`,
  });
}

function withoutRequirements(paths: readonly string[]): MayreachError {
  return new MayreachError(`there is no requirement file (*.reach.yaml) in ${paths.join(', ')}`, {
    code: 'USAGE',
    hint: 'Requirements are what mutants are judged by; mayreach init writes a first file',
  });
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 100) return value;
  throw new MayreachError(`--min-score ${text}: expected percent, 0 to 100`, { code: 'USAGE' });
}
