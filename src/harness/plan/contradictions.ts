import type { Requirement } from '../../requirements/model.ts';
import { formatPosition } from '../../source/position.ts';
import { AddressSet } from '../predict/sets/addresses.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import { ByPorts } from './by-ports.ts';
import { unsureOf, type Request } from './request.ts';
import { resolveTargets, type Target } from './targets.ts';
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
    const claimed = new ByPorts(allowed.get(ends) ?? []);
    for (const mayNot of forbidden) {
      for (const may of claimed.overlapping(mayNot.connections)) {
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
      const { from } = request;
      for (const { to, addresses, connections } of [...targetsOf(request), ...beyondService(request)]) {
        const pair = `${from.label} → ${to}`;
        const source = from.kind === 'addresses' ? 'addresses' : from.label;
        const ends = `${source} → ${addresses === undefined ? to : 'addresses'}`;
        const both = [from.kind === 'addresses' ? from.addresses : undefined, addresses];
        const claim = { requirement, pair, addresses: both.filter((one) => one !== undefined), connections };
        const known = byEnds.get(ends);
        if (known === undefined) byEnds.set(ends, [claim]);
        else known.push(claim);
      }
    }
  }
  return byEnds;
}

/** What a claim is about: somebody by name, or addresses. */
type ClaimTarget = Target & { readonly addresses?: AddressSet };

function targetsOf(request: Request): readonly ClaimTarget[] {
  const { to } = request;
  return resolveTargets(request).map((target) =>
    to.kind === 'addresses' ? { ...target, addresses: to.addresses } : target,
  );
}

/** Endpoints of a service that are no pods are addresses like others. */
function beyondService({ to, wanted }: Request): readonly ClaimTarget[] {
  if (to.kind !== 'service') return [];
  return to.beyond
    .filter(({ port }) => wanted.connections.contains(port.protocol, port.port))
    .map(({ address, port, targetPort }) => ({
      to: `${to.label} (${address})`,
      addresses: AddressSet.parse(address),
      connections: ConnectionSet.port(port.protocol, targetPort),
    }));
}
