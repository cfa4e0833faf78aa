import type { AdminPolicy } from '../inventory/admin-model.ts';
import type { Inventory, UnmodelledPolicy } from '../inventory/model.ts';
import { policyName } from '../predict/classes/concerning.ts';
import { adminMistakes } from './kinds/admin.ts';
import { calicoMistakes } from './kinds/calico.ts';
import { ciliumMistakes } from './kinds/cilium.ts';
import { networkPolicyMutants } from './kinds/network-policies.ts';
import { neighboursOf, swappedOrder, type Neighbours } from './kinds/order.ts';
import type { Mistake } from './kinds/rules.ts';
import type { Mutant, PolicyObject } from './model.ts';

/** An object, and every mutant of it. */
export interface MutablePolicy extends PolicyObject {
  readonly mutants: () => readonly Mutant[];
}

/** The objects that mistakes can be made in: policies of every kind. */
export function mutablePolicies({ policies, adminPolicies, unmodelled }: Inventory): readonly MutablePolicy[] {
  const objects = Map.groupBy(adminPolicies, policyName);
  const neighbours = new Map(neighboursOf(adminPolicies).map((both) => [policyName(both.first), both]));
  return [
    ...policies.map((policy) => ({
      kind: policy.kind,
      id: policy.id,
      name: policy.id,
      mutants: () => networkPolicyMutants(policy),
    })),
    ...[...objects].flatMap(([name, parts]) => tiered(parts, neighbours.get(name))),
    ...unmodelled.filter(({ kind }) => IS_POLICY.test(kind)).map(whole),
  ];
}

/** What is not modelled may be a policy's helper as well: an interface of a node, a set of addresses. */
const IS_POLICY = /Policy(\.|$)/;

/** @param next with which it can change places: that mistake is the first one's */
function tiered(parts: readonly AdminPolicy[], next: Neighbours | undefined): readonly MutablePolicy[] {
  const [first] = parts;
  if (first === undefined) return [];
  const { kind, id } = first;
  const object = { kind, id, name: policyName(first) };
  const mutantOf = (replaced: readonly AdminPolicy[], { by, ...about }: Mistake): Mutant => ({
    ...about,
    policy: object,
    edit: { list: 'adminPolicies', replaced, by },
  });
  const mutants = (): readonly Mutant[] => [
    ...mistakesOf(first, parts).map((mistake) => mutantOf(parts, mistake)),
    ...(next === undefined ? [] : [mutantOf([next.first, next.second], swappedOrder(next))]),
  ];
  return [{ ...object, mutants }];
}

function mistakesOf(policy: AdminPolicy, parts: readonly AdminPolicy[]): readonly Mistake[] {
  const { subject, kind, id } = policy;
  if ('endpoints' in subject) return calicoMistakes(policy, subject);
  if (!kind.startsWith('Cilium')) return adminMistakes(policy, subject);
  return ciliumMistakes(parts, id.includes('/') ? id.slice(0, id.indexOf('/')) : '');
}

/** Nothing is known of its rules; without it, nothing would be of what it decides either. */
function whole(policy: UnmodelledPolicy): MutablePolicy {
  const { kind, id, position } = policy;
  const object = { kind, id, name: policyName(policy) };
  const mutant: Mutant = {
    kind: 'remove-policy',
    policy: object,
    edit: { list: 'unmodelled', replaced: policy },
    directions: ['ingress', 'egress'],
    description: 'policy removed',
    position,
  };
  return { ...object, mutants: () => [mutant] };
}
