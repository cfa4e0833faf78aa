import type { Requirement } from '../../requirements/model.ts';
import { formatPosition } from '../../source/position.ts';
import type { AddressSet } from '../predict/sets/addresses.ts';
import type { ConnectionSet } from '../predict/sets/connections.ts';
import { unsureOf } from './request.ts';
import { resolveTargets } from './targets.ts';
import type { ResolvedRequirement } from './requests.ts';

/** Two cases of which one demands what the other forbids. Each is judged alone; this says that both cannot be met. */
export interface Contradiction {
  readonly may: Requirement;
  readonly mayNot: Requirement;
  /** One example: `shop/web[Deployment] → data/db[StatefulSet] TCP 5432`. */
  readonly example: string;
  readonly message: string;
}

interface Claim {
  readonly requirement: Requirement;
  /** `shop/web[Deployment] → 203.0.113.0/24` */
  readonly pair: string;
  /** Of ends that are addresses: two claims meet only where they share some. */
  readonly addresses: readonly AddressSet[];
  readonly connections: ConnectionSet;
}

/** Pairs that one case lets reach and another does not: ports as exact sets, addresses by what they share. */
export function contradictionsOf(resolved: readonly ResolvedRequirement[]): readonly Contradiction[] {
  const allowed = claims(resolved, 'mayReach');
  const found = new Map<string, Contradiction>();
  for (const [ends, forbidden] of claims(resolved, 'mayNotReach')) {
    for (const mayNot of forbidden) {
      for (const may of allowed.get(ends) ?? []) {
        if (!may.addresses.every((one, index) => mayNot.addresses[index]?.overlaps(one))) continue;
        const both = may.connections.intersect(mayNot.connections);
        if (both.isEmpty) continue;
        const key = `${may.requirement.set}/${may.requirement.id} ${mayNot.requirement.set}/${mayNot.requirement.id}`;
        if (!found.has(key))
          found.set(key, contradiction(may.requirement, mayNot.requirement, `${may.pair} ${both.format()}`));
      }
    }
  }
  return [...found.values()];
}

function contradiction(may: Requirement, mayNot: Requirement, example: string): Contradiction {
  const message = `${may.id} and ${mayNot.id} contradict each other: ${example} (${mayNot.id} at ${formatPosition(mayNot.position)})`;
  return { may, mayNot, example, message };
}

/** By the ends that they speak of, all addresses being one. */
function claims(
  resolved: readonly ResolvedRequirement[],
  expect: Requirement['expect'],
): ReadonlyMap<string, readonly Claim[]> {
  const byEnds = new Map<string, Claim[]>();
  for (const { requirement, requests } of resolved) {
    if (requirement.expect !== expect || requirement.otherwise) continue;
    for (const request of requests) {
      if (unsureOf(request) !== undefined) continue;
      const { from, to: destination } = request;
      const addresses = [from, destination].flatMap((end) => (end.kind === 'addresses' ? [end.addresses] : []));
      for (const { to, connections } of resolveTargets(request)) {
        const pair = `${from.label} → ${to}`;
        const source = from.kind === 'addresses' ? 'addresses' : from.label;
        const ends = `${source} → ${destination.kind === 'addresses' ? 'addresses' : to}`;
        const claim = { requirement, pair, addresses, connections };
        const known = byEnds.get(ends);
        if (known === undefined) byEnds.set(ends, [claim]);
        else known.push(claim);
      }
    }
  }
  return byEnds;
}
