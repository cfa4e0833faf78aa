import { type Labels, type LabelSelector, selects } from '../../../requirements/selector.ts';
import { SERVICE_ACCOUNT_LABEL } from '../../inventory/cilium-selectors.ts';
import type { Workload } from '../../inventory/model.ts';

const seen = new WeakMap<Workload, Labels>();

/** A workload's labels with the one that Cilium makes of its service account. */
export function seenLabels(workload: Workload): Labels {
  const known = seen.get(workload) ?? { ...workload.labels, [SERVICE_ACCOUNT_LABEL]: workload.serviceAccount };
  seen.set(workload, known);
  return known;
}

/** Whether a selector selects a workload's pods, its service account among their labels where it is asked for. */
export function selectsPods(selector: LabelSelector, workload: Workload): boolean {
  return selects(selector, namesAccount(selector) ? seenLabels(workload) : workload.labels);
}

function namesAccount({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return (
    Object.hasOwn(matchLabels, SERVICE_ACCOUNT_LABEL) ||
    matchExpressions.some(({ key }) => key === SERVICE_ACCOUNT_LABEL)
  );
}
