import type { Direction } from '../../../requirements/model.ts';
import type { Namespace, Workload } from '../../inventory/model.ts';
import type { Whereabouts } from '../dialects/whereabouts.ts';

/** Pods whose tiers are asked for. */
export interface Subject {
  readonly workload: Workload;
  readonly namespace: Namespace;
  readonly whereabouts: Whereabouts;
  /** Whether NetworkPolicies isolate them. */
  readonly isIsolated: Readonly<Record<Direction, boolean>>;
}
