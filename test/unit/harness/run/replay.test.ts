import { expect, it } from 'vitest';
import { DEFAULT_PROBE_IMAGE, DEFAULT_TIMEOUT_MS, type ClusterOptions } from '../../../../src/harness/run/options.ts';
import { DEFAULT_K3S_IMAGE } from '../../../../src/harness/clusters/k3s/image.ts';
import { replayOf } from '../../../../src/harness/run/replay.ts';
import { clusterOptions } from '../../../../src/cli/options.ts';
import { parsePlugin } from '../../../../src/input/plugin.ts';

const replay = (cluster: ClusterOptions, timeoutMs = DEFAULT_TIMEOUT_MS): string =>
  replayOf({ allowExternal: false, cluster, manifests: [], timeoutMs })('A-1', 'a.reach.yaml');
const images = { k3sImage: DEFAULT_K3S_IMAGE, probeImage: DEFAULT_PROBE_IMAGE, k3sArg: [] };

it('names the plugin that predictions take the side of', () => {
  const plugin = parsePlugin('cilium@1.15,enable-policy=always');
  expect(replay({ source: 'manifests', plugin })).toBe(
    'npx mayreach run a.reach.yaml --only A-1 --plugin cilium@1.15,enable-policy=always',
  );
});

it('starts the same k3s', () => {
  const cluster = clusterOptions({ ...images, cluster: 'k3s', k3sArg: ['--disable-network-policy'] });
  expect(replay(cluster, 500)).toBe(
    'npx mayreach run a.reach.yaml --only A-1 --cluster k3s --k3s-arg=--disable-network-policy --timeout 500',
  );
});

it('probes the same cluster, and says as much of who does', () => {
  const annotate = ["example.com/why=the auditor's yearly look"];
  const cluster = clusterOptions({ ...images, cluster: 'kubeconfig', context: 'prod', probe: true, annotate });
  expect(replay(cluster)).toBe(
    `npx mayreach run a.reach.yaml --only A-1 --cluster kubeconfig --context prod --probe --annotate 'example.com/why=the auditor'\\''s yearly look'`,
  );
});

it('names the images and the share of failures that the run was held to, where they are not what is taken anyway', () => {
  const named = { k3sImage: 'my/k3s:1', probeImage: 'my/node:24', k3sArg: [] };
  expect(replay(clusterOptions({ ...named, cluster: 'k3s' }))).toContain(
    ' --cluster k3s --k3s-image my/k3s:1 --probe-image my/node:24',
  );
  const live = { ...named, cluster: 'kubeconfig', context: 'prod' } as const;
  expect(replay(clusterOptions({ ...live, probe: true, maxErrors: 25, maxRate: 50 }))).toContain(
    ' --probe --probe-image my/node:24 --max-errors 25 --max-rate 50',
  );
  // Where nothing is probed they bear on nothing, and --max-errors is refused.
  expect(replay(clusterOptions(live))).toBe(
    'npx mayreach run a.reach.yaml --only A-1 --cluster kubeconfig --context prod',
  );
});
