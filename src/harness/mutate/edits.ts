import type { Inventory } from '../inventory/model.ts';
import type { Edit } from './model.ts';

/** The inventory with the mutant in the place of its original: what an editor would have left. */
export function applyEdit(inventory: Inventory, edit: Edit): Inventory {
  switch (edit.list) {
    case 'policies': {
      const { replaced, by } = edit;
      return { ...inventory, policies: inventory.policies.flatMap((one) => (one === replaced ? (by ?? []) : one)) };
    }
    case 'adminPolicies': {
      const { replaced, by } = edit;
      const others = inventory.adminPolicies.filter((one) => !replaced.includes(one));
      return { ...inventory, adminPolicies: [...others, ...by] };
    }
    case 'unmodelled':
      return { ...inventory, unmodelled: inventory.unmodelled.filter((one) => one !== edit.replaced) };
  }
}
