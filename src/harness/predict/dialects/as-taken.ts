import type { Inventory, NetworkPolicy } from '../../inventory/model.ts';
import { asCiliumTakes } from './cilium-dialect.ts';
import type { Remarks, TakenPolicies, TakenPolicy } from './taken.ts';

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
