import type { Direction } from '../../../requirements/model.ts';
import { formatSelector } from '../../../requirements/selector.ts';
import { selectsEverything } from '../../coverage/peers.ts';
import type { NetworkPolicy, PolicyPeer, PolicyRule } from '../../inventory/model.ts';
import type { Mutant, MutationKind } from '../model.ts';
import { peerText, widenPeer } from './peers.ts';
import { portMistakes } from './ports.ts';
import { everyoneText, ruleText, TYPES } from './text.ts';

/**
 * Every mutant of a policy, one mistake each. What comes to the same as another is left out: to take away the only
 * peer or port of a rule is to take away the rule, the only direction, the policy.
 */
export function networkPolicyMutants(policy: NetworkPolicy): readonly Mutant[] {
  return [
    ...ofWhole(policy),
    ...policy.directions.flatMap((direction) =>
      policy[direction].flatMap((rule) => ofRule({ policy, direction, rule })),
    ),
  ];
}

/** The mutant whose place `by` takes; absent, the policy is gone. */
function mutantOf(
  policy: NetworkPolicy,
  by: NetworkPolicy | undefined,
  about: Pick<Mutant, 'kind' | 'directions' | 'description' | 'position'>,
): Mutant {
  const { kind, id } = policy;
  const edit = { list: 'policies', replaced: policy, ...(by && { by }) } as const;
  return { ...about, policy: { kind, id, name: id }, edit };
}

function ofWhole(policy: NetworkPolicy): readonly Mutant[] {
  const { directions, podSelector, position } = policy;
  const removed = { kind: 'remove-policy', directions, description: 'policy removed', position } as const;
  const found = [mutantOf(policy, undefined, removed)];
  for (const direction of directions.length > 1 ? directions : []) {
    const by = { ...policy, directions: directions.filter((other) => other !== direction) };
    const description = `policyTypes without ${TYPES[direction]}`;
    found.push(mutantOf(policy, by, { kind: 'remove-direction', directions: [direction], description, position }));
  }
  if (selectsEverything(podSelector)) return found;
  const description = `podSelector ${formatSelector(podSelector)} widened to {}`;
  const by = { ...policy, podSelector: { matchLabels: {}, matchExpressions: [] } };
  return [...found, mutantOf(policy, by, { kind: 'widen-selector', directions, description, position })];
}

/** A rule, and where it stands. */
interface Place {
  readonly policy: NetworkPolicy;
  readonly direction: Direction;
  readonly rule: PolicyRule;
}

function ofRule(place: Place): readonly Mutant[] {
  const { rule, direction } = place;
  const { peers, ports, position } = rule;
  const found = [mutant(place, 'remove-rule', undefined, 'removed', position)];
  if (peers !== undefined) {
    const what = `widened to ${everyoneText(direction)}`;
    found.push(mutant(place, 'widen-peers', without(rule, 'peers'), what, position));
    found.push(...peers.flatMap((peer) => ofPeer(place, peers, peer)));
  }
  const ofPorts = portMistakes(ports).map(({ kind, ports: changed, what, position: at = position }) => {
    const by = { ...without(rule, 'ports'), ...(changed && { ports: changed }) };
    return mutant(place, kind, by, what, at);
  });
  return [...found, ...ofPorts];
}

function ofPeer(place: Place, peers: readonly PolicyPeer[], peer: PolicyPeer): readonly Mutant[] {
  const { rule } = place;
  const others = peers.filter((other) => other !== peer);
  const removed = { ...rule, peers: others };
  return [
    ...(others.length > 0 ? [mutant(place, 'remove-peer', removed, `${peerText(peer)} removed`, peer.position)] : []),
    ...widenPeer(peer).map(({ kind, part, what }) => {
      const widened = { ...rule, peers: peers.map((other) => (other === peer ? part : other)) };
      return mutant(place, kind, widened, what, peer.position);
    }),
  ];
}

/** `changed` absent: the rule is gone. */
function mutant(
  { policy, direction, rule }: Place,
  kind: MutationKind,
  changed: PolicyRule | undefined,
  what: string,
  position: Mutant['position'],
): Mutant {
  const rules = policy[direction].flatMap((other) => (other === rule ? (changed ?? []) : other));
  const description = ruleText(direction, rule.index, kind, what);
  return mutantOf(policy, { ...policy, [direction]: rules }, { kind, directions: [direction], description, position });
}

function without(rule: PolicyRule, part: 'peers' | 'ports'): PolicyRule {
  const { index, position, peers, ports } = rule;
  if (part === 'peers') return { index, position, ...(ports === undefined ? {} : { ports }) };
  return { index, position, ...(peers === undefined ? {} : { peers }) };
}
