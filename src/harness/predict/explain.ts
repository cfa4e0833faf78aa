import type { Direction, Protocol } from '../../requirements/model.ts';
import type { AddressSet } from './addresses.ts';
import type { Decision, NearMiss, Party, Prediction, Predictor, SideDecision } from './model.ts';
import { namePolicy, nameRule } from './rule-match.ts';

/** What is asked about. */
export interface Asked {
  readonly protocol: Protocol;
  readonly port: number;
  /** Where the port stands for a range that is answered alike: that range, `TCP 8081-65535`. */
  readonly range?: string;
}

/**
 * The story of one connection as an engineer tells it at a whiteboard: which policies select each end, in which
 * direction they isolate it, which rule lets the connection through, or the smallest change that would. One string a
 * line; addresses that policies tell apart get a story each. Between addresses outside there is nothing to tell.
 */
export function explain(predictor: Predictor, from: Party, to: Party, asked: Asked): readonly string[] {
  return stories(predictor, from, to).flatMap(({ from: source, to: target, prediction }, index) => {
    const decision = prediction.decide(asked.protocol, asked.port);
    const story = tell(source, target, asked, decision);
    return index === 0 ? story : ['', ...story];
  });
}

interface Story {
  readonly from: string;
  readonly to: string;
  readonly prediction: Prediction;
}

function stories(predictor: Predictor, from: Party, to: Party): readonly Story[] {
  if (from.kind === 'workload' && to.kind === 'workload') {
    const prediction = predictor.between(from.workload, to.workload);
    return [{ from: from.workload.id, to: to.workload.id, prediction }];
  }
  if (from.kind === 'workload' && to.kind === 'addresses') {
    const parts = predictor.toAddresses(from.workload, to.addresses);
    return parts.map(({ addresses, prediction }) => ({
      from: from.workload.id,
      to: nameAddresses(addresses),
      prediction,
    }));
  }
  if (from.kind === 'addresses' && to.kind === 'workload') {
    const parts = predictor.fromAddresses(from.addresses, to.workload);
    return parts.map(({ addresses, prediction }) => ({
      from: nameAddresses(addresses),
      to: to.workload.id,
      prediction,
    }));
  }
  return [];
}

function tell(from: string, to: string, { protocol, port, range }: Asked, decision: Decision): readonly string[] {
  const { outcome, egress, ingress, reason } = decision;
  const point = `${protocol} ${port}`;
  const connection = range ?? point;
  const why =
    reason === undefined ? [] : [outcome === 'unknown' ? `Not known: ${reason}.` : `This rests on: ${reason}.`];
  const changes = [
    ...changesFor({ end: from, other: to, direction: 'egress', side: egress, connection }),
    ...changesFor({ end: to, other: from, direction: 'ingress', side: ingress, connection }),
  ];
  return [
    `${from} to ${to}, ${range === undefined ? point : `${range} (told of ${point})`}: ${outcome}.`,
    ...tellSide(from, 'egress', egress),
    ...tellSide(to, 'ingress', ingress),
    ...why,
    ...(outcome === 'denied' && changes.length > 0 ? ['To let it through:', ...changes] : []),
  ];
}

function tellSide(end: string, direction: Direction, side: SideDecision): readonly string[] {
  const { isolatedBy, allowedBy, exempt, deniedBy = [], passedBy = [] } = side;
  const way = direction === 'egress' ? 'leaving' : 'entering';
  if (passedBy.length > 0) {
    const passed = passedBy.map((rule) => `  ${way} ${end}: left to the next tier by ${nameRule(rule)}.`);
    return [...passed, ...tellSide(end, direction, { ...side, passedBy: [] })];
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
  return [`${isolation};`, ...tellNearMisses(side.nearMisses ?? [], direction)];
}

function tellNearMisses(nearMisses: readonly NearMiss[], direction: Direction): readonly string[] {
  if (nearMisses.length === 0) return [`    none of their ${direction} rules comes near: all else is denied.`];
  const other = direction === 'egress' ? 'destination' : 'source';
  return nearMisses.map(({ rule, lacks }) =>
    lacks === 'port'
      ? `    ${nameRule(rule)} allows this ${other}, but not this port.`
      : `    ${nameRule(rule)} allows this port, but not this ${other}.`,
  );
}

interface Change {
  readonly end: string;
  readonly other: string;
  readonly direction: Direction;
  readonly side: SideDecision;
  readonly connection: string;
}

/** The smallest change at one end: a port to a rule that names the peer, a peer to one that has the port, or a rule. */
function changesFor({ end, other, direction, side, connection }: Change): readonly string[] {
  if (side.outcome !== 'denied') return [];
  const [denying] = side.deniedBy ?? [];
  if (denying !== undefined) return [`  let ${nameRule(denying)} leave it out, or allow it before that rule.`];
  const [near] = side.nearMisses ?? [];
  if (near?.lacks === 'port') return [`  add ${connection} to ${nameRule(near.rule)}.`];
  if (near?.lacks === 'peer') return [`  add ${other} to the peers of ${nameRule(near.rule)}.`];
  const preposition = direction === 'egress' ? 'to' : 'from';
  return [
    `  add an ${direction} rule that allows ${preposition} ${other} on ${connection}, in a policy that selects ${end} and no more.`,
  ];
}

/** As CIDRs, which is what a policy takes, unless ranges are fewer. */
function nameAddresses(addresses: AddressSet): string {
  const [ranges, cidrs] = [addresses.ranges(), addresses.toCidrs()];
  return (cidrs.length > ranges.length ? ranges : cidrs).join(', ');
}
