import type { Direction } from '../../requirements/model.ts';
import type { Inventory } from '../inventory/model.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { NearMiss, Party, Prediction, Predictor, SideDecision } from '../predict/model.ts';
import { namePolicy, nameRule } from '../predict/classes/rule-match.ts';
import { addressesText } from './address-text.ts';
import { Changes } from './change.ts';
import { changeLines } from './change-text.ts';
import { connectionsText, isFew } from './connections-text.ts';
import { Parts, ruleKey, rulesKey, type Part } from './parts.ts';

/** Rules that nearly allow a connection, of which each is told. */
const MOST_NEAR = 5;

/** Two ends, and what the policies say of them. */
export interface Ends {
  readonly from: Party;
  readonly to: Party;
  readonly prediction: Prediction;
}

/** Tells why connections are allowed or denied, as lines. */
export class Storyteller {
  readonly #predictor: Predictor;
  readonly #parts: Parts;
  readonly #changes: Changes;

  constructor(inventory: Inventory, predictor: Predictor) {
    this.#predictor = predictor;
    this.#parts = new Parts(inventory);
    this.#changes = new Changes(inventory);
  }

  /**
   * The story of connections as an engineer tells it at a whiteboard: which policies select each end, in which direction
   * they isolate it, which rule lets it through, or the smallest change that would. Connections that other rules decide,
   * and addresses that policies tell apart, get a story each. Between addresses outside there is nothing to tell.
   */
  story(from: Party, to: Party, connections: ConnectionSet): readonly string[] {
    const stories = this.endsOf(from, to).flatMap((ends) => {
      const parts = this.partsOf(ends, connections);
      return [...Map.groupBy(parts, ({ decision }) => rulesKey(decision)).values()].map((alike) =>
        this.#tell(ends, alike),
      );
    });
    return stories.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
  }

  endsOf(from: Party, to: Party): readonly Ends[] {
    return endsOf(this.#predictor, from, to);
  }

  /** What is asked, in the largest parts that the same rules decide. */
  partsOf({ from, to, prediction }: Ends, connections: ConnectionSet): readonly Part[] {
    const [source, target] = [from, to].map((end) => (end.kind === 'workload' ? end.workload : undefined));
    return this.#parts.of(prediction, connections, source, target);
  }

  /** The smallest change that lets through what is denied. */
  changes({ from, to }: Pick<Ends, 'from' | 'to'>, { connections, decision }: Part): readonly string[] {
    return this.#changes.for(from, to, connections, decision).flatMap(changeLines);
  }

  /** Of parts that are decided alike, though other rules may nearly have let them through. */
  #tell(ends: Ends, parts: readonly Part[]): readonly string[] {
    const [first] = parts;
    if (first === undefined) return [];
    const [from, to] = [nameOf(ends.from), nameOf(ends.to)];
    const { outcome, egress, ingress, reason } = first.decision;
    const connections = parts.reduce((sum, part) => sum.union(part.connections), ConnectionSet.NONE);
    const why =
      reason === undefined ? [] : [outcome === 'unknown' ? `Not known: ${reason}.` : `This rests on: ${reason}.`];
    return [
      `${from} to ${to}, ${connectionsText(connections)}: ${outcome}.`,
      ...tellSide(from, 'egress', egress, () => nearMissesOf(parts, 'egress')),
      ...tellSide(to, 'ingress', ingress, () => nearMissesOf(parts, 'ingress')),
      ...why,
      ...(outcome === 'denied' ? this.#mend(ends, { connections, decision: first.decision }) : []),
    ];
  }

  #mend(ends: Ends, part: Part): readonly string[] {
    if (!isFew(part.connections)) return ['To let some of it through, ask about its port.'];
    const changes = this.changes(ends, part);
    const { egress, ingress } = part.decision;
    const open = [egress, ingress].flatMap(({ unknown }) =>
      unknown === undefined ? [] : [`  Then, still not known: ${unknown}.`],
    );
    return changes.length > 0 ? ['To let it through:', ...changes, ...open] : [];
  }
}

