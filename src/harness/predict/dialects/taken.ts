import type { Direction } from '../../../requirements/model.ts';
import type { NetworkPolicy, UnmodelledPolicy } from '../../inventory/model.ts';

/** By the direction whose answers rest on them. */
export type Remarks = Readonly<Record<Direction, readonly string[]>>;

/** A NetworkPolicy as the plugin that runs takes it, and where that is not the letter of the API. */
export interface TakenPolicy {
  readonly policy: NetworkPolicy;
  readonly remarks: Remarks;
}

export interface TakenPolicies {
  readonly policies: readonly TakenPolicy[];
  /** With those that the plugin takes in a way that is not known. */
  readonly unmodelled: readonly UnmodelledPolicy[];
}
