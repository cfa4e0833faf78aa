/**
 * Labels that a controller gives its pods: they name one rollout or one pod, so that a policy that selects by them
 * selects nothing after the next.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/
 */
const PASSING = new Set([
  'pod-template-hash',
  'pod-template-generation',
  'controller-revision-hash',
  'controller-uid',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-completion-index',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
]);

/** What people tell workloads by, the most telling first. */
const TELLING = [
  'app.kubernetes.io/name',
  'app',
  'k8s-app',
  'name',
  'app.kubernetes.io/component',
  'component',
  'app.kubernetes.io/instance',
  'role',
  'tier',
];

/** What changes with each release, or says who made the object: taken last. */
const CHANGING = new Set([
  'version',
  'app.kubernetes.io/version',
  'helm.sh/chart',
  'chart',
  'heritage',
  'release',
  'app.kubernetes.io/managed-by',
  'job-name',
  'batch.kubernetes.io/job-name',
]);

export function isLasting(key: string): boolean {
  return !PASSING.has(key);
}

/** Orders label keys by how well they tell workloads apart; a total order. */
export function preference(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function rank(key: string): number {
  const index = TELLING.indexOf(key);
  if (index !== -1) return index;
  return CHANGING.has(key) ? TELLING.length + 1 : TELLING.length;
}
