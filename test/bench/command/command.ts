import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLedger } from '../../../src/harness/clusters/standins/ledger.ts';
import type { Evidence } from '../../../src/harness/evidence/schema.ts';
import type { BenchContext, Benchmark, BenchResult } from '../model.ts';
import { compiledCommand } from '../support/command.ts';
import { withLab, type Lab } from '../support/lab.ts';
import { measureNode, type MeasuredProcess } from '../support/process.ts';
import { median, repeated } from '../support/statistics.ts';
import { measureBarePods, type BarePods } from './bare.ts';
import { measurePeersWay } from './peers-way.ts';
import { deployWorkloads, EVERY_PAIR, EVERY_PAIR_AND_ITSELF } from './workloads.ts';

const BOUND_S = 10;
/** After pods are gone a node still tidies up for a while, which is nobody's time, ms. */
const QUIET_MS = 10_000;

/** From the command line to verdicts on a cluster that is up, beside the same task in the way of cyclonus. */
export const command: Benchmark = {
  name: 'command',
  about:
    '`run --cluster kubeconfig --probe`, the whole process: 9 workloads, every ordered pair, 2 ports, open network',
  run: (context) =>
    withLab(context, async (lab) => {
      const ledger = createLedger(lab.kube, 'bench');
      try {
        context.tell('deploying 9 workloads');
        await deployWorkloads(lab.kube, ledger, lab.probeImage, context.signal);
        const peers: number[] = [];
        const pairs = await measureCommand('every ordered pair', EVERY_PAIR, lab, context, async () => {
          const seconds = await measurePeersWay(lab.kube, lab.probeImage, context.signal);
          context.tell(`in the way of cyclonus: ${seconds.toFixed(1)} s`);
          peers.push(seconds);
        });
        const itself = await measureCommand('and each to itself', EVERY_PAIR_AND_ITSELF, lab, context);
        context.tell(`${pairs.pods} pods that only sleep, started and removed`);
        const bare = await repeated(context.repeats, () =>
          measureBarePods(lab.kube, lab.probeImage, pairs.pods, context.signal),
        );
        return toResult(lab, { pairs, itself, bare, peers });
      } finally {
        await ledger.removeAll();
      }
    }),
};

interface Measured {
  readonly title: string;
  readonly runs: readonly MeasuredProcess[];
  readonly pods: number;
  readonly evidence: Evidence;
}

async function measureCommand(
  title: string,
  requirements: string,
  { kubeconfig, probeImage }: Lab,
  { signal, repeats, tell }: BenchContext,
  beside: () => Promise<void> = () => Promise.resolve(),
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'mayreach-bench-'));
  try {
    const [file, config, out] = ['bench.reach.yaml', 'kubeconfig', 'report'].map((name) => join(folder, name));
    if (file === undefined || config === undefined || out === undefined)
      throw new TypeError('three names, three paths');
    writeFileSync(file, requirements);
    writeFileSync(config, kubeconfig, { mode: 0o600 });
    const args = [
      'run',
      file,
      '--cluster',
      'kubeconfig',
      '--context',
      'default',
      '--probe',
      '--probe-image',
      probeImage,
      '--out',
      out,
    ];
    const runs = await repeated(repeats, async (index) => {
      await beside();
      await sleep(QUIET_MS, undefined, { signal });
      const run = await measureNode([compiledCommand(), ...args], { signal, env: { KUBECONFIG: config } });
      tell(`${title}, run ${index + 1} of ${repeats}: ${run.seconds.toFixed(1)} s`);
      if (run.exit !== 0) throw new Error(`mayreach ended with ${run.exit ?? 'a signal'}:\n${run.stdout}${run.stderr}`);
      return run;
    });
    const evidence = JSON.parse(readFileSync(join(out, 'evidence.json'), 'utf8')) as Evidence;
    const pods = Number(/starting (\d+) probe pods/.exec(runs[0]?.stderr ?? '')?.[1] ?? Number.NaN);
    return { title, runs, pods, evidence };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Figures {
  readonly pairs: Measured;
  readonly itself: Measured;
  readonly bare: readonly BarePods[];
  /** The same task in the way of cyclonus, s. */
  readonly peers: readonly number[];
}

function toResult({ k3sImage, probeImage, plugin }: Lab, { pairs, itself, bare, peers }: Figures): BenchResult {
  const measured = median(pairs.runs.map(verdictsAt));
  return {
    name: command.name,
    about: command.about,
    bounds: [{ what: 'from command to verdicts, pods included', measured, atMost: BOUND_S, unit: 's' }],
    tables: [
      {
        title: `medians of ${pairs.runs.length} runs`,
        columns: [
          'asked',
          'pods',
          'cells',
          's to verdicts',
          's to the end, all removed',
          'CPU s',
          'peak MB',
          'fastest s to verdicts',
          'slowest',
        ],
        rows: [pairs, itself].map(row),
      },
      ...[pairs, itself].map(({ title, runs }) => ({
        title: `where the time goes, ${title}: s, medians`,
        columns: ['stage', 's'],
        rows: stagesOf(runs),
      })),
    ],
    notes: [
      `the same pairs and ports in the way of cyclonus: ${secondsText(peers)} (${peers.map((s) => s.toFixed(1)).join(', ')}); mayreach takes ${(measured / median(peers)).toFixed(2)} of that`,
      `${pairs.pods} pods that only sleep, on the same cluster: started in ${secondsText(bare.map(({ startSeconds }) => startSeconds))}, removed in ${secondsText(bare.map(({ removeSeconds }) => removeSeconds))}`,
      `${k3sImage}, ${plugin}, probes ${probeImage}`,
    ],
  };
}

function secondsText(seconds: readonly number[]): string {
  return `${median(seconds).toFixed(1)} s`;
}

function row({ title, runs, pods, evidence }: Measured): readonly (string | number)[] {
  const seconds = runs.map((run) => run.seconds);
  return [
    title,
    pods,
    evidence.requirements.flatMap(({ cells }) => cells).filter(({ basis }) => basis === 'observed').length,
    median(runs.map(verdictsAt)),
    median(seconds),
    median(runs.map(({ cpuSeconds }) => cpuSeconds)),
    median(runs.map(({ peakMb }) => peakMb)),
    Math.min(...runs.map(verdictsAt)),
    Math.max(...runs.map(verdictsAt)),
  ];
}

/** Verdicts are what it says on stdout; what follows is removal and reports. */
function verdictsAt({ spokeAtSeconds, seconds }: MeasuredProcess): number {
  return spokeAtSeconds ?? seconds;
}

/** From each stage that the command announces to the next; the last ends with the process. */
function stagesOf(runs: readonly MeasuredProcess[]): readonly (readonly (string | number)[])[] {
  const spans = runs.map(({ lines, seconds }) => {
    const stages = [{ atSeconds: 0, text: 'starting the process' }, ...lines.filter(({ text }) => isStage(text))];
    return stages.map(({ atSeconds, text }, index) => ({
      text,
      seconds: (stages[index + 1]?.atSeconds ?? seconds) - atSeconds,
    }));
  });
  const [first = []] = spans;
  return first.map(({ text }, index) => [
    text.replace(/\/tmp\/\S+/g, '…'),
    median(spans.map((run) => run[index]?.seconds ?? 0)),
  ]);
}

function isStage(text: string): boolean {
  return !/^note:/.test(text);
}
