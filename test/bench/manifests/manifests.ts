import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext, Benchmark, BenchResult } from '../model.ts';
import { compiledCommand } from '../support/command.ts';
import { measureNode, type MeasuredProcess } from '../support/process.ts';
import { median, repeated } from '../support/statistics.ts';
import { writeInput, type InputSize } from './write.ts';

const SIZE: InputSize = { namespaces: 30, podsPerWorkload: 0, requirements: 1000, otherwise: false };

/** `run` on files: what a pipeline waits for on every push. */
export const manifests: Benchmark = {
  name: 'manifests',
  about: '`run` on files, the whole process: 300 workloads, 300 policies, 1,000 requirements',
  run: async (context) => {
    const plain = await measureRun(SIZE, context);
    const closed = await measureRun({ ...SIZE, otherwise: true }, context);
    return toResult(plain, closed);
  },
};

interface Measured {
  readonly size: InputSize;
  readonly runs: readonly MeasuredProcess[];
  readonly requirements: number;
  readonly cells: number;
  readonly verdicts: string;
}

async function measureRun(size: InputSize, { signal, repeats, tell }: BenchContext): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'mayreach-bench-'));
  try {
    writeInput(folder, size);
    const command = compiledCommand();
    const out = join(folder, 'report');
    const runs = await repeated(repeats, async (index) => {
      tell(`${size.otherwise ? 'with otherwise' : 'plain'}, run ${index + 1} of ${repeats}`);
      const run = await measureNode([command, 'run', folder, '--out', out], { signal });
      if (run.exit === null || run.exit > 2)
        throw new Error(`mayreach ended with ${run.exit ?? 'a signal'}:\n${run.stderr}`);
      return run;
    });
    return { size, runs, ...readCounts(join(out, 'evidence.json')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Record {
  readonly requirements: readonly { readonly verdict: string; readonly cells: readonly unknown[] }[];
}

/** What was judged, from the record: a run that judged less would be faster. */
function readCounts(file: string): Pick<Measured, 'requirements' | 'cells' | 'verdicts'> {
  const { requirements } = JSON.parse(readFileSync(file, 'utf8')) as Record;
  const verdicts = Map.groupBy(requirements, ({ verdict }) => verdict);
  return {
    requirements: requirements.length,
    cells: requirements.reduce((sum, { cells }) => sum + cells.length, 0),
    verdicts: [...verdicts].map(([verdict, some]) => `${some.length} ${verdict}`).join(', '),
  };
}

function toResult(plain: Measured, closed: Measured): BenchResult {
  const { name, about } = manifests;
  const seconds = median(plain.runs.map((run) => run.seconds));
  const peak = median(plain.runs.map((run) => run.peakMb));
  return {
    name,
    about,
    bounds: [
      { what: 'from command to verdicts', measured: seconds, atMost: 3, unit: 's' },
      { what: 'peak memory', measured: peak, atMost: 400, unit: 'MB' },
    ],
    tables: [
      {
        title: `medians of ${plain.runs.length} runs`,
        columns: ['input', 'requirements', 'cells', 's', 'CPU s', 'peak MB', 'fastest s', 'slowest s'],
        rows: [row('as bounded', plain), row('with `otherwise` in each file', closed)],
      },
    ],
    notes: [`verdicts: ${plain.verdicts}; with otherwise: ${closed.verdicts}`],
  };
}

function row(input: string, { runs, requirements, cells }: Measured): readonly (string | number)[] {
  const of = (pick: (run: MeasuredProcess) => number): number[] => runs.map(pick);
  const seconds = of((run) => run.seconds);
  return [
    input,
    requirements,
    cells,
    median(seconds),
    median(of((run) => run.cpuSeconds)),
    median(of((run) => run.peakMb)),
    Math.min(...seconds),
    Math.max(...seconds),
  ];
}
