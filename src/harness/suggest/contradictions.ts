import { formatPosition } from '../../source/position.ts';
import { throwProblems, type Problem } from '../../source/problems.ts';
import type { Claim, ClaimEnd } from './model.ts';

/**
 * No policy can allow what another case forbids; ports are compared as exact sets, addresses by what they share.
 * @throws MayreachError REQUIREMENT_INVALID at each case of which another forbids a part, naming both
 */
export function refuseContradictions(may: readonly Claim[], mayNot: readonly Claim[]): void {
  const forbidden = Map.groupBy(mayNot, pairKind);
  const problems = new Map<string, Problem>();
  for (const claim of may) {
    for (const other of forbidden.get(pairKind(claim)) ?? []) {
      const key = `${nameOf(claim)} ${nameOf(other)}`;
      if (problems.has(key) || !areShared(claim.from, other.from) || !areShared(claim.to, other.to)) continue;
      const both = claim.connections.intersect(other.connections);
      if (both.isEmpty) continue;
      problems.set(key, contradiction(claim, other, both.format()));
    }
  }
  throwProblems('REQUIREMENT_INVALID', [...problems.values()]);
}

function contradiction(claim: Claim, other: Claim, connections: string): Problem {
  const { requirement: may, forName } = claim;
  const { requirement: mayNot } = other;
  const example = `${labelOf(claim.from)} → ${labelOf(claim.to)} ${connections}`;
  const why = forName ? `, which the name that ${may.id} uses needs` : '';
  return {
    position: may.position,
    message: `${may.id} and ${mayNot.id} contradict each other: ${example}${why} (${mayNot.id} at ${formatPosition(mayNot.position)})`,
    hint: forName
      ? 'Allow the cluster DNS in a case of its own, or name pods instead of a service or host.'
      : 'No policies serve both: take one back, or say on which ports each holds.',
  };
}

/** Claims of different kinds never meet: addresses stand for what is outside the cluster. */
function pairKind({ from, to }: Claim): string {
  return `${kindOf(from)} ${kindOf(to)}`;
}

function kindOf(end: ClaimEnd): string {
  return end.kind === 'workload' ? end.workload.id : end.kind;
}

function areShared(one: ClaimEnd, other: ClaimEnd): boolean {
  if (one.kind !== 'addresses' || other.kind !== 'addresses') return true;
  return one.addresses.overlaps(other.addresses);
}

function nameOf({ requirement: { set, id } }: Claim): string {
  return JSON.stringify([set, id]);
}

export function labelOf(end: ClaimEnd): string {
  return end.kind === 'workload' ? end.workload.id : end.label;
}
