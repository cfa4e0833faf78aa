import { formatLine } from '../../source/position.ts';
import type { AddressSet } from './addresses.ts';
import { portsTowards } from './compile.ts';
import type { PolicyRef, RuleRef, SideDecision } from './model.ts';
import { undefinedNamespaceNote } from './namespaces.ts';
import type { PeerMatcher } from './peer-matcher.ts';
import { nameRule, type Member, type Peer, type Point } from './rule-match.ts';
import type { SideAnswer } from './side-decision.ts';
import { runProgram, type Algebra, type Outcome, type Program, type Selected } from './tier-program.ts';
import { enforcementNotes } from './tier-sides.ts';
import { cellsOf, matchSpot, meetingOf, outcomeAt, spotsOf, type Spot } from './tier-spots.ts';
import type { AdminAction } from '../inventory/admin-model.ts';

/** One connection is decided or not: sets of one member. */
const ONE: Algebra<boolean> = {
  none: false,
  all: true,
  union: (a, b) => a || b,
  intersect: (a, b) => a && b,
  subtract: (a, b) => a && !b,
};

/** What a tier makes of one connection. */
interface TierAnswer extends Outcome<boolean> {
  /** Rules that match it, or may. */
  readonly refs: Readonly<Record<AdminAction, readonly RuleRef[]>>;
  readonly doubts: readonly string[];
  readonly notes: readonly string[];
}

const PASS: TierAnswer = {
  accept: false,
  deny: false,
  pass: true,
  refs: { accept: [], deny: [], pass: [] },
  doubts: [],
  notes: [],
};

export interface TierQuestion {
  readonly subject: Member;
  readonly direction: 'ingress' | 'egress';
  readonly peer: Peer;
  readonly point: Point;
  readonly matcher: PeerMatcher;
}

/** Puts the admin policies around what the policies of namespaces say of one connection; `last` is asked if need be. */
export function decideTiers(question: TierQuestion, isolated: boolean, last: () => SideAnswer): SideAnswer {
  const { admin, baseline, remarks } = question.subject.podClass.tiers[question.direction];
  const first = admin === undefined ? PASS : answerOf(admin, question);
  if (!first.pass) return settle(first, undefined, remarks);
  const rest = isolated || baseline === undefined ? last() : fromBaseline(answerOf(baseline, question));
  return settle(first, rest, remarks);
}

/** What the baseline leaves alone is allowed: nothing isolates. */
function fromBaseline(answer: TierAnswer): SideAnswer {
  const open: SideAnswer = { decision: { outcome: 'allowed', isolatedBy: [], allowedBy: [] }, notes: [] };
  return settle(answer, answer.pass ? open : undefined, []);
}

/** `rest` is what the tiers behind it say; absent where nothing is left to them. */
function settle(first: TierAnswer, rest: SideAnswer | undefined, remarks: readonly string[]): SideAnswer {
  const { accept, deny, refs } = first;
  const behind: Partial<SideDecision> = rest?.decision ?? {};
  const { passedBy: laterPassedBy = [], isolatedBy: laterIsolatedBy = [] } = behind;
  const passedBy = [...refs.pass, ...laterPassedBy];
  const isolatedBy = [...(deny ? refs.deny : []), ...laterIsolatedBy];
  const common = { isolatedBy, allowedBy: [], ...(passedBy.length > 0 && { passedBy }) };
  const notes = [...new Set([...remarks, ...first.notes, ...(rest?.notes ?? [])])];
  const may = (outcome: 'allowed' | 'denied'): boolean => [outcome, 'unknown'].includes(behind.outcome ?? '');
  if (!deny && !may('denied')) return { decision: { ...common, ...allowedBehind(refs.accept, behind) }, notes };
  if (!accept && !may('allowed')) return { decision: { ...common, ...deniedBehind(refs.deny, behind) }, notes };
  return { decision: { ...common, ...unknownBehind(first, behind, isolatedBy) }, notes };
}

function unknownBehind(
  { refs, doubts }: TierAnswer,
  { unknown }: Partial<SideDecision>,
  isolatedBy: readonly PolicyRef[],
) {
  const reasons = [...new Set([...doubts, ...(unknown === undefined ? [] : [unknown])])];
  const why = reasons.length > 0 ? reasons.join('; ') : unsettled([...refs.accept, ...refs.deny, ...refs.pass]);
  const touching = isolatedBy.length > 0 ? isolatedBy : [...refs.accept, ...refs.pass];
  return { outcome: 'unknown' as const, isolatedBy: touching, unknown: why };
}

