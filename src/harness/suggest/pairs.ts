import { PROTOCOLS } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { ALL_ADDRESSES, ALL_IPV4, ALL_IPV6, type AddressSet } from '../predict/sets/addresses.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';
import type { Prediction } from '../predict/model.ts';
import { outsider } from '../predict/ends/outsider.ts';
import type { Scope } from './scope.ts';

/**
 * Every ordered pair of which at least one end is governed, an outsider included, sorted. Workloads on the host network
 * are left out: no policy selects them.
 */
export function* governedPairs(
  { workloads }: Pick<Inventory, 'workloads'>,
  scope: Scope,
): Generator<readonly [from: Workload, to: Workload]> {
  const sorted = workloads.filter(({ hostNetwork }) => !hostNetwork).sort(byId);
  const pods = [...sorted, outsider()];
  for (const from of pods) {
    for (const to of pods) {
      if (!scope.governs(from) && !scope.governs(to)) continue;
      // A pod to itself always works; a workload to itself is one replica to another.
      if (from === to && from.kind === 'Pod') continue;
      yield [from, to];
    }
  }
}

/** Sorted by id. */
export function governedWorkloads({ workloads }: Pick<Inventory, 'workloads'>, scope: Scope): readonly Workload[] {
  return workloads.filter((one) => scope.governs(one)).sort(byId);
}

function byId(a: Workload, b: Workload): number {
  return a.id < b.id ? -1 : 1;
}

/** `every address`, or CIDRs. */
export function addressText(addresses: AddressSet): string {
  if (addresses.equals(ALL_ADDRESSES)) return 'every address';
  const parts: string[] = [];
  let left = addresses;
  for (const [family, name] of [
    [ALL_IPV4, 'every IPv4 address'],
    [ALL_IPV6, 'every IPv6 address'],
  ] as const) {
    if (!left.covers(family)) continue;
    parts.push(name);
    left = left.subtract(family);
  }
  // Ranges are shorter where a hole makes dozens of CIDRs of a set.
  const [cidrs, ranges] = [left.toCidrs(), left.ranges()];
  return [...parts, ...(cidrs.length <= ranges.length + 2 ? cidrs : ranges)].join(', ');
}

/** Why the first connection of a set is allowed, or not known to be. */
export function whyAt(prediction: Prediction, connections: ConnectionSet): string {
  for (const protocol of PROTOCOLS) {
    const [first] = connections.intervals(protocol);
    if (first === undefined) continue;
    const { reason, egress, ingress } = prediction.decide(protocol, first.from);
    if (reason !== undefined) return reason;
    const rules = [...egress.allowedBy, ...ingress.allowedBy].map(
      ({ policy, direction, rule }) => `${policy}, ${direction} rule ${rule + 1}`,
    );
    return rules.length === 0 ? 'no policy isolates either end' : `let through by ${rules.join(' and ')}`;
  }
  return '';
}
