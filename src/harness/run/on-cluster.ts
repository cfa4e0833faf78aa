import type { KubeApi } from '../clusters/api/model.ts';
import { connectKube } from '../clusters/api/connect.ts';
import { readCluster, type LiveCluster } from '../clusters/kubeconfig/read.ts';
import { createLedger, type Ledger } from '../clusters/standins/ledger.ts';
import type { Evidence } from '../evidence/schema.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory } from '../inventory/model.ts';
import { cellsOf } from '../plan/cells.ts';
import { demandsOf, type PodDemand } from '../plan/demand.ts';
import { resolveRequirements, type ResolvedRequirement } from '../plan/requests.ts';
import { createPredictor } from '../predict/predictor.ts';
import { outsider } from '../predict/outsider.ts';
import { agentSha256 } from '../probe/agent/source.ts';
import type { RunFacts } from './assemble.ts';
import { setUpField, type FieldOptions } from './field.ts';
import { observe } from './observe.ts';
import { pluginOf, noteDialect } from './on-files.ts';
import type { ClusterOptions, RunIdentity, RunOptions } from './options.ts';
import { checkProbeRights } from './rights.ts';
import { needsOutsider } from './run-pods.ts';

type LiveOptions = ClusterOptions & { readonly source: 'kubeconfig' };

/** Judges a running cluster: read only, or with stand-ins that harm nobody where `--probe` is given. */
export async function runOnCluster(options: RunOptions, live: LiveOptions, run: RunIdentity): Promise<RunFacts> {
  const { progress, signal } = options;
  const kube = connectKube({ context: live.context });
  try {
    progress.stage(`reading the cluster ${kube.context}`);
    const found = await readCluster(kube, { signal });
    const cluster = { ...found, inventory: noteDialect(found.inventory) };
    cluster.inventory.notes.forEach(({ text }) => progress.note(text));
    const told: Told = { kube, cluster, options, live, run };
    return await (live.probe ? probed(told) : read(told));
  } finally {
    await kube.close();
  }
}

interface Told {
  readonly kube: KubeApi;
  readonly cluster: LiveCluster;
  readonly options: RunOptions;
  readonly live: LiveOptions;
  readonly run: RunIdentity;
}

/** On a live cluster an endpoint that selects nothing costs its requirement, not the run. */
function resolveOn(inventory: Inventory, { sets }: RunOptions): readonly ResolvedRequirement[] {
  return resolveRequirements(sets, inventory, { tolerant: true });
}

async function read(told: Told): Promise<RunFacts> {
  const { inventory } = told.cluster;
  const predictor = createPredictor(inventory);
  const { workloads: dns, assumption } = clusterDns(inventory);
  const context = { inventory, predictor, dns, hosts: new Map(), observing: false, servicesByEndpoints: false };
  return {
    runId: told.run.id,
    startedAt: told.run.startedAt,
    inventory,
    files: [],
    predictor,
    planned: cellsOf(resolveOn(inventory, told.options), context),
    cluster: { ...(await clusterFacts(told)), probed: false, images: {}, canaries: [], changes: [] },
    notes: assumption === undefined ? [] : [assumption.text],
  };
}

async function probed(told: Told): Promise<RunFacts> {
  const { kube, options, run } = told;
  const { inventory } = told.cluster;
  const resolved = resolveOn(inventory, options);
  const demands = demandsOf(resolved, []);
  options.progress.stage('asking for the rights that probing needs');
  const rights = await checkProbeRights(kube, namespacesOf(demands));
  const ledger = createLedger(kube, run.shortId);
  let facts: RunFacts;
  try {
    facts = await observed(told, { demands, outsiderNeeded: needsOutsider(resolved) }, ledger);
  } catch (error) {
    await cleanUp(ledger, options);
    throw error;
  }
  const leftBehind = await cleanUp(ledger, options);
  const left = leftBehind.length === 0 ? {} : { leftBehind: [...leftBehind] };
  return { ...facts, cluster: { ...facts.cluster, rights, ...left } };
}

type Wanted = Pick<FieldOptions, 'demands' | 'outsiderNeeded'>;

async function observed(told: Told, wanted: Wanted, ledger: Ledger): Promise<RunFacts> {
  const { kube, options, live, run } = told;
  const { inventory, facts: read } = told.cluster;
  const field = await setUpField(
    {
      kube,
      ledger,
      mode: 'live',
      shortId: run.shortId,
      probeImage: live.probeImage,
      ...wanted,
      services: inventory.services,
      nodeCount: read.nodes.length,
    },
    options,
  );
  try {
    const addresses = inventory.services.map(({ id, addresses: own }) => [id, own] as const);
    const facts = await observe(
      {
        kube,
        field,
        inventory,
        plugin: inventory.plugin,
        serviceAddresses: new Map(live.toReal ? addresses : []),
        servicesByEndpoints: !live.toReal,
        realServices: live.toReal,
        resolve: (enriched) => resolveOn(enriched, options),
        baseline: read.baseline,
        watchMore: read.policyCollections,
      },
      options,
    );
    return {
      runId: run.id,
      startedAt: run.startedAt,
      // The evidence tells of the real pods; the predictor knows the stand-ins' addresses.
      inventory,
      files: [],
      predictor: facts.predictor,
      planned: facts.planned,
      observed: facts.observed,
      cluster: {
        ...(await clusterFacts(told)),
        probed: true,
        images: { probe: live.probeImage },
        agentSha256,
        ...facts.cluster,
      },
      notes: facts.notes,
    };
  } finally {
    await field.prober.close();
  }
}

async function clusterFacts({
  kube,
  cluster,
}: Told): Promise<Pick<Evidence['cluster'], 'source' | 'plugin' | 'lists'>> {
  const identity = await kube.identity();
  return {
    source: 'kubeconfig',
    ...identity,
    plugin: pluginOf(cluster.inventory),
    lists: cluster.facts.lists.map((list) => ({ ...list })),
  };
}

function namespacesOf(demands: readonly PodDemand[]): readonly string[] {
  const placed = demands.filter(({ id }) => id !== outsider().id);
  return [...new Set(placed.map(({ workload }) => workload.namespace))];
}

/** Removes what the run made, and tells what could not be removed: nobody else will. */
async function cleanUp(ledger: Ledger, { progress }: RunOptions): Promise<readonly string[]> {
  progress.stage('removing the probe pods');
  const { left } = await ledger.removeAll();
  const texts = left.map(({ object, why }) => `${object}: ${why}`);
  texts.forEach((text) => progress.note(`left behind: ${text}`));
  return texts;
}
