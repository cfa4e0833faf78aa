import type { Direction } from '../../../requirements/model.ts';
import type { AdminPolicy } from '../../inventory/admin-model.ts';
import type { Mistake } from './rules.ts';

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/** Rules that stand side by side change places. Where both do the same nothing could tell. */
export function swappedRules(policy: AdminPolicy, direction: Direction): readonly Mistake[] {
  const rules = policy[direction];
  return rules.slice(1).flatMap((second, before): readonly Mistake[] => {
    const first = rules[before];
    if (first === undefined || first.action === second.action) return [];
    const swapped = [...rules.slice(0, before), second, first, ...rules.slice(before + 2)];
    return [
      {
        kind: 'swap-rules',
        by: [{ ...policy, [direction]: swapped }],
        directions: [direction],
        description: `${direction} rule ${first.index + 1}: swapped with rule ${second.index + 1}`,
        position: first.position,
      },
    ];
  });
}

/** A policy, and the next one of its order that may be asked about the same connections. */
export interface Neighbours {
  readonly first: AdminPolicy;
  readonly second: AdminPolicy;
}

/** Of each policy the next behind it in its tier; Cilium's kinds have no order. */
export function neighboursOf(policies: readonly AdminPolicy[]): readonly Neighbours[] {
  const ordered = policies.filter(({ kind }) => ORDER_KEYS[kind] !== undefined);
  return [...Map.groupBy(ordered, tierOf).values()].flatMap((tier) => {
    const sorted = tier.toSorted((a, b) => (a.priority === b.priority ? 0 : a.priority < b.priority ? -1 : 1));
    return sorted.flatMap((first, index): readonly Neighbours[] => {
      const second = sorted.slice(index + 1).find((one) => one.priority > first.priority && mayMeet(first, one));
      return second === undefined ? [] : [{ first, second }];
    });
  });
}

/** Both have what the other had: which is tried first is the other way round. */
export function swappedOrder({ first, second }: Neighbours): Mistake {
  const key = ORDER_KEYS[first.kind] ?? '';
  return {
    kind: 'swap-order',
    by: [
      { ...first, priority: second.priority },
      { ...second, priority: first.priority },
    ],
    directions: commonOf(first, second),
    description: `${key} ${numberOf(first)} swapped with ${key} ${numberOf(second)} of ${second.kind} ${second.id}`,
    position: first.priorityPosition ?? first.position,
  };
}

/** What the order of a policy is called. */
const ORDER_KEYS: Readonly<Partial<Record<AdminPolicy['kind'], string>>> = {
  AdminNetworkPolicy: 'priority',
  ClusterNetworkPolicy: 'priority',
  'NetworkPolicy.projectcalico.org': 'order',
  GlobalNetworkPolicy: 'order',
};

/** Policies of Kubernetes' administrators have an order among those of their kind alone, Calico's two in their tier. */
function tierOf({ kind, tier }: AdminPolicy): string {
  return typeof tier === 'string' ? `${kind} ${tier}` : tier.name;
}

function mayMeet(a: AdminPolicy, b: AdminPolicy): boolean {
  const [home, other] = [homeOf(a), homeOf(b)];
  const isApart = home !== undefined && other !== undefined && home !== other;
  return !isApart && commonOf(a, b).length > 0;
}

function homeOf({ subject }: AdminPolicy): string | undefined {
  return 'endpoints' in subject ? subject.namespace : undefined;
}

/** The directions in which both have rules; without, a policy lets the next one be asked. */
function commonOf(a: AdminPolicy, b: AdminPolicy): readonly Direction[] {
  return DIRECTIONS.filter((direction) => a[direction].length > 0 && b[direction].length > 0);
}

function numberOf({ priority }: AdminPolicy): string {
  return priority === Infinity ? '(none)' : String(priority);
}
