import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { RunAbout } from '../harness/run/options.ts';

const run = promisify(execFile);

/** What is written down about a run: which tool, which commit, by whom, in which CI job. What is unknown is left out. */
export async function aboutRun(command: readonly string[]): Promise<RunAbout> {
  const [version, git] = await Promise.all([toolVersion(), gitState()]);
  const ci = ciJob(process.env);
  const user = localUser();
  return {
    version,
    command,
    ...(git === undefined ? {} : { git }),
    ...(ci === undefined ? {} : { ci }),
    ...(user === undefined ? {} : { user }),
  };
}

export async function toolVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

async function gitState(): Promise<RunAbout['git']> {
  try {
    const [commit, status] = await Promise.all([
      run('git', ['rev-parse', 'HEAD'], { timeout: 3000 }),
      run('git', ['status', '--porcelain', '--untracked-files=no'], { timeout: 3000 }),
    ]);
    return { commit: commit.stdout.trim(), dirty: status.stdout.trim() !== '' };
  } catch {
    // No git, or no repository: the record simply has no commit.
    return undefined;
  }
}

function ciJob(env: NodeJS.ProcessEnv): string | undefined {
  if (env['GITHUB_RUN_ID'] !== undefined) {
    return `${env['GITHUB_SERVER_URL'] ?? ''}/${env['GITHUB_REPOSITORY'] ?? ''}/actions/runs/${env['GITHUB_RUN_ID']}`;
  }
  return env['CI_JOB_URL'] ?? env['BUILD_URL'];
}

function localUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user without a name.
    return undefined;
  }
}
