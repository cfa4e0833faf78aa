import { Command } from 'commander';
import { createPredictor } from '../../harness/predict/predictor.ts';
import { explainConnection } from '../../harness/run/explain.ts';
import { readAll } from '../../harness/run/on-files.ts';
import { questionOf } from '../question.ts';
import { readInput } from '../../input/paths.ts';
import { collect } from '../options.ts';
import { ProgressPrinter } from '../progress.ts';

const EXAMPLES = `
FROM and TO are what a requirement file may name: shop/web, outsider, 203.0.113.0/24, api.stripe.com,
service:shop/api, '{namespace: data, pods: {app: postgres}}', or an endpoint that one of its files declares.

Examples:
  mayreach explain shop/web data/postgres 5432 examples/shop
  mayreach explain outsider service:shop/api http examples/shop`;

/** `mayreach explain FROM TO PORT`: why the policies allow or deny one connection. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('why the policies allow or deny a connection: which select, which isolate, which rule decides')
    .argument('<from>', 'who connects')
    .argument('<to>', 'whom it wants to reach')
    .argument('<port>', 'PORT[/tcp|udp|sctp], or a port name')
    .argument('[path...]', 'requirement files, or folders of manifests')
    .option('--manifests <path>', 'more manifests, repeatable; - is stdin', collect, [])
    .addHelpText('after', EXAMPLES)
    .action(
      async (
        from: string,
        to: string,
        port: string,
        paths: readonly string[],
        flags: { manifests: readonly string[] },
      ) => {
        const progress = new ProgressPrinter(process.stderr);
        const start = paths.length === 0 && flags.manifests.length === 0 ? ['.'] : paths;
        const { sets, manifests } = await readInput(start, flags.manifests);
        const question = questionOf({ from, to, port }, sets);
        const { inventory } = await readAll({ manifests, progress });
        progress.done();
        const lines = explainConnection(question, inventory, createPredictor(inventory));
        process.stdout.write(`${lines.join('\n')}\n`);
      },
    );
}
