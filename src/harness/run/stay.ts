import type { Requirement } from '../../requirements/model.ts';
import { MayreachError } from '../../source/error.ts';
import type { Evidence, EvidenceRequirement } from '../evidence/schema.ts';
import { assembleEvidence, type RunFacts } from './assemble.ts';
import { predict } from './on-files.ts';
import type { RunOptions } from './options.ts';

/**
 * Judges further requirements as the run judged its own: on the same inventory, and where the run observed a cluster
 * of its own, on that cluster, with its own canary. One call at a time.
 *
 * @throws MayreachError as a run does
 */
export type Ask = (requirements: readonly Requirement[]) => Promise<readonly EvidenceRequirement[]>;

/** Has the word once the run is judged, while its cluster is still up; the run ends when it resolves. */
export type Stay = (evidence: Evidence, ask: Ask) => Promise<void>;

/** How a source of inventories judges other sets than the run's own. */
export type Further = (asked: RunOptions) => RunFacts | Promise<RunFacts>;

/** Gives `options.stay` the word, if there is one. */
export async function stayOn(facts: RunFacts, options: RunOptions, further: Further): Promise<void> {
  await options.stay?.(assembleEvidence(facts, options), async (requirements) => {
    const only = requirements.map(({ id }) => id);
    const asked = { ...options, sets: [setOf(requirements)], only };
    return assembleEvidence(await further(asked), asked).requirements;
  });
}

/** From what was read: no cluster is asked again. */
export function furtherOnRead(facts: RunFacts): Further {
  return (asked) => {
    if (facts.cluster.probed) {
      throw new MayreachError('a running cluster is probed once, for the requirements of files', {
        code: 'USAGE',
        hint: 'write this as a case of a *.reach.yaml, or ask it of files or of k3s',
      });
    }
    return { ...facts, planned: predict(asked.sets, facts.inventory, facts.predictor) };
  };
}

function setOf(requirements: readonly Requirement[]): RunOptions['sets'][number] {
  const file = requirements[0]?.position.file ?? '';
  return { name: 'further', file, manifests: [], endpoints: new Map(), requirements };
}
