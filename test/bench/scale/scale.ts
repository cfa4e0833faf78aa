import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchContext, Benchmark, BenchResult } from '../model.ts';
import { measureNode, type MeasuredProcess } from '../support/process.ts';
import { median, repeated } from '../support/statistics.ts';
import type { ScaleFigures } from './measure-one.ts';
import { plotGrowth } from './plot.ts';

const PODS_PER_WORKLOAD = 10;
const WORKLOADS_PER_NAMESPACE = 10;
/** Namespaces; each has ten workloads, a hundred pods and ten policies. */
const SIZES = [1, 3, 10, 30, 100];
const LARGEST = Math.max(...SIZES);
const SCRIPT = join(import.meta.dirname, 'measure-one.ts');

/** How the full matrix of exact sets grows with the cluster. */
export const scale: Benchmark = {
  name: 'scale',
  about: 'the full matrix of exact sets: 10,000 pods in 1,000 workloads, 1,000 policies, 100 namespaces',
  run: async (context) => {
    const measured: Measured[] = [];
    for (const namespaces of SIZES) measured.push(await measureSize(namespaces, context));
    const growth = measured.map(({ figures, matrixMs }) => ({ pods: figures.pods, ms: matrixMs }));
    if (context.plotFile !== undefined) writeFileSync(context.plotFile, plotGrowth(growth));
    return toResult(measured, context.repeats);
  },
};

interface Measured {
  readonly figures: ScaleFigures;
  readonly readMs: number;
  readonly matrixMs: number;
  readonly matrixCpuMs: number;
  readonly answerMs: ScaleFigures['answerMs'];
  readonly peakMb: number;
}

async function measureSize(namespaces: number, { signal, repeats, tell }: BenchContext): Promise<Measured> {
  tell(`${namespaces * WORKLOADS_PER_NAMESPACE * PODS_PER_WORKLOAD} pods, ${repeats} runs`);
  const runs = await repeated(repeats, async () => {
    const run = await measureNode([SCRIPT, String(namespaces), String(PODS_PER_WORKLOAD)], { signal });
    if (run.exit !== 0) throw new Error(`the measurement failed:\n${run.stderr}`);
    return { run, figures: JSON.parse(run.stdout) as ScaleFigures };
  });
  const [first] = runs;
  if (first === undefined) throw new RangeError('nothing was measured');
  const of = (pick: (figures: ScaleFigures, run: MeasuredProcess) => number): number =>
    median(runs.map(({ figures, run }) => pick(figures, run)));
  return {
    figures: first.figures,
    readMs: of(({ readMs }) => readMs),
    matrixMs: of(({ matrixMs }) => matrixMs),
    matrixCpuMs: of(({ matrixCpuMs }) => matrixCpuMs),
    answerMs: {
      median: of(({ answerMs }) => answerMs.median),
      p99: of(({ answerMs }) => answerMs.p99),
      first: of(({ answerMs }) => answerMs.first),
    },
    peakMb: of((_, { peakMb }) => peakMb),
  };
}

function toResult(measured: readonly Measured[], repeats: number): BenchResult {
  const largest = measured.find(({ figures }) => figures.namespaces === LARGEST);
  if (largest === undefined) throw new RangeError('the largest size was not measured');
  return {
    name: scale.name,
    about: scale.about,
    bounds: [
      { what: 'full matrix of 10,000 pods', measured: largest.matrixMs / 1000, atMost: 2, unit: 's' },
      { what: 'peak memory, reading included', measured: largest.peakMb, atMost: 500, unit: 'MB' },
      { what: "one requirement's answer, median of 1,000", measured: largest.answerMs.median, atMost: 1, unit: 'ms' },
    ],
    tables: [
      {
        title: `growth, medians of ${repeats} processes`,
        columns: [
          'pods',
          'workloads',
          'policies',
          'rows',
          'read s',
          'matrix s',
          'CPU s',
          'answer ms',
          'p99 ms',
          'first ms',
          'peak MB',
        ],
        rows: measured.map(({ figures, readMs, matrixMs, matrixCpuMs, answerMs, peakMb }) => [
          figures.pods,
          figures.workloads,
          figures.policies,
          figures.rows,
          readMs / 1000,
          matrixMs / 1000,
          matrixCpuMs / 1000,
          answerMs.median,
          answerMs.p99,
          answerMs.first,
          peakMb,
        ]),
      },
    ],
    notes: [],
  };
}
