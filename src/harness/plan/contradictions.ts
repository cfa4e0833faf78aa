import type { Requirement } from '../../requirements/model.ts';
import { formatPosition } from '../../source/position.ts';
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
  readonly connections: ConnectionSet;
}

/** Pairs of workloads that one case lets reach and another does not, ports compared as exact sets. */
export function contradictionsOf(resolved: readonly ResolvedRequirement[]): readonly Contradiction[] {
  const allowed = claims(resolved, 'mayReach');
  const found = new Map<string, Contradiction>();
  for (const [pair, forbidden] of claims(resolved, 'mayNotReach')) {
    for (const mayNot of forbidden) {
      for (const may of allowed.get(pair) ?? []) {
        const both = may.connections.intersect(mayNot.connections);
        if (both.isEmpty) continue;
        const key = `${may.requirement.set}/${may.requirement.id} ${mayNot.requirement.set}/${mayNot.requirement.id}`;
        if (!found.has(key))
          found.set(key, contradiction(may.requirement, mayNot.requirement, `${pair} ${both.format()}`));
      }
    }
  }
  return [...found.values()];
}

function contradiction(may: Requirement, mayNot: Requirement, example: string): Contradiction {
  const message = `${may.id} and ${mayNot.id} contradict each other: ${example} (${mayNot.id} at ${formatPosition(mayNot.position)})`;
  return { may, mayNot, example, message };
}

function claims(
  resolved: readonly ResolvedRequirement[],
  expect: Requirement['expect'],
): ReadonlyMap<string, readonly Claim[]> {
  const byPair = new Map<string, Claim[]>();
  for (const { requirement, requests } of resolved) {
    if (requirement.expect !== expect || requirement.otherwise) continue;
    for (const request of requests) {
      if (unsureOf(request) !== undefined) continue;
      for (const { to, connections } of resolveTargets(request)) {
        const pair = `${request.from.label} → ${to}`;
        const claim = { requirement, connections };
        const known = byPair.get(pair);
        if (known === undefined) byPair.set(pair, [claim]);
        else known.push(claim);
      }
    }
  }
  return byPair;
}
