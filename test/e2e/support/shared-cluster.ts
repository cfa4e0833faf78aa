import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { inject } from 'vitest';
import { connectKube } from '../../../src/harness/clusters/api/connect.ts';
import type { KubeApi, KubeManifest } from '../../../src/harness/clusters/api/model.ts';
import { k3sImage } from '../../../src/harness/clusters/k3s/image.ts';
import { startK3s } from '../../../src/harness/clusters/k3s/start.ts';
import { runIdOf } from '../lab-setup.ts';
import { mayreach, startCli, type CliOptions, type CliRun, type RunningCli } from './cli.ts';
import type { Workspace } from './workspace.ts';

/** A cluster that stays up for all files that want it: starting one costs more than most tests. */
export interface SharedCluster {
  readonly kube: KubeApi;
  /** Path. */
  readonly kubeconfig: string;
  readonly containerId: string;
  /** Creates or changes the objects of these YAML documents, in order. */
  apply(...documents: readonly string[]): Promise<void>;
  /** Removes the namespaces and waits until they are gone: a later run must not see them go. */
  removeNamespaces(...names: readonly string[]): Promise<void>;
  /** `mayreach run … --cluster kubeconfig --probe` against this cluster. */
  probe(files: Workspace, args?: readonly string[], options?: Partial<CliOptions>): Promise<CliRun>;
  startProbe(files: Workspace, args?: readonly string[], options?: Partial<CliOptions>): RunningCli;
  /** Everything that some run of mayreach made and that is still there. */
  leftovers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Kept {
  readonly kubeconfig: string;
  readonly containerId: string;
}

const ARGS = { enforcing: [], ignoring: ['--disable-network-policy'] } as const;

/** The cluster of this kind, started by the first who asks. Files run one after another, so nobody asks meanwhile. */
export async function sharedCluster(kind: keyof typeof ARGS): Promise<SharedCluster> {
  const folder = inject('sharedClusters');
  const record = join(folder, `${kind}.json`);
  const kubeconfig = join(folder, `${kind}.kubeconfig`);
  if (!existsSync(record)) {
    const started = await start(kind, folder);
    writeFileSync(kubeconfig, started.kubeconfig, { mode: 0o600 });
    writeFileSync(record, JSON.stringify({ kubeconfig, containerId: started.containerId } satisfies Kept));
  }
  const { containerId } = JSON.parse(readFileSync(record, 'utf8')) as Kept;
  const kube = connectKube({ file: kubeconfig });
  const probeArgs = (files: Workspace, args: readonly string[] = []): readonly string[] => [
    ...['run', files.requirements, '--cluster', 'kubeconfig', '--context', 'default', '--probe'],
    ...args,
  ];
  const options = (files: Workspace, more: Partial<CliOptions> = {}): CliOptions => ({
    out: files.out,
    ...more,
    env: { KUBECONFIG: kubeconfig, ...more.env },
  });
  return {
    kube,
    kubeconfig,
    containerId,
    apply: async (...documents) => {
      for (const document of documents.flatMap((text) => loadAll(text) as KubeManifest[])) await kube.apply(document);
    },
    removeNamespaces: (...names) => removeNamespaces(kube, names),
    probe: (files, args, more) => mayreach(probeArgs(files, args), options(files, more)),
    startProbe: (files, args, more) => startCli(probeArgs(files, args), options(files, more)),
    leftovers: () => leftovers(kube),
    close: () => kube.close(),
  };
}

function start(kind: keyof typeof ARGS, folder: string): ReturnType<typeof startK3s> {
  const probeImage = process.env['MAYREACH_PROBE_IMAGE'];
  return startK3s({
    image: k3sImage(),
    runId: runIdOf(folder),
    args: ARGS[kind],
    // The test's own process ends with its file; the set-up's teardown removes the cluster.
    keep: true,
    signal: new AbortController().signal,
    ...(probeImage ? { probeImage } : {}),
  });
}

interface KubeConfig {
  clusters: { cluster: { server: string } & Record<string, unknown> }[];
  users: { user: Record<string, unknown> }[];
}

/** The API server's URL. */
export function serverOf(path: string): string {
  const [entry] = (load(readFileSync(path, 'utf8')) as KubeConfig).clusters;
  if (entry === undefined) throw new Error(`${path} names no cluster`);
  return entry.cluster.server;
}

/** A kubeconfig's text with another user or server: the same cluster, seen by somebody else or by another way. */
export function kubeconfigOf(path: string, change: { readonly token?: string; readonly server?: string }): string {
  const config = load(readFileSync(path, 'utf8')) as KubeConfig;
  for (const { cluster } of config.clusters) {
    if (change.server !== undefined) cluster.server = change.server;
  }
  if (change.token !== undefined) config.users.forEach((entry) => (entry.user = { token: change.token }));
  return JSON.stringify(config);
}

async function removeNamespaces(kube: KubeApi, names: readonly string[]): Promise<void> {
  const paths = names.map((name) => `/api/v1/namespaces/${name}`);
  await Promise.all(paths.map((path) => kube.remove(path)));
  for (const path of paths) {
    while ((await kube.get(path)) !== undefined) await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const COLLECTIONS = [
  '/api/v1/namespaces',
  '/api/v1/pods',
  '/api/v1/configmaps',
  '/apis/networking.k8s.io/v1/networkpolicies',
  '/apis/scheduling.k8s.io/v1/priorityclasses',
];

async function leftovers(kube: KubeApi): Promise<readonly string[]> {
  const lists = await Promise.all(COLLECTIONS.map((path) => kube.list(path)));
  return lists.flatMap(({ items }) =>
    items
      .filter(({ metadata }) => 'mayreach.dev/run' in { ...metadata.annotations, ...metadata.labels })
      .map(({ kind, metadata: { namespace = '', name } }) => `${kind} ${namespace}/${name}`),
  );
}
