import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { keepCluster } from '../../../../../src/harness/clusters/k3s/keep.ts';

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

it("keeps the administrator's credentials from other users, and says how to remove the cluster", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mayreach-'));
  folders.push(folder);
  const { path, text } = await keepCluster(
    {
      kubeconfig: 'apiVersion: v1',
      containerId: '0123456789abcdef',
      image: 'mine',
      args: [],
      network: 'bridge',
      address: '172.17.0.2',
      stop: () => Promise.resolve(),
    },
    join(folder, 'report'),
  );
  expect(await readFile(path, 'utf8')).toBe('apiVersion: v1');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(text).toContain(path);
  expect(text).toContain('docker rm -f -v 0123456789ab');
});
