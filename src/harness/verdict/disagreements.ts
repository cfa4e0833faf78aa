import type { EvidenceCell, EvidenceFinding, EvidenceRequirement } from '../evidence/schema.ts';

/** Cells at which the network did not do what the policies say, each told once however many requirements ask for it. */
export function disagreements(requirements: readonly EvidenceRequirement[]): readonly EvidenceFinding[] {
  const found = new Map<string, EvidenceFinding>();
  for (const requirement of requirements) {
    for (const cell of requirement.cells) {
      const finding = disagreement(cell, requirement);
      if (finding !== undefined)
        found.set(`${cell.from} ${cell.to} ${cell.via ?? ''} ${cell.protocol}/${cell.port}`, finding);
    }
  }
  return [...found.values()];
}

function disagreement(cell: EvidenceCell, { position }: EvidenceRequirement): EvidenceFinding | undefined {
  if (cell.basis !== 'observed' || cell.verdict === 'inconclusive' || cell.verdict === 'untested') return undefined;
  const where = `${cell.from} → ${cell.to} ${cell.protocol}/${cell.port}`;
  const at =
    cell.decision?.ingress.isolatedBy[0]?.position ?? cell.decision?.egress.isolatedBy[0]?.position ?? position;
  const common = { object: cell.to, position: at, fails: false } as const;
  if (cell.predicted === 'denied' && cell.observed === 'open') {
    const message = `${where}: the policies deny it, and the network lets it through`;
    return { rule: 'not-enforced', severity: 'error', message, ...common };
  }
  if (cell.predicted === 'allowed' && cell.attributedTo === 'network' && cell.observed !== 'open') {
    const message = `${where}: the policies allow it, and something else in the network blocks it`;
    return { rule: 'blocked-without-policy', severity: 'warning', message, ...common };
  }
  return undefined;
}
