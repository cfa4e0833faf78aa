import type { Evidence, EvidenceRequirement } from './schema.ts';

/** 0: all met. 1: something fails. 2: nothing fails, something is inconclusive or untested. */
export type ExitStatus = 0 | 1 | 2;

/**
 * What a requirement comes to once its dates are considered. `accepted`: violated, by someone's leave that has not
 * run out. `expired`: nobody renewed it, so it fails whatever the network did.
 */
export type Standing = 'met' | 'violated' | 'expired' | 'accepted' | 'inconclusive' | 'untested';

/** The one place that weighs verdict, expiry and acceptance; exit status, suites and reports all ask here. */
export function standingOf({ verdict, expired, accepted }: EvidenceRequirement): Standing {
  // Expiry comes first: an acceptance excuses a violation, never a requirement that nobody stands behind any more.
  if (expired) return 'expired';
  if (verdict === 'violated' && accepted?.active === true) return 'accepted';
  return verdict;
}

/** The exit status of a run: a function of the evidence alone, so that a kept record gives the same answer. */
export function exitStatus(evidence: Evidence): ExitStatus {
  const standings = new Set(evidence.requirements.map(standingOf));
  if (standings.has('violated') || standings.has('expired')) return 1;
  if (evidence.findings.some(({ fails }) => fails)) return 1;
  return standings.has('inconclusive') || standings.has('untested') ? 2 : 0;
}
