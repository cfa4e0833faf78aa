import type { EvidenceCanary } from '../evidence/schema.ts';
import type { Plan } from '../plan/plan.ts';
import type { BatchResult, ProbePod } from '../probe/model.ts';

/** Everything that was observed in one run; verdicts read it and change nothing. */
export interface ObservedRun {
  readonly plan: Plan;
  readonly batch: BatchResult;
  /** One for each node that carries a cell. */
  readonly canaries: readonly EvidenceCanary[];
  /** By `ProbePod.id`. */
  readonly pods: ReadonlyMap<string, ProbePod>;
  /** By `ProbePod.id`: why what was seen there does not count (labels changed at admission, a policy changed, …). */
  readonly doubts: ReadonlyMap<string, string>;
  /** Namespaces that the files use and do not define: the cluster of the run gave them no labels, another one may. */
  readonly undefinedNamespaces: ReadonlySet<string>;
}
