import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { keepCluster } from '../../../../../src/harness/clusters/k3s/keep.ts';

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

it("keeps the administrator's credentials from other users, and says how to remove the cluster", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mayreach-'));
  folders.push(folder);
  // An earlier file that others could read; a link to one would be written through.
  const earlier = join(folder, 'elsewhere');
  await mkdir(join(folder, 'report'));
  await writeFile(earlier, 'mine', { mode: 0o644 });
  await symlink(earlier, join(folder, 'report', 'kubeconfig'));
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
  expect(await readFile(earlier, 'utf8')).toBe('mine');
  expect(text).toContain(path);
  expect(text).toContain('docker rm -f -v 0123456789ab');
});
