import type { KubeApi } from '../clusters/api/model.ts';
import { connectKube } from '../clusters/api/connect.ts';
import { keepCluster } from '../clusters/k3s/keep.ts';
import { waitForDns } from '../clusters/k3s/ready.ts';
import { startK3s, type K3sCluster } from '../clusters/k3s/start.ts';
import { detectPlugin } from '../clusters/kubeconfig/plugin/judge.ts';
import type { ReadManifests } from '../clusters/manifests/read.ts';
import { applyManifests, type AppliedManifests } from '../clusters/standins/apply-manifests.ts';
import { createLedger } from '../clusters/standins/ledger.ts';
import type { Inventory } from '../inventory/model.ts';
import { demandsOf } from '../plan/demand.ts';
import { resolveRequirements, type ResolvedRequirement } from '../plan/requests.ts';
import { agentSha256 } from '../probe/agent/source.ts';
import type { RunFacts } from './assemble.ts';
import { setUpField } from './field.ts';
import { imagesOf } from './images.ts';
import { observe, type ObservedFacts } from './observe.ts';
import { onPlugin, pluginOf, readAll } from './on-files.ts';
import type { ClusterOptions, RunIdentity, RunOptions } from './options.ts';
import { stayOn } from './stay.ts';
import { tellVerdicts } from './tell.ts';

type K3sOptions = ClusterOptions & { readonly source: 'k3s' };

/** The kubelet's default is 110, and a workload may need two stand-ins. */
const MANY_PODS = '--kubelet-arg=max-pods=500';

/** Names need a DNS that answers; a fresh k3s may take a while to pull it, ms. */
const DNS_MS = 120_000;

function resolverOf({ sets }: RunOptions): (inventory: Inventory) => readonly ResolvedRequirement[] {
  return (inventory) => resolveRequirements(sets, inventory, { tolerant: false });
}

/** Applies the files to an ephemeral cluster and observes stand-ins for all their workloads. */
export async function runOnK3s(options: RunOptions, k3s: K3sOptions, run: RunIdentity): Promise<RunFacts> {
  const { signal, progress } = options;
  progress.stage('reading manifests');
  const read = await readAll(options);
  // Before the cluster: what is wrong in the files is told at once.
  resolverOf(options)(read.inventory);
  const cluster = await startK3s({
    image: k3s.image,
    runId: run.id,
    args: [MANY_PODS, ...k3s.args],
    probeImage: k3s.probeImage,
    keep: k3s.keep,
    signal,
    onProgress: (text) => progress.stage(text),
  });
  try {
    return await runOnStarted(cluster, read, { options, k3s, run });
  } finally {
    if (k3s.keep && !signal.aborted) {
      progress.note((await keepCluster(cluster, options.outFolder)).text);
    } else {
      progress.stage('removing the cluster');
      await cluster.stop();
    }
  }
}

interface Told {
  readonly options: RunOptions;
  readonly k3s: K3sOptions;
  readonly run: RunIdentity;
}

async function runOnStarted(cluster: K3sCluster, read: ReadManifests, told: Told): Promise<RunFacts> {
  const kube = connectKube(cluster.kubeconfig);
  try {
    return await runWith(kube, cluster, read, told);
  } finally {
    await kube.close();
  }
}

async function runWith(
  kube: KubeApi,
  cluster: K3sCluster,
  read: ReadManifests,
  { options, k3s, run }: Told,
): Promise<RunFacts> {
  const { inventory } = read;
  options.progress.stage('applying namespaces, policies and services');
  const dnsMissing = waitForDns(kube, { signal: options.signal, timeoutMs: DNS_MS });
  // If placing fails first, that is what is told.
  dnsMissing.catch(() => undefined);
  const applied = await applyManifests(kube, inventory, options.signal);
  const field = await setUpField(
    {
      kube,
      ledger: createLedger(kube, run.shortId),
      mode: 'ephemeral',
      shortId: run.shortId,
      probeImage: k3s.probeImage,
      demands: demandsOf(resolverOf(options)(inventory), inventory.workloads),
      services: inventory.services,
      outsiderNeeded: true,
      canaryFirst: true,
    },
    options,
  );
  try {
    const missing = await dnsMissing;
    if (missing !== undefined) options.progress.note(`names may not resolve: ${missing}`);
    const plugin = await detectPlugin(kube, { k3sArgs: cluster.args });
    const taken = onPlugin(inventory, plugin, options.progress);
    const judged = async (asked: RunOptions): Promise<RunFacts> => {
      const observed = await observe(
        {
          kube,
          field,
          inventory: taken,
          plugin,
          serviceAddresses: serviceAddresses(applied),
          servicesByEndpoints: false,
          resolve: resolverOf(asked),
        },
        asked,
      );
      const named = { k3s: k3s.image, probe: k3s.probeImage, ...(cluster.imageId && { k3sId: cluster.imageId }) };
      return factsOf({ kube, read, applied, observed, images: imagesOf(named, observed.pods) }, run);
    };
    const facts = tellVerdicts(await judged(options), options);
    await stayOn(facts, options, judged);
    return facts;
  } finally {
    await field.prober.close();
  }
}

interface Seen {
  readonly kube: KubeApi;
  readonly read: ReadManifests;
  readonly applied: AppliedManifests;
  readonly observed: ObservedFacts;
  readonly images: RunFacts['cluster']['images'];
}

async function factsOf({ kube, read, applied, observed, images }: Seen, run: RunIdentity): Promise<RunFacts> {
  const { inventory, predictor, planned, cluster, notes } = observed;
  return {
    runId: run.id,
    startedAt: run.startedAt,
    inventory,
    files: [...read.files],
    predictor,
    planned,
    observed: observed.observed,
    cluster: {
      source: 'k3s',
      probed: true,
      ...(await kube.identity()),
      plugin: pluginOf(inventory),
      images,
      agentSha256,
      ...cluster,
    },
    notes: [...notes, ...applied.notes.map(({ text }) => text)],
  };
}

/** Cluster IPs, as the cluster gave them; a headless service has none. */
function serviceAddresses({ objects }: AppliedManifests): ReadonlyMap<string, readonly string[]> {
  const addresses = new Map<string, readonly string[]>();
  for (const object of objects.values()) {
    if (object.kind !== 'Service') continue;
    const { clusterIPs = [] } = (object['spec'] ?? {}) as { readonly clusterIPs?: readonly string[] };
    const { namespace = 'default', name } = object.metadata;
    addresses.set(
      `${namespace}/${name}`,
      clusterIPs.filter((address) => address !== 'None'),
    );
  }
  return addresses;
}
