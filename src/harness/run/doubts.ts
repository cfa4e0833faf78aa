import type { ClusterChange } from '../clusters/kubeconfig/watch.ts';
import type { PlacedPod, Placement } from '../clusters/standins/model.ts';
import { selectionDifferences } from '../clusters/standins/selection.ts';
import type { Inventory } from '../inventory/model.ts';
import { outsider } from '../predict/ends/outsider.ts';
import { replicaId } from '../plan/demand.ts';

/** Why what is seen at a pod of the run does not count, by `ProbePod.id`. */
export type Doubts = Map<string, string>;

/**
 * A stand-in must be selected by exactly the same rules as the pods that it stands for. Where admission or a
 * controller changed its labels, the selectors that see the difference are named; a change that no selector sees is no doubt.
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
      `the labels of ${pod.namespace}/${pod.name} were changed in the cluster: ${object} (${selector}) ${how} that it stands for`,
    );
  }
  const disqualified = placement.changed.filter(({ disqualifies }) => disqualifies === true);
  for (const { party, text } of [...placement.refused, ...disqualified]) doubts.set(party, text);
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

/** What a change during the run touches does not count. */
export function changeDoubts(
  changes: readonly ClusterChange[],
  pods: readonly PlacedPod[],
  options: TouchOptions,
): Doubts {
  const doubts: Doubts = new Map();
  for (const change of changes) {
    const text = `${change.text} while the run observed it`;
    for (const pod of pods) if (touches(change, pod, options)) doubts.set(pod.id, text);
  }
  return doubts;
}

/**
 * An address of a stand-in alone: it may have answered before its status told one. Whether that is the one at which it
 * answered is judged where the pods are read back.
 */
export function isOwnAddress(
  { kind, namespace, name, parts = [] }: ClusterChange,
  pods: readonly PlacedPod[],
): boolean {
  const own = pods.some((pod) => pod.namespace === namespace && pod.name === name);
  return kind === 'Pod' && own && parts.join() === 'addresses';
}

export interface TouchOptions {
  /** True: services are tried, behind which are real pods. */
  readonly realServices: boolean;
}

/**
 * A cell hangs on the policies and labels of its two namespaces, so a change there touches the probe pods there. Of
 * pods, users' come and go all day, which policies do not see; new labels of one may mean that its stand-in is no
 * longer like it. A probe pod's own new labels are judged by who selects it, not here.
 */
export function touches(change: ClusterChange, pod: PlacedPod, { realServices }: TouchOptions): boolean {
  const { kind, name, parts = [] } = change;
  if (kind === 'Namespace') return name === pod.namespace;
  if (kind !== 'Pod') return change.namespace === undefined || change.namespace === pod.namespace;
  if (change.namespace !== pod.namespace) return false;
  if (name === pod.name) return parts.join() !== 'labels';
  return realServices || parts.includes('labels');
}

/** The later one tells more. */
export function mergeDoubts(...all: readonly Doubts[]): Doubts {
  return new Map(all.flatMap((doubts) => [...doubts]));
}