function allowedBehind(accepting: readonly RuleRef[], behind: Partial<SideDecision>) {
  const { exempt, allowedBy = [] } = behind;
  const exemption = exempt === undefined ? {} : { exempt };
  return { outcome: 'allowed' as const, allowedBy: [...accepting, ...allowedBy], ...exemption };
}

function deniedBehind(denying: readonly RuleRef[], behind: Partial<SideDecision>) {
  const deniedBy = [...denying.filter(({ isDefault }) => isDefault !== true), ...(behind.deniedBy ?? [])];
  const { nearMisses } = behind;
  return { outcome: 'denied' as const, ...(deniedBy.length > 0 && { deniedBy }), ...(nearMisses && { nearMisses }) };
}

function unsettled(refs: readonly RuleRef[]): string {
  return `${refs.map(nameRule).join(' and ')} match, and the API does not settle which is applied: they have the same priority, or their kinds have no order`;
}

function answerOf(program: Program, question: TierQuestion): TierAnswer {
  const { subject, peer } = question;
  const refs: Record<AdminAction, RuleRef[]> = { accept: [], deny: [], pass: [] };
  const doubts = new Set<string>();
  const notes = new Set<string>();
  const spots = spotsFor(program, peer);
  const outcome = outcomeAt(spots, ONE, (spot) =>
    runProgram(program, ONE, (rule, selected, open) => {
      const match =
        open && hasPort(rule.ports, program, question) ? matchSpot(rule, spot, question.matcher) : undefined;
      if (match === undefined) return { surely: false, perhaps: false };
      for (const note of match.notes) notes.add(note);
      const { namespace } = subject.podClass;
      if (match.how !== 'no' && selected.match.startsWith('assumed')) notes.add(undefinedNamespaceNote(namespace));
      const meeting = meetingOf(match, selected, true, false);
      if (meeting.perhaps && !refs[rule.action].includes(rule.ref)) refs[rule.action].push(rule.ref);
      if (meeting.perhaps && match.doubt !== undefined) doubts.add(match.doubt);
      if (meeting.perhaps && selected.match === 'unknown') doubts.add(doubtOfSubject(selected, subject));
      return meeting;
    }),
  );
  if (spots.perhaps.length > 1 && doubts.size === 0 && isOpen(outcome)) doubts.add(doubtOfPlace(program, peer));
  if (outcome.accept || outcome.deny) for (const note of enforcementNotes(program)) notes.add(note);
  return { ...outcome, refs, doubts: [...doubts], notes: [...notes] };
}

function spotsFor(
  program: Program,
  peer: Peer,
): { readonly perhaps: readonly Spot[]; readonly surely: readonly Spot[] } {
  if (peer.kind === 'class') return spotsOf(peer.podClass, cellsOf(program));
  const spots = [{ cell: peer.addresses }];
  return { perhaps: spots, surely: spots };
}

function hasPort(
  ports: Parameters<typeof portsTowards>[0],
  { direction }: Program,
  { subject, peer, point: { protocol, port } }: TierQuestion,
): boolean {
  const other = peer.kind === 'class' ? peer.podClass.example : undefined;
  return portsTowards(ports, direction === 'ingress' ? subject.podClass.example : other).contains(protocol, port);
}

function isOpen({ accept, deny, pass }: Outcome<boolean>): boolean {
  return [accept, deny, pass].filter(Boolean).length > 1;
}

function doubtOfSubject({ policy: { ref } }: Selected, { podClass: { namespace }, id }: Member): string {
  return `namespace ${namespace.name} is used but not defined, so whether ${ref.policy} (${formatLine(ref.position)}) selects ${id} is not known`;
}

function doubtOfPlace({ rules }: Program, peer: Peer): string {
  const [rule] = rules.filter(({ networks }: { readonly networks: AddressSet }) => !networks.isEmpty);
  const name = rule === undefined ? 'an admin policy' : nameRule(rule.ref);
  return `${name} decides by networks; whether they cover the address of ${peer.kind === 'class' ? peer.id : 'the peer'} is not known`;
}
