import type { Direction } from '../../../requirements/model.ts';
import type { Position } from '../../../source/position.ts';
import type { AdminAction, AdminPolicy, AdminRule } from '../../inventory/admin-model.ts';
import type { MutationKind } from '../model.ts';
import { portMistakes } from './ports.ts';

/** One mistake in an object that is one or more policies of tiers to the engine. */
export interface Mistake {
  readonly kind: MutationKind;
  /** What the object then is; empty: it is gone. */
  readonly by: readonly AdminPolicy[];
  readonly directions: readonly Direction[];
  readonly description: string;
  readonly position: Position;
}

/** One mistake in one rule. */
export interface RuleMistake {
  readonly kind: MutationKind;
  /** Absent: the rule is gone. */
  readonly changed?: AdminRule;
  readonly what: string;
  readonly position: Position;
}

/** What a kind's rules may do, as it is written. */
export type Actions = Readonly<Partial<Record<AdminAction, string>>>;

/**
 * Every mistake in a rule, those in its peers as they are given; what comes to the same is made once.
 * @param actions empty where a rule does what its section says
 */
export function ruleMistakes(
  rule: AdminRule,
  ofPeers: readonly RuleMistake[],
  actions: Actions,
): readonly RuleMistake[] {
  const { position } = rule;
  return distinct([
    { kind: 'remove-rule', what: 'removed', position },
    ...ofPeers,
    ...ofPorts(rule),
    ...ofExceptions(rule),
    ...ofCondition(rule),
    ...ofAction(rule, actions),
  ]);
}

/** The policy with the mistake in the place of the rule. */
export function inRule(policy: AdminPolicy, rule: AdminRule, { changed }: RuleMistake): AdminPolicy {
  const change = (rules: readonly AdminRule[]): readonly AdminRule[] =>
    rules.flatMap((one) => (one === rule ? (changed ?? []) : one));
  return { ...policy, ingress: change(policy.ingress), egress: change(policy.egress) };
}

/** As text, by which two that are the same are known, wherever they were written. */
export function sameness(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => (key === 'position' ? undefined : inner));
}

function distinct(mistakes: readonly RuleMistake[]): readonly RuleMistake[] {
  const first = Map.groupBy(mistakes, ({ changed }) => sameness(changed ?? null));
  return mistakes.filter((one) => first.get(sameness(one.changed ?? null))?.[0] === one);
}

function ofPorts(rule: AdminRule): readonly RuleMistake[] {
  const { ports, ...rest } = rule;
  return portMistakes(ports).map(({ kind, ports: changed, what, position = rule.position }) => ({
    kind,
    changed: { ...rest, ...(changed && { ports: changed }) },
    what,
    position,
  }));
}

function ofExceptions({ notPorts, ...rule }: AdminRule): readonly RuleMistake[] {
  if (notPorts === undefined) return [];
  return [{ kind: 'remove-exception', changed: rule, what: 'ports without their exceptions', position: rule.position }];
}

/** What is not modelled may be lost as well; the engine will say that it cannot judge that. */
function ofCondition({ doubt, ...rule }: AdminRule): readonly RuleMistake[] {
  if (doubt === undefined) return [];
  const what = `without what is not modelled of it (${doubt})`;
  return [{ kind: 'remove-condition', changed: rule, what, position: rule.position }];
}

/** Domain names stand in rules that allow alone: https://network-policy-api.sigs.k8s.io/reference/spec/ */
function ofAction(rule: AdminRule, actions: Actions): readonly RuleMistake[] {
  if (rule.peers.some(({ kind }) => kind === 'domainNames')) return [];
  const was = actions[rule.action];
  return (['accept', 'deny', 'pass'] as const).flatMap((action): readonly RuleMistake[] => {
    const text = actions[action];
    if (was === undefined || text === undefined || action === rule.action) return [];
    const what = `${was} changed to ${text}`;
    return [{ kind: 'change-action', changed: { ...rule, action }, what, position: rule.position }];
  });
}
