import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { K3sCluster } from './start.ts';

/**
 * Leaves the cluster up (`--keep`): writes its kubeconfig where only this user reads it.
 * @returns the file's path, and what to tell the person
 */
export async function keepCluster(
  { kubeconfig, containerId }: K3sCluster,
  folder: string,
): Promise<{ readonly path: string; readonly text: string }> {
  const path = join(folder, 'kubeconfig');
  await mkdir(folder, { recursive: true });
  // Anew: a file that is there keeps its mode, and a link leads elsewhere.
  await rm(path, { force: true });
  await writeFile(path, kubeconfig, { mode: 0o600, flag: 'wx' });
  const id = containerId.slice(0, 12);
  return {
    path,
    text: `The cluster is left up: kubectl --kubeconfig ${path} get pods -A. Remove it: docker rm -f -v ${id}`,
  };
}
