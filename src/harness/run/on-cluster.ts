import { hasStatus } from '../clusters/api/errors.ts';
import type { KubeApi } from '../clusters/api/model.ts';
import { createLedger, type Ledger } from '../clusters/standins/ledger.ts';
import type { Evidence } from '../evidence/schema.ts';
import { clusterDns } from '../inventory/dns.ts';
import { cellsOf } from '../plan/cells.ts';
import { demandsOf } from '../plan/demand.ts';
import { createPredictor } from '../predict/predictor.ts';
import { agentSha256 } from '../probe/agent/source.ts';
import type { RunFacts } from './assemble.ts';
import { canaryFirst } from './canary-first.ts';
import type { FieldOptions } from './field-model.ts';
import { setUpField } from './field.ts';
import { imagesOf } from './images.ts';
import { onLiveCluster, resolveOn, restraintOf, serviceTrials, type Connected, type LiveOptions } from './live.ts';
import { observe } from './observe.ts';
import { pluginOf } from './on-files.ts';
import type { RunIdentity, RunOptions } from './options.ts';
import { checkProbeRights, namespacesOf, unfollowed } from './rights.ts';
import { needsOutsider, runNamespaces } from './run-pods.ts';
import { tellVerdicts } from './tell.ts';

/** Judges a running cluster: read only, or with stand-ins that harm nobody where `--probe` is given. */
export function runOnCluster(options: RunOptions, live: LiveOptions, run: RunIdentity): Promise<RunFacts> {
  return onLiveCluster(options, live, (connected) => {
    const told: Told = { ...connected, options, live, run };
    return live.probe ? probed(told) : read(told);
  });
}

interface Told extends Connected {
  readonly options: RunOptions;
  readonly live: LiveOptions;
  readonly run: RunIdentity;
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
  // Of all requirements, whichever are judged: a denial wants a peer that is let through.
  const demands = demandsOf(resolved, []);
  options.progress.stage('asking for the rights that probing needs');
  const { policyCollections } = told.cluster.facts;
  const rights = await checkProbeRights(kube, namespacesOf(demands), runNamespaces(run.shortId), policyCollections);
  const unseen = unfollowed(rights);
  if (unseen !== undefined) options.progress.note(unseen);
  const ledger = createLedger(kube, run.shortId, told.live.annotations);
  let facts: RunFacts;
  try {
    facts = await observed(told, { demands, outsiderNeeded: needsOutsider(resolved) }, ledger);
    facts = tellVerdicts(facts, options);
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
      canaryFirst: canaryFirst(inventory, options.sets),
    },
    options,
  );
  try {
    const facts = await observe(
      {
        kube,
        field,
        inventory,
        plugin: inventory.plugin,
        ...serviceTrials(inventory, live),
        restraint: restraintOf(live),
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
        images: imagesOf({ probe: live.probeImage }, facts.pods),
        agentSha256,
        ...(live.annotations === undefined ? {} : { annotations: { ...live.annotations } }),
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
}: Told): Promise<Pick<Evidence['cluster'], 'source' | 'plugin' | 'lists' | 'user'>> {
  const [identity, user] = await Promise.all([kube.identity(), userOf(kube)]);
  return {
    source: 'kubeconfig',
    ...identity,
    ...(user === undefined ? {} : { user }),
    plugin: pluginOf(cluster.inventory),
    lists: cluster.facts.lists.map((list) => ({ ...list })),
  };
}

/** Who the cluster says we are; older clusters do not say. */
async function userOf(kube: KubeApi): Promise<string | undefined> {
  try {
    return await kube.whoami();
  } catch (error) {
    if (hasStatus(error, 403, 404)) return undefined;
    throw error;
  }
}

/** Removes what the run made, and tells what could not be removed: nobody else will. */
async function cleanUp(ledger: Ledger, { progress }: RunOptions): Promise<readonly string[]> {
  progress.stage('removing the probe pods');
  const { left } = await ledger.removeAll();
  const texts = left.map(({ object, why }) => `${object}: ${why}`);
  texts.forEach((text) => progress.note(`left behind, remove it by hand: ${text}`));
  return texts;
}
