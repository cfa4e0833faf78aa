/**
 * Runs once around the e2e tests: without Docker or the cluster's image they must fail, not skip. A suite that did
 * not run proves nothing, and says so here rather than in a hundred timeouts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { k3sImage } from '../../src/harness/clusters/k3s/image.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the clusters that several files share are written down, each when it is first wanted. */
    sharedClusters: string;
  }
}

/**
 * MAYREACH_E2E_CLUSTERS names a folder in which shared clusters are kept from one run of the tests to the next, for
 * whoever writes them: `docker rm` is theirs then.
 * @returns what ends the shared clusters, whatever became of the tests
 */
export function setup({ provide }: TestProject): () => void {
  requireDocker();
  requireImage(k3sImage());
  execFileSync('npm', ['run', '--silent', 'prepare'], { stdio: 'inherit' });
  const kept = process.env['MAYREACH_E2E_CLUSTERS'];
  if (kept) {
    provide('sharedClusters', kept);
    return () => undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'mayreach-e2e-clusters-'));
  provide('sharedClusters', folder);
  return () => {
    const ids = docker('ps', '--all', '--quiet', '--filter', `label=mayreach.run=${runIdOf(folder)}`).split('\n');
    for (const id of ids.filter((line) => line !== '')) docker('rm', '--force', '--volumes', id);
    rmSync(folder, { recursive: true, force: true });
  };
}

/** The label of the shared clusters of one run of the tests. */
export function runIdOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1);
}

function requireDocker(): void {
  try {
    docker('info', '--format', '{{.ServerVersion}}');
  } catch (cause) {
    throw new Error('The e2e tests need Docker, and no daemon answers `docker info`. test/lab/docker-up starts one.', {
      cause,
    });
  }
}

function requireImage(image: string): void {
  if (docker('image', 'ls', '-q', image).trim() !== '') return;
  if (image.startsWith('lab.local/')) {
    throw new Error(`The image ${image} is not here: test/lab/build makes it (13 minutes the first time).`);
  }
  try {
    docker('pull', '--quiet', image);
  } catch (cause) {
    throw new Error(
      `The image ${image} is not here and cannot be pulled. Where no registry is reached: run test/lab/build and set ` +
        'MAYREACH_K3S_IMAGE=lab.local/k3s:1 MAYREACH_PROBE_IMAGE=lab.local/node:24 TESTCONTAINERS_RYUK_DISABLED=true.',
      { cause },
    );
  }
}

function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
