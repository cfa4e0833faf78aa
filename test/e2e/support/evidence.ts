import type { Evidence, EvidenceCell, EvidenceRequirement } from '../../../src/harness/evidence/schema.ts';

/** The one requirement with this id. @throws when the evidence has none: a test must not pass on nothing */
export function requirementOf(evidence: Evidence, id: string): EvidenceRequirement {
  const found = evidence.requirements.find((requirement) => requirement.id === id);
  if (found === undefined) throw new Error(`the evidence has no requirement ${id}`);
  return found;
}

/** Cells of a requirement that were tried. @throws when none was */
export function triedCells(evidence: Evidence, id: string): readonly EvidenceCell[] {
  const cells = requirementOf(evidence, id).cells.filter(({ observed }) => observed !== null);
  if (cells.length === 0) throw new Error(`no cell of ${id} was tried: ${requirementOf(evidence, id).text}`);
  return cells;
}

/** The only cell of a requirement that was tried. */
export function theCell(evidence: Evidence, id: string): EvidenceCell {
  const [cell, ...more] = triedCells(evidence, id);
  if (cell === undefined || more.length > 0) throw new Error(`${id} has ${more.length + 1} tried cells, not one`);
  return cell;
}
