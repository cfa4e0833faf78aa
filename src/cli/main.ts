#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { MayreachError } from '../source/error.ts';
import { toolVersion } from '../input/about.ts';
import { printable } from '../reports/printable.ts';
import { EXIT_INTERRUPTED } from './interrupt.ts';
import { checkNotEmpty, SILENT, usageError } from './usage.ts';
import { checkNodeVersion } from './node-version.ts';

/** Could not run: bad input, no cluster, no right. */
const EXIT_COULD_NOT_RUN = 3;

const EXIT_CODES = `
Exit status:
  0    all met
  1    something is violated
  2    nothing is violated, something is inconclusive or untested
  3    could not run (bad input, no cluster, no right)
  130  interrupted; nothing is left behind`;

/** In the order of the help text. */
const COMMANDS = new Map<string, () => Promise<Command>>([
  ['run', async () => (await import('./commands/run.ts')).runCommand()],
  ['matrix', async () => (await import('./commands/matrix.ts')).matrixCommand()],
  ['explain', async () => (await import('./commands/explain.ts')).explainCommand()],
  ['mutate', async () => (await import('./commands/mutate.ts')).mutateCommand()],
  ['suggest', async () => (await import('./commands/suggest.ts')).suggestCommand()],
  ['init', async () => (await import('./commands/init.ts')).initCommand()],
]);

async function main(argv: readonly string[]): Promise<void> {
  checkNodeVersion(process.version);
  const program = new Command('mayreach')
    .description('Kubernetes network segmentation, written as tests: what may and what may not reach what.')
    .version(await toolVersion())
    .addHelpText('after', EXIT_CODES)
    .configureOutput(SILENT)
    .exitOverride();
  for (const command of await commandsFor(argv[2])) {
    program.addCommand(command.configureOutput(SILENT).exitOverride());
  }
  checkNotEmpty(argv.slice(2));
  await program.parseAsync(argv);
}

/** The one that is named, or all where that does not settle it: loading them is half of a short run. */
function commandsFor(name = ''): Promise<readonly Command[]> {
  const named = COMMANDS.get(name);
  return Promise.all((named === undefined ? [...COMMANDS.values()] : [named]).map((load) => load()));
}

function exitOf(error: unknown): number {
  if (error instanceof CommanderError) return exitOfUsage(error);
  if (!(error instanceof MayreachError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`mayreach: a defect of mayreach itself, please report it [INTERNAL]\n${printable(text)}\n`);
    return EXIT_COULD_NOT_RUN;
  }
  process.stderr.write(`mayreach: ${printable(error.format())}\n`);
  return error.code === 'INTERRUPTED' ? EXIT_INTERRUPTED : EXIT_COULD_NOT_RUN;
}

/** Help that was asked for is no error; commander has printed it. */
function exitOfUsage(error: CommanderError): number {
  if (error.exitCode === 0) return 0;
  if (error.code !== 'commander.help') process.stderr.write(`mayreach: ${printable(usageError(error).format())}\n`);
  return EXIT_COULD_NOT_RUN;
}

// A reader that has seen enough (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await main(process.argv);
} catch (error) {
  process.exitCode = exitOf(error);
}
