import { formatLine } from '../../../source/position.ts';
import { portsTowards } from '../rules/compile.ts';
import type { NearMiss, PolicyRef, RuleRef, SideDecision } from '../model.ts';
import { undefinedNamespaceNote } from '../ends/namespaces.ts';
import type { PeerMatcher } from '../classes/peer-matcher.ts';
import { nameRule, type Member, type Peer, type Point } from '../classes/rule-match.ts';
import type { SideAnswer } from './side-answer.ts';
import { runChain, type Part, type Tier, type Verdict } from '../tiers/chain.ts';
import { runProgram, type Algebra, type Program, type Selected } from '../tiers/program.ts';
import { endNotes, enforcementNotes } from '../tiers/notes.ts';
import type { Tiers } from '../tiers/table.ts';
import { cellsOf, matchSpot, meetingOf, netsOf, outcomeAt, spotsOf, type Spot } from './tier-spots.ts';
import type { AdminAction } from '../../inventory/admin-model.ts';
import type { TierRule } from '../rules/admin-compile.ts';

/** One connection is decided or not: sets of one member. */
const ONE: Algebra<boolean> = {
  none: false,
  all: true,
  union: (a, b) => a || b,
  intersect: (a, b) => a && b,
  subtract: (a, b) => a && !b,
};

export interface TierQuestion {
  readonly subject: Member;
  readonly direction: 'ingress' | 'egress';
  readonly peer: Peer;
  readonly point: Point;
  readonly matcher: PeerMatcher;
}

/** Puts the policies in tiers around what the policies of namespaces say of one connection; `last` is asked if need be. */
export function decideTiers(
  question: TierQuestion,
  last: () => SideAnswer,
  { chain, remarks }: Pick<Tiers, 'chain' | 'remarks'> = question.subject.podClass.tiers[question.direction],
): SideAnswer {
  if (chain.length === 0) {
    const { decision, notes } = last();
    return { decision, notes: [...new Set([...remarks, ...notes])] };
  }
  const story = new Story(question, last, remarks);
  const { accept, deny } = runChain(chain, ONE, story);
  return story.answer(accept, deny);
}

/** Goes along with a connection through the tiers, and remembers what it met. */
class Story {
  readonly #question: TierQuestion;
  readonly #last: () => SideAnswer;
  readonly #refs: Record<AdminAction, RuleRef[]> = { accept: [], deny: [], pass: [] };
  readonly #doubts = new Set<string>();
  readonly #notes: Set<string>;
  /** Tiers at whose end it is denied, or may be. */
  readonly #ends: Tier[] = [];
  #policies: SideDecision | undefined;

  constructor(question: TierQuestion, last: () => SideAnswer, remarks: readonly string[]) {
    this.#question = question;
    this.#last = last;
    this.#notes = new Set(remarks);
  }

