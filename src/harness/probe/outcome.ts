import type { EvidenceAttempt, Outcome } from '../evidence/schema.ts';
import type { Probe, ProbePod } from './model.ts';
import type { AttemptRow } from './protocol.ts';

// The kernel limits how often it sends ICMP, so one network that rejects can answer one attempt and drop the next:
// denials of different kinds are one denial, named by the kind that tells most.
const DENIALS: readonly Outcome[] = ['refused', 'unreachable', 'timed-out'];

/** Whether the network, or the destination itself, turned the connection away; which of the two, only a control tells. */
export function isDenial(outcome: Outcome): boolean {
  return DENIALS.includes(outcome);
}

/** What all attempts of one probe came to. An attempt that was not measured does not hide what the others say. */
export function combine(attempts: readonly { readonly outcome: Outcome }[]): Outcome {
  const told = new Set<Outcome>(attempts.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'not-measured'));
  const [only, ...others] = told;
  if (only === undefined) return 'not-measured';
  if (others.length === 0) return only;
  const denial = DENIALS.find((outcome) => told.has(outcome));
  return denial !== undefined && [...told].every(isDenial) ? denial : 'mixed';
}

/** An attempt as the source's agent reports it. Who answered counts only if the probe expects it to. */
export function attemptOf(row: AttemptRow, probe: Probe, address: string, at: string): EvidenceAttempt {
  const [, , , durationMs, outcome, errno, localPort, peer] = row;
  const base = {
    at,
    durationMs,
    outcome,
    address,
    ...(errno ? { errno } : {}),
    ...(localPort ? { localPort } : {}),
  };
  if (!peer) return base;
  const [uid, pod, reachedAt, sawSource] = peer;
  const answered = { ...base, responder: { uid, pod, reachedAt, sawSource } };
  return probe.responders?.includes(uid) === false ? { ...answered, outcome: 'accepted-not-identified' } : answered;
}

/** What the receivers say of one UDP attempt that was not answered: the pod that got it; nobody; or nobody could be asked. */
export type Receipt =
  | { readonly kind: 'received'; readonly by: ProbePod; readonly port: number; readonly sawSource: string }
  | { readonly kind: 'not-received' }
  | { readonly kind: 'unknown' };

/**
 * UDP is decided at the receiver: a datagram that arrived is open although its answer was lost, and silence is a denial
 * only if the receiver could be asked.
 */
export function confirmUdp(attempt: EvidenceAttempt, probe: Probe, receipt: Receipt): EvidenceAttempt {
  if (attempt.outcome === 'open') return { ...attempt, receiverSaw: true };
  if (receipt.kind === 'unknown') return { ...attempt, outcome: 'not-measured' };
  if (receipt.kind === 'not-received') return { ...attempt, receiverSaw: false };
  const { by, port, sawSource } = receipt;
  const responder = { uid: by.uid, pod: `${by.namespace}/${by.name}`, reachedAt: `*:${port}`, sawSource };
  const outcome = probe.responders?.includes(by.uid) === false ? 'accepted-not-identified' : 'open';
  return { ...attempt, outcome, responder, receiverSaw: true };
}
