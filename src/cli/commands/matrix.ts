import { Command, Option } from 'commander';
import { exposuresOf } from '../../harness/exposure/exposure.ts';
import { exposureRows } from '../../harness/exposure/rows.ts';
import type { Inventory } from '../../harness/inventory/model.ts';
import { createPredictor } from '../../harness/predict/predictor.ts';
import { matrixOf } from '../../harness/predict/matrix.ts';
import { formatExposure } from '../../reports/matrix/exposure.ts';
import { formatMatrix, type MatrixFormat } from '../../reports/matrix/format.ts';
import { terminalOptions } from '../../reports/terminal/style.ts';
import { readInput } from '../../input/paths.ts';
import { ProgressPrinter } from '../progress.ts';
import { pathsOf, readSource, withSourceFlags, type SourceFlags } from '../source.ts';

interface MatrixFlags extends SourceFlags {
  readonly format: MatrixFormat;
  readonly exposure?: true;
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
    .option(
      '--exposure',
      'instead: what pods that are not in the input could reach or be reached by, by their selectors',
    )
    .action(async (paths: readonly string[], flags: MatrixFlags) => {
      const progress = new ProgressPrinter(process.stderr);
      const { manifests } = await readInput(pathsOf(paths, flags), flags.manifests);
      const inventory = await readSource(flags, manifests, progress);
      const { pieces, notes } = flags.exposure === true ? exposure(inventory, flags) : matrix(inventory, flags);
      notes.forEach((note) => progress.note(note));
      progress.done();
      for (const piece of pieces) process.stdout.write(piece);
    });
}

interface Printed {
  readonly pieces: Iterable<string>;
  readonly notes: readonly string[];
}

function matrix(inventory: Inventory, { format }: MatrixFlags): Printed {
  const predictor = createPredictor(inventory, { assumeUndefinedNamespacesHaveNoLabels: true });
  const { rows, notes } = matrixOf(inventory, predictor);
  return { pieces: formatMatrix(rows, format, terminalOptions(process.stdout, process.env)), notes };
}

function exposure(inventory: Inventory, { format }: MatrixFlags): Printed {
  const { exposures, notes } = exposuresOf(inventory);
  const rows = exposureRows(exposures);
  return { pieces: formatExposure(rows, format, terminalOptions(process.stdout, process.env)), notes };
}