  readonly part = (part: Part): Verdict<boolean> => (part === 'policies' ? this.#ofPolicies() : this.#ofProgram(part));

  readonly end = (tier: Tier): void => {
    if (tier.end !== 'pass') this.#ends.push(tier);
    for (const note of endNotes(tier)) this.#notes.add(note);
    for (const selected of tier.end === 'either' ? tier.endedBy : []) this.#doubts.add(this.#doubtOfSubject(selected));
  };

  answer(accept: boolean, deny: boolean): SideAnswer {
    const { accept: accepting, deny: denying, pass } = this.#refs;
    const { isolatedBy = [], allowedBy = [], exempt } = this.#policies ?? {};
    const isolating = [...new Set<PolicyRef>([...(deny ? denying : []), ...this.#endedBy(), ...isolatedBy])];
    const common = { isolatedBy: isolating, allowedBy: [], ...(pass.length > 0 && { passedBy: pass }) };
    const notes = [...this.#notes];
    if (!deny) {
      const rules = [...accepting, ...allowedBy];
      const allowed = { allowedBy: rules, ...(exempt !== undefined && { exempt }) };
      // What a rule passed by all tiers is let through by none: whom they isolate does not matter.
      const isolation = rules.length === 0 ? { isolatedBy: [] } : {};
      return { decision: { ...common, outcome: 'allowed', ...allowed, ...isolation }, notes };
    }
    if (!accept) return { decision: { ...common, outcome: 'denied', ...this.#denial() }, notes };
    return { decision: { ...common, outcome: 'unknown', ...this.#openness(isolating) }, notes };
  }

  #endedBy(): readonly PolicyRef[] {
    return this.#ends.flatMap(({ endedBy }) => endedBy.map(({ policy }) => policy.ref));
  }

  #denial(): Partial<SideDecision> {
    const deniedBy = this.#refs.deny.filter(({ isDefault }) => isDefault !== true);
    const nearMisses = [...this.#ends.flatMap((tier) => this.#nearMisses(tier)), ...(this.#policies?.nearMisses ?? [])];
    const isNear = nearMisses.length > 0 || this.#policies?.nearMisses !== undefined;
    return { ...(deniedBy.length > 0 && { deniedBy }), ...(isNear && { nearMisses }) };
  }

  #openness(isolating: readonly PolicyRef[]): Pick<SideDecision, 'isolatedBy' | 'unknown'> {
    const { accept, deny, pass } = this.#refs;
    const { unknown } = this.#policies ?? {};
    const reasons = [...new Set([...this.#doubts, ...(unknown === undefined ? [] : [unknown])])];
    const why = reasons.length > 0 ? reasons.join('; ') : unsettled([...accept, ...deny, ...pass]);
    return { isolatedBy: isolating.length > 0 ? isolating : [...accept, ...pass], unknown: why };
  }

  /** NetworkPolicies allow, and leave the rest to the end of their tier. */
  #ofPolicies(): Verdict<boolean> {
    const { decision, notes } = this.#last();
    this.#policies = decision;
    for (const note of notes) this.#notes.add(note);
    const rest = decision.outcome !== 'allowed';
    const none = { perhaps: false, surely: false };
    return { accept: decision.outcome !== 'denied', deny: false, pass: none, rest: { perhaps: rest, surely: rest } };
  }

  #ofProgram(program: Program): Verdict<boolean> {
    const { peer } = this.#question;
    const spots = spotsFor(program, peer);
    const doubts = new Set<string>();
    const outcome = outcomeAt(spots, ONE, (spot) =>
      runProgram(program, ONE, (rule, selected) => this.#meet(rule, spot, selected, program, doubts)),
    );
    if (spots.perhaps.length > 1 && doubts.size === 0 && isOpen(outcome)) doubts.add(doubtOfPlace(program, peer));
    if (outcome.accept || outcome.deny) for (const note of enforcementNotes(program)) this.#notes.add(note);
    for (const doubt of doubts) this.#doubts.add(doubt);
    return outcome;
  }

  #meet(rule: TierRule, spot: Spot, selected: Selected, program: Program, doubts: Set<string>) {
    const { subject, matcher } = this.#question;
    if (!this.#hasPort(rule, program)) return { surely: false, perhaps: false };
    const match = matchSpot(rule, spot, matcher);
    for (const note of match.notes) this.#notes.add(note);
    const { namespace } = subject.podClass;
    if (match.how !== 'no' && selected.match.startsWith('assumed')) this.#notes.add(undefinedNamespaceNote(namespace));
    const meeting = meetingOf(match, selected, true, false);
    const refs = this.#refs[rule.action];
    if (meeting.perhaps && !refs.includes(rule.ref)) refs.push(rule.ref);
    if (meeting.perhaps && match.doubt !== undefined) doubts.add(match.doubt);
    if (meeting.perhaps && selected.match === 'unknown') doubts.add(this.#doubtOfSubject(selected));
    return meeting;
  }

  #hasPort({ ports }: TierRule, { direction }: Pick<Program, 'direction'>): boolean {
    const { subject, peer, point } = this.#question;
    const other = peer.kind === 'class' ? peer.podClass.example : undefined;
    const destination = direction === 'ingress' ? subject.podClass.example : other;
    return portsTowards(ports, destination).contains(point.protocol, point.port);
  }

  /** Rules of a tier that would have let it through, had they named the port or the peer as well. */
  #nearMisses({ places }: Tier): readonly NearMiss[] {
    const { peer, matcher } = this.#question;
    const misses = places.flat().flatMap((part): NearMiss[] => {
      if (part === 'policies') return [];
      const { perhaps } = spotsFor(part, peer);
      return part.rules
        .filter(({ action }) => action === 'accept')
        .flatMap((rule): NearMiss[] => {
          if (this.#hasPort(rule, part)) return [{ rule: rule.ref, lacks: 'peer' }];
          const names = perhaps.some((spot) => matchSpot(rule, spot, matcher).how === 'yes');
          return names ? [{ rule: rule.ref, lacks: 'port' }] : [];
        });
    });
    return misses.toSorted((a, b) => Number(a.lacks === 'peer') - Number(b.lacks === 'peer'));
  }

  #doubtOfSubject({ policy: { ref, subject: pods } }: Selected): string {
    const { subject, matcher } = this.#question;
    const where = formatLine(ref.position);
    return `${matcher.doubt(pods, subject.podClass)}, so whether ${ref.policy} (${where}) selects ${subject.id} is not known`;
  }
}

function spotsFor(
  program: Program,
  peer: Peer,
): { readonly perhaps: readonly Spot[]; readonly surely: readonly Spot[] } {
  if (peer.kind === 'class') return spotsOf(peer.podClass, cellsOf(program));
  const spots = [{ cell: peer.addresses }];
  return { perhaps: spots, surely: spots };
}

function isOpen({ accept, deny, pass, rest }: Verdict<boolean>): boolean {
  return [accept, deny, pass.perhaps || rest.perhaps].filter(Boolean).length > 1;
}

function unsettled(refs: readonly RuleRef[]): string {
  return `${refs.map(nameRule).join(' and ')} match, and the API does not settle which is applied: they have the same priority, or their kinds have no order`;
}

function doubtOfPlace({ rules }: Program, peer: Peer): string {
  const [rule] = rules.filter((one) => netsOf(one).some((networks) => !networks.isEmpty));
  const name = rule === undefined ? 'an admin policy' : nameRule(rule.ref);
  return `${name} decides by networks; whether they cover the address of ${peer.kind === 'class' ? peer.id : 'the peer'} is not known`;
}
