import type { Requirement } from '../../requirements/model.ts';
import { MayreachError } from '../../source/error.ts';
import { assembleEvidence, type RunFacts } from './assemble.ts';
import { predict } from './on-files.ts';
import type { RunOptions } from './options.ts';

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
        hint: 'Write this as a case of a *.reach.yaml, or ask it of files or of k3s',
      });
    }
    return { ...facts, planned: predict(asked.sets, facts.inventory, facts.predictor) };
  };
}

function setOf(requirements: readonly Requirement[]): RunOptions['sets'][number] {
  const file = requirements[0]?.position.file ?? '';
  return { name: 'further', file, manifests: [], endpoints: new Map(), requirements };
}
