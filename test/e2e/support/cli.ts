import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { evidenceSchema, type Evidence } from '../../../src/harness/evidence/schema.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** As it is published; the set-up builds it. */
const MAIN = join(ROOT, 'dist/bin/mayreach.js');

/** What one command came to. */
export interface CliRun {
  /** Null: a signal ended it. */
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The record that it wrote, held against its schema. */
  evidence(): Evidence;
}

export interface CliOptions {
  /** Where the reports go. */
  readonly out: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Where stdin comes from; absent: from nowhere. */
  readonly stdin?: Readable;
  /** True: as `npx` starts it, so that the process that the user sees is not the one that works. */
  readonly npx?: boolean;
}

/** A command that runs. */
export interface RunningCli {
  readonly child: ChildProcess;
  /** Resolves when stderr shows it, with the time left to interfere. @throws when the command ends before */
  until(text: string | RegExp): Promise<void>;
  /** Does something while the command stands still, so that it is done before whatever comes next. */
  paused<T>(act: () => Promise<T>): Promise<T>;
  readonly done: Promise<CliRun>;
}

/** Starts `mayreach` as a user would: a process of its own, of which nothing but streams, files and status is seen. */
export function startCli(args: readonly string[], { out, env, stdin, npx }: CliOptions): RunningCli {
  const command = [process.execPath, MAIN, ...args, ...(args[0] === 'run' ? ['--out', out] : [])];
  const [file = '', ...rest] =
    npx === true ? ['npx', '--no', '-c', command.map((word) => `'${word}'`).join(' ')] : command;
  const child = spawn(file, rest, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: [stdin ?? 'ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      waiting.forEach((look) => look());
    });
  }
  const done = once(child, 'close').then(([exit]): CliRun => ({
    exit: exit as number | null,
    ...text,
    evidence: () => readEvidence(out),
  }));
  const until = (wanted: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (typeof wanted === 'string' ? !text.stderr.includes(wanted) : !wanted.test(text.stderr)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void done.then(() => reject(new Error(`ended without saying ${String(wanted)}:\n${text.stderr}`)));
    });
  const paused = async <T>(act: () => Promise<T>): Promise<T> => {
    child.kill('SIGSTOP');
    try {
      return await act();
    } finally {
      child.kill('SIGCONT');
    }
  };
  return { child, until, paused, done };
}

export function mayreach(args: readonly string[], options: CliOptions): Promise<CliRun> {
  return startCli(args, options).done;
}

function readEvidence(out: string): Evidence {
  return evidenceSchema.parse(JSON.parse(readFileSync(join(out, 'evidence.json'), 'utf8')));
}
