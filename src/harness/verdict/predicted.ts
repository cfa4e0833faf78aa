import type { Expectation } from '../../requirements/model.ts';
import type { Verdict } from '../evidence/schema.ts';
import type { Predicted } from '../plan/cell.ts';

/**
 * What a prediction alone comes to. `mixed` fails both ways: mayReach wants every endpoint and address,
 * mayNotReach wants none. Unknown is never met.
 */
export function predictedVerdict(expect: Expectation, predicted: Predicted): Verdict {
  if (predicted === 'unknown') return 'inconclusive';
  if (predicted === 'mixed') return 'violated';
  return (predicted === 'allowed') === (expect === 'mayReach') ? 'met' : 'violated';
}

const WORST_FIRST: readonly Verdict[] = ['violated', 'inconclusive', 'untested', 'met'];

/** A requirement takes the worst of its cells. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  const seen = new Set(verdicts);
  return WORST_FIRST.find((verdict) => seen.has(verdict)) ?? 'inconclusive';
}
