import type { JudgedMutant, Mutant, MutationResult } from '../../../../src/harness/mutate/model.ts';
import { mutate } from '../../../../src/harness/mutate/mutate.ts';
import { parseRequirements } from '../../../../src/requirements/index.ts';
import { documents, inventoryOf, REQUIREMENT_FILE } from '../../support/predicted.ts';

export const TODAY = '2027-01-15';

export function mutated(requirements: string, ...manifests: readonly string[]): MutationResult {
  const inventory = inventoryOf(documents(...manifests));
  return mutate(inventory, parseRequirements(requirements, REQUIREMENT_FILE), { today: TODAY });
}

/** `shop/db: ingress rule 1 removed` */
export function nameOf({ policy, description }: Mutant): string {
  return `${policy.name}: ${description}`;
}

export function those(outcome: JudgedMutant['outcome'], { mutants }: MutationResult): readonly string[] {
  return mutants.filter((one) => one.outcome === outcome).map(({ mutant }) => nameOf(mutant));
}
