import { standingOf, type Standing } from '../harness/evidence/exit.ts';
import type { Evidence } from '../harness/evidence/schema.ts';

/** In reading order: what is good, what is wrong, what could not be told, what was let pass. */
export const STANDINGS: readonly Standing[] = ['met', 'violated', 'expired', 'inconclusive', 'untested', 'accepted'];

export interface Counts {
  readonly requirements: number;
  readonly standings: Readonly<Record<Standing, number>>;
  readonly observed: number;
  readonly cells: number;
  readonly observedCells: number;
  readonly findings: number;
  readonly failingFindings: number;
}

/** The numbers that every report opens or closes with. */
export function countsOf({ requirements, findings }: Evidence): Counts {
  const standings = { met: 0, violated: 0, expired: 0, inconclusive: 0, untested: 0, accepted: 0 };
  let cells = 0;
  let observedCells = 0;
  for (const requirement of requirements) {
    standings[standingOf(requirement)] += 1;
    cells += requirement.cells.length;
    for (const { basis } of requirement.cells) if (basis === 'observed') observedCells += 1;
  }
  return {
    requirements: requirements.length,
    standings,
    observed: requirements.filter(({ basis }) => basis === 'observed').length,
    cells,
    observedCells,
    findings: findings.length,
    failingFindings: findings.filter(({ fails }) => fails).length,
  };
}
