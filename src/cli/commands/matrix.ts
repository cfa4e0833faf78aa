import { Command, Option } from 'commander';
import { createPredictor } from '../../harness/predict/predictor.ts';
import { matrixOf } from '../../harness/predict/matrix.ts';
import { formatMatrix, type MatrixFormat } from '../../reports/matrix/format.ts';
import { terminalOptions } from '../../reports/terminal/style.ts';
import { readInput } from '../../input/paths.ts';
import { ProgressPrinter } from '../progress.ts';
import { pathsOf, readSource, withSourceFlags, type SourceFlags } from '../source.ts';

interface MatrixFlags extends SourceFlags {
  readonly format: MatrixFormat;
}

/** `mayreach matrix`: everything that the policies allow, as exact sets. */
export function matrixCommand(): Command {
  const command = new Command('matrix')
    .description('everything that the policies allow, as exact sets')
    .argument('[path...]', 'folders or files of manifests, or requirement files that name them');
  return withSourceFlags(command)
    .addOption(
      new Option('--format <format>', 'how to print it').choices(['table', 'json', 'csv', 'dot']).default('table'),
    )
    .action(async (paths: readonly string[], flags: MatrixFlags) => {
      const progress = new ProgressPrinter(process.stderr);
      const { manifests } = await readInput(pathsOf(paths, flags), flags.manifests);
      const inventory = await readSource(flags, manifests, progress);
      const predictor = createPredictor(inventory, { assumeUndefinedNamespacesHaveNoLabels: true });
      const { rows, notes } = matrixOf(inventory, predictor);
      notes.forEach((note) => progress.note(note));
      progress.done();
      const { color } = terminalOptions(process.stdout, process.env);
      for (const piece of formatMatrix(rows, flags.format, { color })) process.stdout.write(piece);
    });
}
