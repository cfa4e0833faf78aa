import type { Labels } from '../../../requirements/selector.ts';

/**
 * Labels by which a controller knows its own pods, or which name one pod alone. A stand-in that carried them could be
 * taken for a replica: it would be adopted, counted, or scaled away in place of a real one.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/
 */
const GENERATED = new Set([
  'pod-template-hash',
  'pod-template-generation',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/job-completion-index',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
]);

/** The labels without generated ones, and the keys of those. */
export function withoutGeneratedLabels(labels: Labels): {
  readonly labels: Labels;
  readonly dropped: readonly string[];
} {
  const dropped = Object.keys(labels).filter((key) => GENERATED.has(key));
  const kept = Object.fromEntries(Object.entries(labels).filter(([key]) => !GENERATED.has(key)));
  return { labels: kept, dropped };
}
