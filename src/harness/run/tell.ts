import { assembleEvidence, type RunFacts } from './assemble.ts';
import type { RunOptions } from './options.ts';

/**
 * Tells the verdicts of a run that made something in a cluster: to remove that takes longer than to judge.
 * @returns the facts, with the end of the run that was told
 */
export function tellVerdicts(facts: RunFacts, { judged, ...options }: RunOptions): RunFacts {
  if (judged === undefined || options.signal.aborted) return facts;
  const evidence = assembleEvidence(facts, options);
  judged(evidence);
  return { ...facts, endedAt: evidence.run.endedAt };
}
