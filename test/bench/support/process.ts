import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One whole process, from before its start until it has ended. */
export interface MeasuredProcess {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most memory that it held, MB (10^6 bytes). */
  readonly peakMb: number;
  readonly exit: number | null;
  readonly stdout: string;
  /** When it first said something on stdout, seconds since the start; absent: it never did. */
  readonly spokeAtSeconds?: number;
  readonly stderr: string;
  /** What it said on stderr, with the seconds since the start. */
  readonly lines: readonly { readonly atSeconds: number; readonly text: string }[];
}

export interface ProcessOptions {
  readonly signal: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'report-peak.mjs')).href;

/** Runs `node` with the arguments and waits for its end. @throws Error when the process could not say what it used */
export async function measureNode(
  args: readonly string[],
  { signal, env, cwd }: ProcessOptions,
): Promise<MeasuredProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'mayreach-bench-'));
  const peakFile = join(folder, 'peak.json');
  try {
    const began = performance.now();
    const child = spawn(process.execPath, ['--import', PRELOAD, ...args], {
      env: { ...process.env, ...env, MAYREACH_BENCH_PEAK: peakFile },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGTERM',
      ...(cwd === undefined ? {} : { cwd }),
    });
    const text = { stdout: '', stderr: '' };
    const lines: { atSeconds: number; text: string }[] = [];
    let spokeAtSeconds: number | undefined;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      spokeAtSeconds ??= (performance.now() - began) / 1000;
      text.stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text.stderr += chunk;
      const atSeconds = (performance.now() - began) / 1000;
      for (const line of chunk.split('\n')) if (line !== '') lines.push({ atSeconds, text: line });
    });
    const [exit] = (await once(child, 'close')) as [number | null];
    const seconds = (performance.now() - began) / 1000;
    const spoke = spokeAtSeconds === undefined ? {} : { spokeAtSeconds };
    return { seconds, ...readPeak(peakFile, text.stderr), exit, ...text, ...spoke, lines };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readPeak(file: string, stderr: string): { readonly peakMb: number; readonly cpuSeconds: number } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`the measured process ended without telling its memory:\n${stderr}`, { cause });
  }
  const { maxRssKb, cpuMs } = JSON.parse(text) as { readonly maxRssKb: number; readonly cpuMs: number };
  return { peakMb: (maxRssKb * 1024) / 1e6, cpuSeconds: cpuMs / 1000 };
}
