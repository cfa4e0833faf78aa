import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { explainQuestion } from '../../harness/explain/question.ts';
import { createPredictor } from '../../harness/predict/predictor.ts';
import { readInput } from '../../input/paths.ts';
import { ProgressPrinter } from '../progress.ts';
import { questionOf, type TypedQuestion } from '../question.ts';
import { pathsOf, readSource, withSourceFlags, type SourceFlags } from '../source.ts';
import { printable } from '../../reports/printable.ts';
import { MayreachError } from '../../source/error.ts';

const EXAMPLES = `
FROM and TO are what a requirement file may name: shop/web, outsider, 203.0.113.0/24, api.stripe.com,
service:shop/api, '{namespace: data, pods: {app: postgres}}', or an endpoint that one of its files declares.
All of a namespace by its name, or as namespace:shop: then a page sums up who reaches whom.

Examples:
  mayreach explain shop/web data/postgres 5432 examples/shop
  mayreach explain outsider service:shop/api http examples/shop
  mayreach explain shop data any examples/shop
  mayreach explain shop data 5432 --cluster kubeconfig --context prod`;

/** `mayreach explain FROM TO PORT`: why the policies allow or deny a connection, or those of whole namespaces. */
export function explainCommand(): Command {
  const command = new Command('explain')
    .description('why the policies allow or deny a connection: which select, which isolate, which rule decides')
    .argument('<from>', 'who connects')
    .argument('<to>', 'whom it wants to reach')
    .argument('<port>', 'PORT[-END][/tcp|udp|sctp], a port name, or any')
    .argument('[path...]', 'requirement files, or folders of manifests');
  return withSourceFlags(command)
    .addHelpText('after', EXAMPLES)
    .action(async (from: string, to: string, port: string, paths: readonly string[], flags: SourceFlags) => {
      await run({ from, to, port }, paths, flags);
    });
}

async function run(typed: TypedQuestion, paths: readonly string[], flags: SourceFlags): Promise<void> {
  refusePath(typed.port);
  const progress = new ProgressPrinter(process.stderr);
  const { sets, manifests } = await readInput(pathsOf(paths, flags), flags.manifests);
  const inventory = await readSource(flags, manifests, progress);
  const question = questionOf(
    typed,
    sets,
    inventory.namespaces.map(({ name }) => name),
  );
  progress.done();
  const lines = explainQuestion(question, inventory, createPredictor(inventory));
  process.stdout.write(`${lines.map(printable).join('\n')}\n`);
}

/** Where PORT is forgotten, the first PATH stands in its place. */
function refusePath(port: string): void {
  if (!/[./]/.test(port) || !existsSync(port)) return;
  throw new MayreachError(`PORT is missing: ${port} is a path`, {
    code: 'USAGE',
    hint: 'Write it before the paths: explain FROM TO PORT [PATH…]; any asks about every port.',
  });
}
