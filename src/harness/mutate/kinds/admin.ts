import { EVERYTHING } from '../../../requirements/selector.ts';
import type { Direction } from '../../../requirements/model.ts';
import { selectsEverything } from '../../coverage/peers.ts';
import type { AdminPeer, AdminPolicy, AdminRule, NamespacedPods } from '../../inventory/admin-model.ts';
import { peerMistakes, podsText, type PeerForm } from './admin-peers.ts';
import { swappedRules } from './order.ts';
import { inRule, ruleMistakes, type Actions, type Mistake } from './rules.ts';
import { everyoneText, ruleText } from './text.ts';

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];
const EVERY_POD: NamespacedPods = { namespaceSelector: EVERYTHING, podSelector: EVERYTHING };

/** Of an AdminNetworkPolicy, BaselineAdminNetworkPolicy or ClusterNetworkPolicy. It isolates nobody: rules are all it has. */
export function adminMistakes(policy: AdminPolicy, subject: NamespacedPods): readonly Mistake[] {
  const rules = DIRECTIONS.flatMap((direction) => policy[direction].map((rule) => ({ direction, rule })));
  const { position } = policy;
  const directions = DIRECTIONS.filter((direction) => policy[direction].length > 0);
  const removed: Mistake = { kind: 'remove-policy', by: [], directions, description: 'policy removed', position };
  const widened: Mistake = {
    kind: 'widen-selector',
    by: [{ ...policy, subject: EVERY_POD }],
    directions,
    description: `subject ${podsText(subject, '')} widened to every pod`,
    position,
  };
  return [
    removed,
    ...(selectsAll(subject) ? [] : [widened]),
    // To take away the only rule is to take away the policy.
    ...rules
      .flatMap(({ direction, rule }) => ofRule(policy, direction, rule))
      .filter(({ kind }) => kind !== 'remove-rule' || rules.length > 1),
    ...directions.flatMap((direction) => swappedRules(policy, direction)),
  ];
}

function ofRule(policy: AdminPolicy, direction: Direction, rule: AdminRule): readonly Mistake[] {
  return ruleMistakes(rule, peerMistakes(rule, formOf(direction, rule)), actionsOf(policy)).map((mistake) => ({
    kind: mistake.kind,
    by: [inRule(policy, rule, mistake)],
    directions: [direction],
    description: ruleText(direction, rule.index, mistake.kind, mistake.what),
    position: mistake.position,
  }));
}

/** A baseline of v1alpha1 has nothing behind it to pass to. https://network-policy-api.sigs.k8s.io/reference/spec/ */
function actionsOf({ kind }: AdminPolicy): Actions {
  const accept = kind === 'ClusterNetworkPolicy' ? 'Accept' : 'Allow';
  return { accept, deny: 'Deny', ...(kind !== 'BaselineAdminNetworkPolicy' && { pass: 'Pass' }) };
}

/** Ingress knows pods alone, and egress addresses as well. https://network-policy-api.sigs.k8s.io/reference/spec/ */
function formOf(direction: Direction, { position }: AdminRule): PeerForm {
  const pods: AdminPeer = { kind: 'pods', ...EVERY_POD, position };
  const networks: AdminPeer = { kind: 'networks', cidrs: ['0.0.0.0/0', '::/0'], position };
  return {
    everyone: direction === 'ingress' ? [pods] : [pods, networks],
    everyoneText: direction === 'ingress' ? 'every pod' : everyoneText(direction),
    home: '',
    pods: (peer) => [peer],
  };
}

function selectsAll({ namespaceSelector, podSelector }: NamespacedPods): boolean {
  return selectsEverything(namespaceSelector) && selectsEverything(podSelector);
}
