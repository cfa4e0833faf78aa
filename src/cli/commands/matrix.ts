import { Command, Option } from 'commander';
import { createPredictor } from '../../harness/predict/predictor.ts';
import { matrixOf } from '../../harness/predict/matrix.ts';
import { readAll } from '../../harness/run/on-files.ts';
import { formatMatrix, type MatrixFormat } from '../../reports/matrix/format.ts';
import { terminalOptions } from '../../reports/terminal/style.ts';
import { readInput } from '../../input/paths.ts';
import { collect } from '../options.ts';
import { ProgressPrinter } from '../progress.ts';

interface MatrixFlags {
  readonly manifests: readonly string[];
  readonly format: MatrixFormat;
}

/** `mayreach matrix`: everything that the policies allow, as exact sets. */
export function matrixCommand(): Command {
  return new Command('matrix')
    .description('everything that the policies allow, as exact sets')
    .argument('[path...]', 'folders or files of manifests, or requirement files that name them')
    .option('--manifests <path>', 'more manifests, repeatable; - is stdin', collect, [])
    .addOption(
      new Option('--format <format>', 'how to print it').choices(['table', 'json', 'csv', 'dot']).default('table'),
    )
    .action(async (paths: readonly string[], { manifests, format }: MatrixFlags) => {
      const progress = new ProgressPrinter(process.stderr);
      const start = paths.length === 0 && manifests.length === 0 ? ['.'] : paths;
      const input = await readInput(start, manifests);
      const { inventory } = await readAll({ manifests: input.manifests, progress });
      const predictor = createPredictor(inventory, { assumeUndefinedNamespacesHaveNoLabels: true });
      const { rows, notes } = matrixOf(inventory, predictor);
      notes.forEach((note) => progress.note(note));
      progress.done();
      const { color } = terminalOptions(process.stdout, process.env);
      for (const piece of formatMatrix(rows, format, { color })) process.stdout.write(piece);
    });
}
