import type { ClusterChange } from '../clusters/kubeconfig/watch.ts';
import type { PlacedPod, Placement } from '../clusters/standins/model.ts';
import { selectionDifferences } from '../clusters/standins/selection.ts';
import type { Inventory } from '../inventory/model.ts';
import { outsider } from '../predict/outsider.ts';
import { replicaId } from '../plan/demand.ts';

/** Why what is seen at a pod of the run does not count, by `ProbePod.id`. */
export type Doubts = Map<string, string>;

/**
 * A stand-in must be selected by exactly the same rules as the pods that it stands for. Where admission changed its
 * labels, the selectors that see the difference are named; a change that no selector sees is no doubt.
 */
export function admissionDoubts(inventory: Inventory, placement: Placement): Doubts {
  const doubts: Doubts = new Map();
  const workloads = new Map(
    inventory.workloads.flatMap(
      (workload) =>
        [
          [workload.id, workload],
          [replicaId(workload.id), workload],
        ] as const,
    ),
  );
  for (const pod of placement.pods) {
    const workload = workloads.get(pod.id);
    const asked = workload?.labels ?? {};
    const [difference] = selectionDifferences(inventory, pod.namespace, asked, pod.labels);
    if (difference === undefined) continue;
    const { object, selector, selectsStandIn } = difference;
    const how = selectsStandIn
      ? 'selects the stand-in but not the pods'
      : 'does not select the stand-in as it does the pods';
    doubts.set(
      pod.id,
      `the labels of ${pod.namespace}/${pod.name} were changed at admission: ${object} (${selector}) ${how} that it stands for`,
    );
  }
  for (const { party, text } of placement.refused) doubts.set(party, text);
  return doubts;
}

/** Policies that somebody put into the outsider's namespace isolate it: its denials would say nothing of the others'. */
export function outsiderDoubts(policiesThere: readonly string[]): Doubts {
  const [policy] = policiesThere;
  if (policy === undefined) return new Map();
  return new Map([
    [outsider().id, `the outsider's own namespace is isolated by ${policy}, which the cluster put there`],
  ]);
}

/** What a change during the run touches: its namespace's pods; a change of a namespace or of nobody's, everything. */
export function changeDoubts(changes: readonly ClusterChange[], pods: readonly PlacedPod[], touched: Touched): Doubts {
  const doubts: Doubts = new Map();
  for (const change of changes) {
    const text = `${change.text} while the run observed it`;
    for (const pod of pods) if (touched(change, pod)) doubts.set(pod.id, text);
  }
  return doubts;
}

type Touched = (change: ClusterChange, pod: PlacedPod) => boolean;

/**
 * A policy touches the pods of its namespace, whose isolation it makes or ends. A namespace's labels are seen by
 * selectors of any namespace, so its change touches everybody. Another pod's coming and going touches its namespace.
 */
export const touches: Touched = (change, pod) => change.namespace === undefined || change.namespace === pod.namespace;

export function mergeDoubts(...all: readonly Doubts[]): Doubts {
  return new Map(all.flatMap((doubts) => [...doubts]));
}
