import type { Direction } from '../../requirements/model.ts';
import type { AdminPolicy, AdminRule } from '../inventory/admin-model.ts';
import type { Inventory, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from '../inventory/model.ts';
import type { RuleRef } from '../predict/model.ts';

/** One change of the policies, at one end of a connection. */
export type Edit =
  /** Ports for a rule that names the peer. */
  | { readonly kind: 'port'; readonly rule: RuleRef; readonly ports: readonly PolicyPort[] }
  /** Peers for a rule that has the port. */
  | { readonly kind: 'peer'; readonly rule: RuleRef; readonly peers: readonly PolicyPeer[] }
  /** A rule for a policy that is there. */
  | {
      readonly kind: 'rule';
      readonly policy: NetworkPolicy;
      readonly direction: Direction;
      readonly rule: PolicyRule;
    }
  | { readonly kind: 'policy'; readonly policy: NetworkPolicy; readonly direction: Direction }
  /** A rule of an admin policy that accepts, before one that denies. */
  | { readonly kind: 'admin-rule'; readonly before: RuleRef; readonly policy: AdminPolicy; readonly rule: AdminRule }
  /** An admin policy that is tried before the one that denies. */
  | {
      readonly kind: 'admin-policy';
      readonly before: RuleRef;
      readonly policy: AdminPolicy;
      readonly direction: Direction;
    };

/** The inventory as it would be after an edit. */
export function applyEdit(inventory: Inventory, edit: Edit): Inventory {
  const { policies, adminPolicies } = inventory;
  switch (edit.kind) {
    case 'port':
    case 'peer':
      return { ...inventory, policies: policies.map((policy) => withRule(policy, edit)) };
    case 'rule':
      return {
        ...inventory,
        policies: policies.map((policy) =>
          policy.id === edit.policy.id
            ? { ...policy, [edit.direction]: [...policy[edit.direction], edit.rule] }
            : policy,
        ),
      };
    case 'policy':
      return { ...inventory, policies: [...policies, edit.policy] };
    case 'admin-rule':
      return {
        ...inventory,
        adminPolicies: adminPolicies.map((policy) =>
          isSame(policy, edit.policy) ? withAdminRule(policy, edit) : policy,
        ),
      };
    case 'admin-policy':
      return { ...inventory, adminPolicies: [...adminPolicies, edit.policy] };
  }
}

/** As edits of both ends are made one after the other, it may be another object by now. */
function isSame(a: AdminPolicy, b: AdminPolicy): boolean {
  return a.kind === b.kind && a.id === b.id && a.tier === b.tier;
}

function withRule(policy: NetworkPolicy, edit: Edit & { kind: 'port' | 'peer' }): NetworkPolicy {
  const { policy: id, direction, rule: index } = edit.rule;
  if (policy.id !== id) return policy;
  const widen = (rule: PolicyRule): PolicyRule =>
    edit.kind === 'port'
      ? { ...rule, ports: [...(rule.ports ?? []), ...edit.ports] }
      : { ...rule, peers: [...(rule.peers ?? []), ...edit.peers] };
  return { ...policy, [direction]: policy[direction].map((rule) => (rule.index === index ? widen(rule) : rule)) };
}

function withAdminRule(policy: AdminPolicy, { before, rule }: Edit & { kind: 'admin-rule' }): AdminPolicy {
  const { direction } = before;
  return {
    ...policy,
    [direction]: policy[direction].flatMap((one) => (one.index === before.rule ? [rule, one] : [one])),
  };
}