/** Addresses that policies tell apart are ends of their own. */
export function endsOf(predictor: Predictor, from: Party, to: Party): readonly Ends[] {
  if (from.kind === 'workload' && to.kind === 'workload') {
    return [{ from, to, prediction: predictor.between(from.workload, to.workload) }];
  }
  if (from.kind === 'workload' && to.kind === 'addresses') {
    const parts = predictor.toAddresses(from.workload, to.addresses);
    return parts.map(({ addresses, prediction }) => ({ from, to: { kind: 'addresses', addresses }, prediction }));
  }
  if (from.kind === 'addresses' && to.kind === 'workload') {
    const parts = predictor.fromAddresses(from.addresses, to.workload);
    return parts.map(({ addresses, prediction }) => ({ from: { kind: 'addresses', addresses }, to, prediction }));
  }
  return [];
}

/** A workload's id, or addresses as a policy takes them. */
export function nameOf(party: Party): string {
  return party.kind === 'workload' ? party.workload.id : addressesText(party.addresses);
}

/** Whether no policy has the last word. */
function isOpen({ outcome, isolatedBy, allowedBy, exempt }: SideDecision): boolean {
  return outcome === 'allowed' && [...isolatedBy, ...allowedBy].length === 0 && exempt === undefined;
}

function tellSide(
  end: string,
  direction: Direction,
  side: SideDecision,
  nearMisses: () => readonly string[],
): readonly string[] {
  const { isolatedBy, allowedBy, exempt, deniedBy = [], passedBy = [] } = side;
  const way = direction === 'egress' ? 'leaving' : 'entering';
  if (passedBy.length > 0) {
    const passed = passedBy.map((rule) => `  ${way} ${end}: left to the next tier by ${nameRule(rule)}.`);
    if (isOpen(side))
      return [...passed, `  ${way} ${end}: allowed; no policy behind that isolates it for ${direction}.`];
    return [...passed, ...tellSide(end, direction, { ...side, passedBy: [] }, nearMisses)];
  }
  if (deniedBy.length > 0)
    return [`  ${way} ${end}: denied;`, ...deniedBy.map((rule) => `    denied by ${nameRule(rule)}.`)];
  const decidedByAdmin = allowedBy.filter(({ isNamed }) => isNamed === true);
  if (decidedByAdmin.length > 0) {
    return [`  ${way} ${end}: allowed;`, ...decidedByAdmin.map((rule) => `    allowed by ${nameRule(rule)}.`)];
  }
  if (exempt !== undefined) return [`  ${way} ${end}: allowed; ${exempt}.`];
  if (isolatedBy.length === 0) {
    // An end that something unmodelled may touch is not open just because no policy isolates it.
    if (side.outcome === 'unknown') return [`  ${way} ${end}: not known; ${side.unknown ?? ''}.`];
    return [`  ${way} ${end}: allowed; no policy isolates it for ${direction}.`];
  }
  const isolation = `  ${way} ${end}: ${direction} is isolated by ${isolatedBy.map(namePolicy).join(', ')}`;
  if (allowedBy.length > 0) return [`${isolation};`, ...allowedBy.map((rule) => `    allowed by ${nameRule(rule)}.`)];
  if (side.outcome === 'unknown') return [`${isolation};`, `    not known; ${side.unknown ?? ''}.`];
  return [`${isolation};`, ...nearMisses()];
}

/** What each rule that comes near lacks, and of which ports that is so. */
function nearMissesOf(parts: readonly Part[], direction: Direction): readonly string[] {
  const found = new Map<string, NearMiss & { readonly connections: ConnectionSet }>();
  for (const { connections, decision } of parts) {
    for (const miss of decision[direction].nearMisses ?? []) {
      const key = `${ruleKey(miss.rule)} ${miss.lacks}`;
      found.set(key, { ...miss, connections: connections.union(found.get(key)?.connections ?? ConnectionSet.NONE) });
    }
  }
  if (found.size === 0) return [`    none of their ${direction} rules comes near: all else is denied.`];
  const other = direction === 'egress' ? 'destination' : 'source';
  const [single] = parts.length === 1 ? parts : [];
  const told = [...found.values()].slice(0, MOST_NEAR).map(({ rule, lacks, connections }) => {
    if (lacks === 'peer') {
      const ports = single === undefined ? connectionsText(connections) : 'this port';
      return `    ${nameRule(rule)} allows ${ports}, but not this ${other}.`;
    }
    return `    ${nameRule(rule)} allows this ${other}, but ${single === undefined ? 'on other ports' : 'not this port'}.`;
  });
  const more = found.size - MOST_NEAR;
  return more > 0 ? [...told, `    and ${more} rules more come as near.`] : told;
}
