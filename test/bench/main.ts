/**
 * `npm run bench [-- NAME…] [--json] [--repeats N] [--plot FILE.svg]`: measures what the project promises of speed and memory, and ends
 * with 1 where a bound is broken, with 3 where something could not be measured.
 */
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { command } from './command/command.ts';
import { manifests } from './manifests/manifests.ts';
import { matrix } from './matrix/matrix.ts';
import { holds, type Benchmark, type BenchResult } from './model.ts';
import { printResult } from './print.ts';
import { scale } from './scale/scale.ts';

const ALL: readonly Benchmark[] = [manifests, scale, matrix, command];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      repeats: { type: 'string', default: '5' },
      plot: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return help();
  const unknown = positionals.filter((name) => !ALL.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`no benchmark ${unknown.join(', ')}; there are: ${ALL.map(({ name }) => name).join(', ')}\n`);
    return 3;
  }
  const chosen = positionals.length === 0 ? ALL : ALL.filter(({ name }) => positionals.includes(name));
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(new Error(name)));
  const results: BenchResult[] = [];
  for (const benchmark of chosen) {
    process.stderr.write(`${benchmark.name}: ${benchmark.about}\n`);
    const result = await benchmark.run({
      signal: interrupted.signal,
      repeats: Math.max(1, Number(values.repeats)),
      tell: (text) => process.stderr.write(`  ${text}\n`),
      ...(values.plot === undefined ? {} : { plotFile: values.plot }),
    });
    results.push(result);
    if (!values.json) process.stdout.write(`${printResult(result)}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ machine: machine(), results: results.map(withHolds) })}\n`);
  else process.stdout.write(`${machine()}\n`);
  return results.every(({ bounds }) => bounds.every(holds)) ? 0 : 1;
}

function withHolds(result: BenchResult): unknown {
  return { ...result, bounds: result.bounds.map((bound) => ({ ...bound, holds: holds(bound) })) };
}

/** A busy machine measures itself: the load belongs to the figures. */
function machine(): string {
  const [model] = cpus();
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
  return `${cpus().length} cores (${model?.model ?? 'unknown'}), ${Math.round(totalmem() / 1e9)} GB, node ${process.version}, load ${load}, ${new Date().toISOString()}`;
}

function help(): number {
  const lines = ALL.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`);
  process.stdout.write(`npm run bench -- [NAME…] [--json] [--repeats N] [--plot FILE.svg]\n\n${lines.join('\n')}\n`);
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 3;
});
