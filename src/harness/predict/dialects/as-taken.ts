import type { Inventory, NetworkPolicy } from '../../inventory/model.ts';
import { asCiliumTakes } from './cilium-dialect.ts';
import { portsAsTaken } from './port-dialects.ts';
import type { Remarks, TakenPolicies, TakenPolicy } from './taken.ts';

const NO_REMARKS: Remarks = { ingress: [], egress: [] };

/** By the letter, unless the plugin is known to take them otherwise. */
export function asTaken(inventory: Inventory): TakenPolicies {
  const { policies, unmodelled, plugin, workloads } = inventory;
  if (plugin.name === 'unknown' || plugin.name === 'none') return { policies: policies.map(byTheLetter), unmodelled };
  const taken = policies.map((policy) =>
    plugin.name === 'cilium' ? asCiliumTakes(policy, plugin.version, workloads) : portsAsTaken(policy, inventory),
  );
  return {
    policies: taken.flatMap((one) => ('policy' in one ? [one] : [])),
    unmodelled: [...unmodelled, ...taken.flatMap((one) => ('policy' in one ? [] : [one]))],
  };
}

function byTheLetter(policy: NetworkPolicy): TakenPolicy {
  return { policy, remarks: NO_REMARKS };
}
