import type { Direction } from '../../../requirements/model.ts';
import { formatLine } from '../../../source/position.ts';
import { AddressSet } from '../sets/addresses.ts';
import type { NearMiss, RuleRef, SideDecision } from '../model.ts';
import { remarksOf } from '../classes/classes.ts';
import type { PeerMatcher } from '../classes/peer-matcher.ts';
import type { SideAnswer } from './side-answer.ts';
import { decideTiers } from './tier-decision.ts';
import { matchRule, nameRule, type Member, type Peer, type Point, type RuleMatch } from '../classes/rule-match.ts';

/**
 * What one end's policies say of one connection, and which rules say it. It walks the rules one by one and shares
 * nothing with the sets but the matching of selectors.
 */
export function decideSide(
  { podClass: subject, id }: Member,
  direction: Direction,
  peer: Peer,
  point: Point,
  matcher: PeerMatcher,
): SideAnswer {
  const policies = subject.isolatedBy[direction];
  const isolatedBy = policies.map(({ ref }) => ref);
  const [unmodelled] = subject.unmodelled;
  if (unmodelled) {
    const where = formatLine(unmodelled.position);
    const unknown = `${unmodelled.kind} ${unmodelled.id} (${where}) may apply to ${id}: ${unmodelled.reason}`;
    const { kind, position } = unmodelled;
    const unknownBy = { policy: `${kind} ${unmodelled.id}`, isNamed: true, position } as const;
    return { decision: { outcome: 'unknown', isolatedBy, allowedBy: [], unknown, unknownBy }, notes: [] };
  }
  if (subject.example.hostNetwork) {
    const exempt = `${id} is on the host network: policies do not select it`;
    return { decision: { outcome: 'allowed', isolatedBy, allowedBy: [], exempt }, notes: [] };
  }
  const question = { subject: { podClass: subject, id }, direction, peer, point, matcher };
  return decideTiers(question, () => {
    const remarks = remarksOf(subject, direction);
    if (policies.length === 0) return { decision: { outcome: 'allowed', isolatedBy, allowedBy: [] }, notes: remarks };
    const matches = policies
      .flatMap((policy) => policy.rules[direction])
      .map((rule) => matchRule(rule, subject, peer, point, matcher));
    return { decision: { ...weigh(matches, peer), isolatedBy }, notes: [...remarks, ...notesOf(matches, peer)] };
  });
}

function weigh(matches: readonly RuleMatch[], peer: Peer): Omit<SideDecision, 'isolatedBy'> {
  const open = matches.filter(({ ports }) => ports);
  const blocks = matchBlocks(open, peer);
  const allowedBy = open
    .filter((match) => match.peer || blocks.refs.includes(match.rule.ref))
    .map(({ rule }) => rule.ref);
  if (allowedBy.length > 0) return { outcome: 'allowed', allowedBy };
  const unknown = open.find(({ doubt }) => doubt !== undefined)?.doubt ?? blocks.unknown;
  if (unknown !== undefined) return { outcome: 'unknown', allowedBy, unknown };
  const nearMisses: readonly NearMiss[] = [
    ...matches
      .filter(({ ports }) => !ports)
      .filter((match) => match.peer || matchBlocks([match], peer).refs.length > 0),
    ...open,
  ].map(({ rule, ports }) => ({ rule: rule.ref, lacks: ports ? 'peer' : 'port' }));
  return { outcome: 'denied', allowedBy, nearMisses };
}

/** What the blocks of all rules together say: two blocks may cover what neither covers alone. */
function matchBlocks(
  matches: readonly RuleMatch[],
  peer: Peer,
): { readonly refs: readonly RuleRef[]; readonly unknown?: string } {
  const { surely, perhaps } =
    peer.kind === 'class' ? peer.podClass.whereabouts : { surely: peer.addresses, perhaps: peer.addresses };
  const met = matches.flatMap(({ rule, blocks }) =>
    blocks.filter(({ addresses }) => addresses.overlaps(perhaps)).map((block) => ({ rule, block })),
  );
  const [first] = met;
  if (first === undefined) return { refs: [] };
  const together = met.reduce((sum, { block }) => sum.union(block.addresses), AddressSet.EMPTY);
  if (!surely.isEmpty && together.covers(surely)) {
    return { refs: met.filter(({ block }) => block.addresses.overlaps(surely)).map(({ rule }) => rule.ref) };
  }
  return {
    refs: [],
    unknown: `${nameRule(first.rule.ref)} has the ipBlock ${first.block.text}; ${doubtOf(peer, together)}`,
  };
}

/** Replicas, and families of one pod, lie at several addresses: which one is meant decides. */
function doubtOf(peer: Peer, blocks: AddressSet): string {
  if (peer.kind !== 'class') return 'whether it covers the address is not known';
  const { kind, surely } = peer.podClass.whereabouts;
  if (kind !== 'known') return `whether it covers the address of ${peer.id} is not known`;
  const [inside, outside] = [surely.intersect(blocks), surely.subtract(blocks)].map((set) =>
    set.toCidrs().map((cidr) => cidr.replace(/\/(32|128)$/, '')),
  );
  return `of the addresses of ${peer.id} it covers ${few(inside)} and not ${few(outside)}`;
}

function few(texts: readonly string[] = []): string {
  return texts.length > 3 ? `${texts.slice(0, 3).join(', ')}, …` : texts.join(', ');
}

/** The assumptions that matter at this point: none where a rule allows it without any. */
function notesOf(matches: readonly RuleMatch[], peer: Peer): readonly string[] {
  const open = matches.filter(({ ports }) => ports);
  if (peer.kind === 'addresses' || open.some((match) => match.peer && match.assumption === undefined)) return [];
  const notes = open.flatMap(({ assumption }) => assumption ?? []);
  const blocks = open.some((match) => match.peer) ? [] : open.flatMap((match) => match.blocks);
  const { perhaps, reading, assumption } = peer.podClass.whereabouts;
  if (blocks.some(({ addresses }) => addresses.overlaps(perhaps))) notes.push(reading);
  if (blocks.length > 0 && assumption !== undefined) notes.push(assumption);
  return notes;
}
