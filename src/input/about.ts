import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { RunAbout } from '../harness/run/options.ts';
import { toolSha256 } from './tool-hash.ts';

const run = promisify(execFile);

/**
 * What is written down about a run: which tool, which commit, by whom, in which CI job. What is unknown is left out.
 * @param paths where the requirements are: theirs is the commit that counts, wherever the command was typed
 */
export async function aboutRun(command: readonly string[], paths: readonly string[] = []): Promise<RunAbout> {
  const [version, git] = await Promise.all([toolVersion(), gitState(await folderOf(paths))]);
  const ci = ciJob(process.env);
  const user = localUser();
  return {
    version,
    sha256: toolSha256(),
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

/** The first path's folder; of files that builders made, that of the command. */
async function folderOf([path = '.']: readonly string[]): Promise<string> {
  const isFolder = await stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  return isFolder ? path : dirname(path);
}

/** A repository's own settings may name a program that watches files: nothing of it is run. */
const NO_PROGRAMS = ['-c', 'core.fsmonitor=false'];

async function gitState(cwd: string): Promise<RunAbout['git']> {
  try {
    const [commit, status] = await Promise.all([
      run('git', [...NO_PROGRAMS, 'rev-parse', 'HEAD'], { cwd, timeout: 3000 }),
      run('git', [...NO_PROGRAMS, 'status', '--porcelain', '--untracked-files=no'], { cwd, timeout: 3000 }),
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
