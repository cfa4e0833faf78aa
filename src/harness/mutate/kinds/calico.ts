import type { Direction } from '../../../requirements/model.ts';
import type { AdminPolicy, AdminRule, Endpoints } from '../../inventory/admin-model.ts';
import { inNamespace } from '../../inventory/calico-ends.ts';
import { EVERY_ENDPOINT } from '../../inventory/expression.ts';
import { endMistakes, endpointsText } from './calico-ends.ts';
import { swappedRules } from './order.ts';
import { inRule, ruleMistakes, sameness, type Actions, type Mistake } from './rules.ts';
import { ruleText, TYPES } from './text.ts';

const ACTIONS: Actions = { accept: 'Allow', deny: 'Deny', pass: 'Pass' };

/** Of a NetworkPolicy or GlobalNetworkPolicy of Calico, which isolates whom it selects, as its tier ends. */
export function calicoMistakes(policy: AdminPolicy, subject: Endpoints): readonly Mistake[] {
  const { directions = [], position } = policy;
  const rules = directions.flatMap((direction) => policy[direction].map((rule) => ({ direction, rule })));
  return [
    { kind: 'remove-policy', by: [], directions, description: 'policy removed', position },
    ...(directions.length > 1 ? directions : []).map((direction) => withoutDirection(policy, directions, direction)),
    ...widened(policy, directions, subject),
    ...rules.flatMap(({ direction, rule }) => ofRule(policy, direction, rule, subject.namespace ?? '')),
    ...directions.flatMap((direction) => swappedRules(policy, direction)),
  ];
}

function withoutDirection(policy: AdminPolicy, directions: readonly Direction[], direction: Direction): Mistake {
  return {
    kind: 'remove-direction',
    by: [{ ...policy, directions: directions.filter((one) => one !== direction), [direction]: [] }],
    directions: [direction],
    description: `types without ${TYPES[direction]}`,
    position: policy.position,
  };
}

function widened(policy: AdminPolicy, directions: readonly Direction[], subject: Endpoints): readonly Mistake[] {
  const { endpoints, namespace } = subject;
  const all = namespace === undefined ? EVERY_ENDPOINT : inNamespace(namespace);
  if (sameness(endpoints) === sameness(all)) return [];
  return [
    {
      kind: 'widen-selector',
      by: [{ ...policy, subject: { ...subject, endpoints: all } }],
      directions,
      description: `selector ${endpointsText(endpoints, namespace ?? '')} widened to all()`,
      position: policy.position,
    },
  ];
}

function ofRule(policy: AdminPolicy, direction: Direction, rule: AdminRule, home: string): readonly Mistake[] {
  return ruleMistakes(rule, endMistakes(rule, home), ACTIONS).map((mistake) => ({
    kind: mistake.kind,
    by: [inRule(policy, rule, mistake)],
    directions: [direction],
    description: ruleText(direction, rule.index, mistake.kind, mistake.what),
    position: mistake.position,
  }));
}
