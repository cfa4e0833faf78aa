import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonTestResults } from 'vitest/node';
import { evidenceSchema, type Evidence } from '../../../../src/harness/evidence/schema.ts';
import type { MayreachOptions } from '../../../../src/vitest/index.ts';

export const repository = path.resolve(import.meta.dirname, '../../../..');

export interface RunOfVitest {
  readonly status: number | null;
  readonly stdout: string;
  /** What was printed, wherever to. */
  readonly output: string;
  readonly results: JsonTestResults;
  /** By `describe > test`: what became of it. */
  readonly tests: ReadonlyMap<string, TestSeen>;
  readonly evidence: () => Evidence;
}

export interface TestSeen {
  readonly status: string;
  readonly location: unknown;
  readonly file: string;
  /** Without colours. */
  readonly message: string;
}

export interface VitestSettings {
  readonly options?: MayreachOptions & { include?: string[] };
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs vitest, with the plugin of this checkout, on a project: a process of its own, as a team would. */
export async function runVitest(root: string, { options = {}, env = {} }: VitestSettings = {}): Promise<RunOfVitest> {
  const out = mkdtempSync(path.join(tmpdir(), 'mayreach-vitest-'));
  try {
    const file = path.join(out, 'results.json');
    const settings = { ...options, out };
    const { status, stdout, stderr } = await run(
      [
        path.join(repository, 'node_modules/vitest/vitest.mjs'),
        ...['run', '--root', root, '--config', path.join(import.meta.dirname, 'vitest.config.ts')],
      ],
      { ...env, TEST_OPTIONS: JSON.stringify(settings), TEST_RESULTS: file, NO_COLOR: '1' },
    );
    const results = JSON.parse(readFileSync(file, 'utf8')) as JsonTestResults;
    const record = read(path.join(out, 'evidence.json'));
    return {
      status,
      stdout,
      output: stdout + stderr,
      results,
      tests: testsOf(results, root),
      evidence: () => evidenceSchema.parse(JSON.parse(record ?? 'null')),
    };
  } finally {
    rmSync(out, { recursive: true });
  }
}

function testsOf({ testResults }: JsonTestResults, root: string): ReadonlyMap<string, TestSeen> {
  return new Map(
    testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ ancestorTitles, title, status, location, failureMessages }) => [
        [...ancestorTitles, title].filter((part) => part !== '').join(' > '),
        { status, location, file: path.relative(root, name), message: (failureMessages ?? []).join('\n') },
      ]),
    ),
  );
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** A node process, with nothing of this vitest in its environment. */
export function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|TEST|NODE_ENV|DEV|PROD|MODE)/u.test(name),
  );
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { promise, resolve } = Promise.withResolvers<{ status: number | null; stdout: string; stderr: string }>();
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  }
  child.on('close', (status) => resolve({ status, ...texts }));
  return promise;
}

export interface Project {
  readonly root: string;
  remove(): void;
}

/** A project of its own, with the given files. */
export function project(files: Readonly<Record<string, string>>): Project {
  const root = mkdtempSync(path.join(tmpdir(), 'mayreach-project-'));
  symlinkSync(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return { root, remove: () => rmSync(root, { recursive: true }) };
}
