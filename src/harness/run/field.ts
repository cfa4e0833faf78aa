import { randomBytes } from 'node:crypto';
import { createConnector } from '../clusters/api/attach.ts';
import type { KubeApi } from '../clusters/api/model.ts';
import type { Ledger } from '../clusters/standins/ledger.ts';
import type { Placement, StandInDemand, StandInMode } from '../clusters/standins/model.ts';
import { place, type PlaceOptions } from '../clusters/standins/place.ts';
import type { Service } from '../inventory/model.ts';
import type { PodDemand } from '../plan/demand.ts';
import { outsider } from '../predict/outsider.ts';
import { agentSource } from '../probe/agent/source.ts';
import { createProber, type AttachedProber } from '../probe/prober.ts';
import type { RunOptions } from './options.ts';
import { createRunNamespaces, runPodDemands, type RunNamespaces } from './run-pods.ts';

/** How long a probe pod lives if nobody removes it, s. */
const POD_LIFETIME_S = 3600;

export interface FieldOptions {
  readonly kube: KubeApi;
  readonly ledger: Ledger;
  readonly mode: StandInMode;
  /** At most 12 letters and digits: part of every name. */
  readonly shortId: string;
  readonly probeImage: string;
  readonly demands: readonly PodDemand[];
  /** Of the inventory: on a live cluster a stand-in must not be taken for a pod of theirs. */
  readonly services: readonly Service[];
}

/** Everything of the run that stands in the cluster, attached and ready to measure. */
export interface Field {
  readonly namespaces: RunNamespaces;
  readonly placement: Placement;
  /** One for each node that carries a cell; `undefined` for the only node there is. */
  readonly nodes: readonly (string | undefined)[];
  readonly prober: AttachedProber;
}

/** Places all pods of the run and attaches to them. What was created is in the ledger, whatever happens. */
export async function setUpField(options: FieldOptions, { signal, progress }: RunOptions): Promise<Field> {
  const { kube, ledger, demands } = options;
  const nonce = randomBytes(16).toString('hex');
  const namespaces = await createRunNamespaces(ledger, options.shortId);
  const isOutsider = ({ id }: PodDemand): boolean => id === outsider().id;
  const standIns = demands.filter((demand) => !isOutsider(demand)).map(toStandIn);
  const total = standIns.length + 2;
  progress.stage(`starting ${total} probe pods`);
  const running = [0, 0];
  const placeOptions = (part: 0 | 1): PlaceOptions => ({
    run: {
      mode: options.mode,
      runId: options.shortId,
      nonce,
      image: options.probeImage,
      agentSource,
      activeDeadlineSeconds: POD_LIFETIME_S,
    },
    ledger,
    signal,
    services: options.services,
    onProgress: (count) => {
      running[part] = count;
      progress.count((running[0] ?? 0) + (running[1] ?? 0), total, 'pods');
    },
  });
  const placing = place(kube, standIns, placeOptions(0));
  // The only node of an ephemeral cluster needs no name, so that nothing waits for anything.
  const nodesKnown = options.mode === 'ephemeral' ? Promise.resolve([undefined]) : placing.then(nodesOf);
  const listen = demands.find(isOutsider)?.listen;
  const placingRunPods = nodesKnown.then(async (nodes) => {
    const wanted = nodes.flatMap((node, index) => runPodDemands(namespaces, { node, first: index === 0, listen }));
    return { nodes, placement: await place(kube, wanted, placeOptions(1)) };
  });
  const [first, second] = await Promise.all([placing, placingRunPods]);
  const placement = merge(first, second.placement);
  progress.stage(`attaching to ${placement.pods.length} probe pods`);
  const prober = await createProber(placement.pods, createConnector(kube), nonce);
  return { namespaces, placement, nodes: second.nodes, prober };
}

function toStandIn({ id, workload, listen }: PodDemand): StandInDemand {
  const { namespace, labels, serviceAccount, ports } = workload;
  return { id, namespace, labels, serviceAccount, ports, listen };
}

function nodesOf({ pods }: Placement): readonly (string | undefined)[] {
  const nodes = [...new Set(pods.map(({ node }) => node))];
  return nodes.length === 0 ? [undefined] : nodes;
}

function merge(a: Placement, b: Placement): Placement {
  return {
    pods: [...a.pods, ...b.pods],
    changed: [...a.changed, ...b.changed],
    refused: [...a.refused, ...b.refused],
    durationMs: Math.max(a.durationMs, b.durationMs),
  };
}
