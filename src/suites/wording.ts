import type {
  EvidenceAttempt,
  EvidenceCell,
  EvidenceControl,
  EvidenceDecision,
  EvidenceRequirement,
  Outcome,
} from '../harness/evidence/schema.ts';
import { formatLine } from '../source/position.ts';

type Side = EvidenceDecision['egress'];

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  open: 'open',
  refused: 'refused',
  'timed-out': 'timed out',
  unreachable: 'unreachable',
  'name-not-resolved': 'name not resolved',
  'accepted-not-identified': 'accepted, not identified',
  'not-measured': 'not measured',
  mixed: 'mixed',
};

/** An outcome in words, as the documentation has them. */
export function outcomeWords(outcome: Outcome): string {
  return OUTCOMES[outcome];
}

/** `1 cell`, `2 cells`; thousands are set apart. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? noun : plural}`;
}

/** The parts of a requirement that its statement is made of. */
export type Stated = Pick<EvidenceRequirement, 'from' | 'to' | 'on' | 'expect'>;

/** What a requirement demands, in one line: `web may not reach db on 5432/tcp`. */
export function statementOf({ from, to, on, expect }: Stated): string {
  if (from.length === 0 && to.length === 0) {
    return expect === 'mayNotReach' ? 'nothing else may reach anything' : 'everything else may be reached';
  }
  const verb = expect === 'mayReach' ? 'may reach' : 'may not reach';
  return `${from.join(', ')} ${verb} ${to.join(', ')}${on.length === 0 ? '' : ` on ${on.join(', ')}`}`;
}

/** What a requirement expects of each of its cells. */
export function expectedOf({ expect }: EvidenceRequirement): string {
  return expect === 'mayReach' ? 'open: may reach' : 'blocked: may not reach';
}

/** The observation in words, with its attempts: `timed out, 2 attempts (3,000 ms, 3,001 ms)`. */
export function observedOf({ observed, attempts }: Pick<EvidenceCell, 'observed' | 'attempts'>): string {
  if (observed === null) return 'not observed: the verdict is predicted';
  const words = outcomeWords(observed);
  if (attempts === undefined || attempts.length === 0) return words;
  const times = attempts.slice(0, 3).map(({ durationMs }) => milliseconds(durationMs));
  if (attempts.length > times.length) times.push('…');
  return `${words}, ${count(attempts.length, 'attempt')} (${times.join(', ')})`;
}

/** One attempt as a line: when, what came back, who answered. */
export function attemptLine(attempt: EvidenceAttempt): string {
  const { at, outcome, durationMs, errno, address, localPort, responder, receiverSaw } = attempt;
  const parts = [`${at} ${outcomeWords(outcome)} after ${milliseconds(durationMs)}`];
  if (errno !== undefined) parts.push(errno);
  if (address !== undefined) parts.push(`to ${address}`);
  if (localPort !== undefined) parts.push(`from source port ${localPort}`);
  if (responder !== undefined) {
    parts.push(
      `answered by ${responder.pod} (uid ${responder.uid}), reached at ${responder.reachedAt}, ` +
        `which saw ${responder.sawSource}`,
    );
  }
  if (receiverSaw !== undefined) parts.push(receiverSaw ? 'the receiver saw it' : 'the receiver did not see it');
  return parts.join(', ');
}

/** The control as a line: `an allowed peer, shop/api[Deployment], was answered (open)`. */
export function controlLine({ kind, from, outcome, text }: EvidenceControl): string {
  if (kind === 'none') return `none: ${text}`;
  return `${outcomeWords(outcome)}${from === undefined ? '' : ` from ${from}`} (${kind.replaceAll('-', ' ')}): ${text}`;
}

/**
 * Why the policies come to their prediction: a line for the source's egress and one for the destination's ingress.
 * Where name resolution decides, that is said first: the lines are about the way to the cluster's DNS.
 */
export function decisionLines({
  decision,
  from,
  to,
  attributedTo,
}: Pick<EvidenceCell, 'decision' | 'from' | 'to' | 'attributedTo'>): string[] {
  if (decision === undefined) return [];
  const sides: [Side, 'egress' | 'ingress', string][] = [
    [decision.egress, 'egress', from],
    [decision.ingress, 'ingress', to],
  ];
  const lines = sides
    // In a denial the side that allows decides nothing; in all else both sides do.
    .filter(([side]) => decision.outcome !== 'denied' || side.outcome !== 'allowed')
    .map(([side, direction, end]) => sideLine(side, direction, end));
  const { reason } = decision;
  if (reason === undefined || sides.some(([side]) => side.unknown === reason)) return lines;
  return attributedTo === 'dns' ? [reason, ...lines] : [...lines, reason];
}

function sideLine(side: Side, direction: 'egress' | 'ingress', end: string): string {
  if (side.exempt !== undefined) return `${direction}: no policy applies: ${side.exempt}`;
  if (side.outcome === 'unknown') return `${direction}: not known: ${side.unknown ?? 'the policies do not tell'}`;
  if (side.isolatedBy.length === 0) return `${direction}: no policy isolates ${end}`;
  if (side.outcome === 'allowed') {
    const rules = side.allowedBy.map((rule) => `${rule.policy} rule ${rule.rule + 1} (${formatLine(rule.position)})`);
    return `${direction}: allowed by ${list(rules)}`;
  }
  const policies = side.isolatedBy.map(({ policy, position }) => `${policy} (${formatLine(position)})`);
  return `${direction}: ${end} is isolated by ${list(policies)}, and no rule lets it through`;
}

/** `a, b and 3 more`: at most `limit` items by name. */
export function list(items: readonly string[], limit = 3): string {
  if (items.length <= limit) return items.join(', ');
  return `${items.slice(0, limit).join(', ')} and ${items.length - limit} more`;
}

/** `3 ms`, `3,001 ms`, `0.4 ms`. */
export function milliseconds(ms: number): string {
  return `${Math.abs(ms) >= 1 || ms === 0 ? Math.round(ms).toLocaleString('en-US') : ms.toFixed(1)} ms`;
}
