import { connectKube } from '../clusters/api/connect.ts';
import type { ClusterIdentity, KubeApi } from '../clusters/api/model.ts';
import { readCluster, type LiveCluster } from '../clusters/kubeconfig/read.ts';
import type { Inventory } from '../inventory/model.ts';
import { resolveRequirements, type ResolvedRequirement } from '../plan/requests.ts';
import { MayreachError } from '../../source/error.ts';
import type { Restraint } from './measure.ts';
import { noteDialect } from './on-files.ts';
import type { ClusterOptions, RunOptions } from './options.ts';
import type { ServiceTrials } from './plan-cells.ts';

/** How much later, at most and at random, what could begin at once begins on a cluster that others use, ms. */
const JITTER_MS = 100;

/** How probing is held back where others use the cluster. */
export function restraintOf({ maxErrors, maxRate }: Pick<LiveOptions, 'maxErrors' | 'maxRate'>): Restraint {
  return { pace: { jitterMs: JITTER_MS, ...(maxRate === undefined ? {} : { perSecond: maxRate }) }, maxErrors };
}

export type LiveOptions = ClusterOptions & { readonly source: 'kubeconfig' };

/** A running cluster, as it was read. */
export interface Connected {
  readonly kube: KubeApi;
  readonly cluster: LiveCluster;
}

type Connect = (context: string | undefined) => KubeApi;

/**
 * Reads the cluster and hands it to `act`; the connection is closed however that ends.
 * @throws MayreachError CLUSTER_MISMATCH before anything else is asked, where it is not the cluster that was named
 */
export async function onLiveCluster<T>(
  { progress, signal }: Pick<RunOptions, 'progress' | 'signal'>,
  { context, clusterUid }: Pick<LiveOptions, 'context' | 'clusterUid'>,
  act: (connected: Connected) => Promise<T>,
  connect: Connect = (name) => connectKube({ context: name }),
): Promise<T> {
  const kube = connect(context);
  try {
    if (kube.tls !== undefined) progress.note(unproved(kube));
    if (clusterUid !== undefined) checkUid(await kube.identity(), clusterUid);
    progress.stage(`reading the cluster ${kube.context}`);
    const read = await readCluster(kube, { signal });
    const cluster = { ...read, inventory: noteDialect(read.inventory) };
    cluster.inventory.notes.forEach(({ text }) => progress.note(text));
    return await act({ kube, cluster });
  } finally {
    await kube.close();
  }
}

function unproved({ tls, server }: KubeApi): string {
  const why =
    tls === 'none'
      ? `${server} is spoken to without TLS`
      : `the certificate of ${server} is not verified (insecure-skip-tls-verify, or NODE_TLS_REJECT_UNAUTHORIZED=0)`;
  return `${why}: another cluster, or somebody in between, could answer for it; the evidence says so (cluster.tls)`;
}

/** A context's name says little: the same name leads elsewhere on another machine. */
function checkUid({ uid, context }: ClusterIdentity, wanted: string): void {
  if (uid === wanted) return;
  const found =
    uid === undefined
      ? `may be another cluster than ${wanted}: the UID of its namespace kube-system may not be read`
      : `is another cluster: its namespace kube-system has the UID ${uid}, not ${wanted}`;
  throw new MayreachError(`the context ${context} ${found}`, {
    code: 'CLUSTER_MISMATCH',
    hint: 'Nothing was created; --context names the cluster that is meant, --cluster-uid the UID of its kube-system',
  });
}

/** On a live cluster an endpoint that selects nothing costs its requirement, not the run. */
export function resolveOn(inventory: Inventory, { sets }: Pick<RunOptions, 'sets'>): readonly ResolvedRequirement[] {
  return resolveRequirements(sets, inventory, { tolerant: true });
}

/** Names and addresses of services lead to real pods: they are dialled with `--to real` only. */
export function serviceTrials({ services }: Inventory, { toReal }: Pick<LiveOptions, 'toReal'>): ServiceTrials {
  const addresses = services.map(({ id, addresses: own }) => [id, own] as const);
  return { serviceAddresses: new Map(toReal ? addresses : []), servicesByEndpoints: !toReal, realServices: toReal };
}
