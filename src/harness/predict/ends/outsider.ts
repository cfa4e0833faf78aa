import type { Workload } from '../../inventory/model.ts';

/**
 * The namespace of an outsider. Parentheses cannot stand in a real name or label value, so no selector can name it;
 * its only label is its name.
 */
export const OUTSIDER_NAMESPACE = '(outsider)';

const OUTSIDER: Workload = {
  id: 'outsider',
  namespace: OUTSIDER_NAMESPACE,
  name: 'outsider',
  kind: 'Pod',
  labels: {},
  ports: [],
  hostNetwork: false,
  serviceAccount: 'default',
  pods: [],
  position: { file: 'outsider', line: 0, column: 0 },
};

/** A pod without labels in a namespace of its own, always the same object. */
export function outsider(): Workload {
  return OUTSIDER;
}
