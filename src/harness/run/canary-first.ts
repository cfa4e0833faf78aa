import type { RequirementSet } from '../../requirements/model.ts';
import type { Inventory } from '../inventory/model.ts';

/**
 * Whether the canary is watched before anything is measured. Where no policy is, all ought to be open, and what is open
 * rests on no canary: it is asked only if something is not. An audit wants to know in any case whether policies count.
 */
export function canaryFirst(
  { policies, adminPolicies, unmodelled }: Pick<Inventory, 'policies' | 'adminPolicies' | 'unmodelled'>,
  sets: readonly Pick<RequirementSet, 'audit'>[],
): boolean {
  return (
    policies.length + adminPolicies.length + unmodelled.length > 0 || sets.some(({ audit }) => audit !== undefined)
  );
}
