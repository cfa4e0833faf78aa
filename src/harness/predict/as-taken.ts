import type { Direction } from '../../requirements/model.ts';
import type { Inventory, NetworkPolicy, UnmodelledPolicy } from '../inventory/model.ts';
import { asCiliumTakes } from './cilium-dialect.ts';

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

const NO_REMARKS: Remarks = { ingress: [], egress: [] };

/** By the letter, unless the plugin is known to take them otherwise. */
export function asTaken({ policies, unmodelled, plugin, workloads }: Inventory): TakenPolicies {
  if (plugin.name !== 'cilium') return { policies: policies.map(byTheLetter), unmodelled };
  const taken = policies.map((policy) => asCiliumTakes(policy, plugin.version, workloads));
  return {
    policies: taken.flatMap((one) => ('policy' in one ? [one] : [])),
    unmodelled: [...unmodelled, ...taken.flatMap((one) => ('policy' in one ? [] : [one]))],
  };
}

function byTheLetter(policy: NetworkPolicy): TakenPolicy {
  return { policy, remarks: NO_REMARKS };
}
