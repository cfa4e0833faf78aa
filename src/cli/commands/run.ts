import { Command } from 'commander';
import { DEFAULT_K3S_IMAGE } from '../../harness/clusters/k3s/image.ts';
import { exitStatus } from '../../harness/evidence/exit.ts';
import { DEFAULT_TIMEOUT_MS } from '../../harness/run/options.ts';
import { previewRequirements, runRequirements } from '../../harness/run/run.ts';
import { terminalOptions } from '../../reports/terminal/style.ts';
import { terminalSummary } from '../../reports/terminal/summary.ts';
import { writeReports } from '../../reports/write.ts';
import { MayreachError } from '../../source/error.ts';
import { aboutRun } from '../../input/about.ts';
import { readInput } from '../../input/paths.ts';
import { DEFAULT_OUT } from '../../input/settings.ts';
import { allowExternalOption, toldExternal, type ExternalWords } from '../allow-external.ts';
import { onInterrupt } from '../interrupt.ts';
import { clusterOptions, collect, withClusterFlags, type ClusterFlags } from '../options.ts';
import { previewText } from '../preview-text.ts';
import { ProgressPrinter } from '../progress.ts';

interface RunFlags extends ClusterFlags {
  readonly manifests: readonly string[];
  readonly out: string;
  readonly only: readonly string[];
  readonly allowExternal?: ExternalWords;
  readonly timeout: number;
  readonly plan?: true;
}

const EXAMPLES = `
Examples:
  mayreach run examples/shop                  predict from files
  mayreach run examples/shop --cluster k3s    observe on an ephemeral k3s
  helm template . | mayreach run net.reach.yaml --manifests -`;

/** `mayreach run`: requirements in; verdicts on stdout, evidence in the out folder. */
export function runCommand(): Command {
  const command = new Command('run')
    .description('judge requirements: predicted from the policies, observed where a cluster is given')
    .argument('[path...]', 'requirement files (*.reach.yaml) or folders; a folder without any is manifests')
    .option('--manifests <path>', 'more manifests, repeatable; - is stdin', collect, [])
    .option('--only <id...>', 'judge these requirements alone; what an audit: block asks is told and fails nothing', [])
    .option('--out <dir>', 'where evidence.json, junit.xml and report.html go', DEFAULT_OUT)
    .option('--plan', 'with --probe: tell what would be done in the running cluster, and do none of it')
    .addOption(allowExternalOption())
    .option('--timeout <ms>', 'how long a connection may take', milliseconds, DEFAULT_TIMEOUT_MS);
  return withClusterFlags(command, DEFAULT_K3S_IMAGE)
    .addHelpText('after', EXAMPLES)
    .action(async (paths: readonly string[], flags: RunFlags) => {
      process.exitCode = await run(paths, flags);
    });
}

async function run(given: readonly string[], flags: RunFlags): Promise<number> {
  const progress = new ProgressPrinter(process.stderr);
  const interruption = onInterrupt((text) => progress.stage(text));
  try {
    const cluster = clusterOptions(flags);
    const told = toldExternal(flags.allowExternal, given);
    const paths = told.paths.length === 0 ? ['.'] : told.paths;
    const about = aboutRun(['mayreach', ...process.argv.slice(2)], paths);
    const { sets, manifests } = await readInput(paths, flags.manifests);
    if (sets.length === 0) throw withoutRequirements(paths);
    const asked = {
      sets,
      cluster,
      ...(flags.only.length === 0 ? {} : { only: flags.only }),
      allowExternal: told.access,
      timeoutMs: flags.timeout,
      signal: interruption.signal,
      progress,
    };
    if (flags.plan === true) {
      const preview = await previewRequirements(asked);
      interruption.throwIfInterrupted();
      progress.done();
      process.stdout.write(previewText(preview));
      return 0;
    }
    const evidence = await runRequirements({
      ...asked,
      manifests,
      about: await about,
      outFolder: flags.out,
      now: () => new Date(),
      judged: (verdicts) => {
        progress.done();
        process.stdout.write(terminalSummary(verdicts, terminalOptions(process.stdout, process.env)));
      },
    });
    // Interrupted while the last of it was done or removed: nobody waits for reports.
    interruption.throwIfInterrupted();
    progress.stage('writing the reports');
    const files = await writeReports(evidence, flags.out);
    interruption.throwIfInterrupted();
    progress.done();
    process.stderr.write(`evidence: ${files.map(({ path }) => path).join(', ')}\n`);
    return exitStatus(evidence);
  } finally {
    progress.done();
    interruption.dispose();
  }
}

function withoutRequirements(paths: readonly string[]): MayreachError {
  return new MayreachError(`there is no requirement file (*.reach.yaml) in ${paths.join(', ')}`, {
    code: 'USAGE',
    hint: 'Their names end in .reach.yaml; mayreach init writes a first one, mayreach matrix shows what the policies allow',
  });
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 100 && value <= 60_000) return value;
  throw new MayreachError(`--timeout ${text}: expected milliseconds, 100 to 60000`, { code: 'USAGE' });
}
