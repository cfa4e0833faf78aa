import type { Direction } from '../../../requirements/model.ts';
import type { MutationKind } from '../model.ts';

/** As `policyTypes` and `types` have them. */
export const TYPES: Readonly<Record<Direction, string>> = { ingress: 'Ingress', egress: 'Egress' };

/** Said of a rule, not of a part of it. */
const WHOLE_RULE: ReadonlySet<MutationKind> = new Set([
  'remove-rule',
  'widen-peers',
  'widen-ports',
  'remove-condition',
]);

/** `ingress rule 1: TCP 5432 removed`; `section` is the list in which the rule stands. */
export function ruleText(section: string, index: number, kind: MutationKind, what: string): string {
  return `${section} rule ${index + 1}${WHOLE_RULE.has(kind) ? ' ' : ': '}${what}`;
}

/** Everyone, on the other end of a rule. */
export function everyoneText(direction: Direction): string {
  return direction === 'ingress' ? 'every source' : 'every destination';
}
