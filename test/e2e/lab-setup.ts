/**
 * Runs once before the e2e tests: without Docker or the cluster's image they must fail, not skip. A suite that did
 * not run proves nothing, and says so here rather than in a hundred timeouts.
 */
import { execFileSync } from 'node:child_process';
import { k3sImage } from '../../src/harness/clusters/k3s/image.ts';

export function setup(): void {
  requireDocker();
  requireImage(k3sImage());
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
