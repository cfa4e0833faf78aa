import { formatLine } from '../../source/position.ts';
import type { Cell } from '../plan/cell.ts';
import type { PolicyRef, SideDecision } from '../predict/model.ts';

/** `web → db`, as far as a sentence needs it. */
export function connectionText(cell: Cell): string {
  return `${cell.from} → ${cell.to}`;
}

/** Why the policies deny, or do not deny, as the middle of a sentence. */
export function reasonText(cell: Cell): string {
  const decision = cell.prediction.decide();
  switch (cell.prediction.predicted) {
    case 'allowed':
      return allowedText(cell);
    case 'denied':
      return cell.prediction.byName && decision.reason !== undefined
        ? `${decision.reason}: ${deniedText(cell)}`
        : deniedText(cell);
    case 'unknown':
      return decision.reason ?? decision.egress.unknown ?? decision.ingress.unknown ?? 'the policies do not tell';
    case 'mixed':
      return `of what stands behind ${cell.to} some is allowed and some is denied: ${deniedText(cell)}`;
  }
}

function deniedText(cell: Cell): string {
  const { egress, ingress } = cell.prediction.decide();
  const sides: string[] = [];
  if (egress.outcome === 'denied') sides.push(sideDenied('egress', cell.from, egress));
  if (ingress.outcome === 'denied') sides.push(sideDenied('ingress', cell.to, ingress));
  return sides.join(', and ');
}

function sideDenied(direction: string, end: string, side: SideDecision): string {
  const [denying] = side.deniedBy ?? [];
  if (denying !== undefined) {
    return `${direction} of ${end} is denied by ${denying.policy} rule ${denying.rule + 1} (${formatLine(denying.position)})`;
  }
  return `${direction} of ${end} is isolated by ${policiesText(side.isolatedBy)}, and no rule allows it`;
}

function allowedText(cell: Cell): string {
  const { egress, ingress } = cell.prediction.decide();
  return `${sideAllowed('egress', cell.from, egress)}; ${sideAllowed('ingress', cell.to, ingress)}`;
}

function sideAllowed(direction: string, end: string, side: SideDecision): string {
  if (side.exempt !== undefined) return `${direction} of ${end}: ${side.exempt}`;
  const [rule, ...more] = side.allowedBy;
  if (rule === undefined) return `no policy isolates ${end} for ${direction}`;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return `${direction} of ${end} is allowed by ${rule.policy} rule ${rule.rule + 1} (${formatLine(rule.position)})${others}`;
}

export function policiesText(policies: readonly PolicyRef[]): string {
  const shown = policies.slice(0, 3).map(({ policy, position }) => `${policy} (${formatLine(position)})`);
  return policies.length > 3 ? `${shown.join(', ')} and ${policies.length - 3} more` : shown.join(', ');
}
