/** Two clusters on one Docker, as on a shared CI machine. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { docker } from './support/docker.ts';
import { sharedCluster, type SharedCluster } from './support/shared-cluster.ts';

let clusters: readonly SharedCluster[];

beforeAll(async () => {
  clusters = [await sharedCluster('enforcing'), await sharedCluster('ignoring')];
});
afterAll(() => Promise.all(clusters.map((cluster) => cluster.close())));

test('neither sees the cgroups of the other’s pods, which its kubelet would remove as nobody’s', async () => {
  const [one = [], other = []] = await Promise.all(clusters.map(podCgroups));
  expect(one.filter((pod) => other.includes(pod))).toEqual([]);
});

/** `pod<uid>` of each pod that has a cgroup where this cluster's kubelet looks: at least its DNS server's, in a moment. */
function podCgroups({ containerId }: SharedCluster): Promise<readonly string[]> {
  return vi.waitFor(
    () => {
      const paths = docker('exec', containerId, 'find', '/sys/fs/cgroup', '-type', 'd', '-name', 'pod*-*');
      expect(paths).not.toBe('');
      return [...new Set(paths.split('\n').map((path) => path.slice(path.lastIndexOf('/') + 1)))];
    },
    { timeout: 60_000, interval: 1_000 },
  );
}
