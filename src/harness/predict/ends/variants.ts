import type { Workload } from '../../inventory/model.ts';

/**
 * A workload as one workload for each set of labels that its pods carry: a controller or a webhook may give some pods
 * labels of their own, and policies see those.
 */
export function variantsOf(workload: Workload): readonly Workload[] {
  if (workload.pods.every(({ labels }) => labels === undefined)) return [workload];
  const groups = Map.groupBy(workload.pods, ({ labels = workload.labels }) =>
    JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
  return [...groups.values()].map((pods) => ({
    ...workload,
    labels: pods[0]?.labels ?? workload.labels,
    pods,
  }));
}
