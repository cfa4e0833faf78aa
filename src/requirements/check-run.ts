import { formatPosition } from '../source/position.ts';
import { throwProblems, type Problem } from '../source/problems.ts';
import type { Requirement, RequirementSet } from './model.ts';

/**
 * Checks what only all sets of a run together show: ids are unique across files, and `otherwise` in its set.
 * @throws MayreachError REQUIREMENT_INVALID at the second of two, with the first's position
 */
export function checkRun(sets: readonly RequirementSet[]): void {
  throwProblems('REQUIREMENT_INVALID', repeatedIds(sets));
}

/** One problem for each requirement whose id an earlier one has. */
export function repeatedIds(sets: readonly RequirementSet[]): Problem[] {
  const seen = new Map<string, Requirement>();
  const problems: Problem[] = [];
  for (const requirement of sets.flatMap(({ requirements }) => requirements)) {
    const { id, set, otherwise, position } = requirement;
    const key = JSON.stringify(otherwise ? [id, set] : [id]);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, requirement);
      continue;
    }
    const what = otherwise ? `the set \`${set}\` has \`otherwise\` twice` : `the id \`${id}\` is taken`;
    const hint = otherwise
      ? 'Keep one, or give one of the two sets another name.'
      : 'Ids are unique in a run: change one of them.';
    problems.push({ position, message: `${what}: first at ${formatPosition(first.position)}`, hint });
  }
  return problems;
}
