import type { Direction } from '../../requirements/model.ts';
import { formatSelector } from '../../requirements/selector.ts';
import { selectsEverything } from '../coverage/peers.ts';
import type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from '../inventory/model.ts';
import type { Mutant, MutationKind } from './model.ts';
import { peerText, portText, widenPeer } from './peers.ts';

const TYPES: Readonly<Record<Direction, string>> = { ingress: 'Ingress', egress: 'Egress' };

/**
 * Every mutant of a policy, one mistake each. What comes to the same as another is left out: to take away the only
 * peer or port of a rule is to take away the rule, the only direction, the policy.
 */
export function mutantsOf(policy: NetworkPolicy): readonly Mutant[] {
  return [
    ...ofWhole(policy),
    ...policy.directions.flatMap((direction) =>
      policy[direction].flatMap((rule) => ofRule({ policy, direction, rule })),
    ),
  ];
}

function ofWhole(policy: NetworkPolicy): readonly Mutant[] {
  const { directions, podSelector, position } = policy;
  const found: Mutant[] = [{ kind: 'remove-policy', policy, directions, description: 'policy removed', position }];
  for (const direction of directions.length > 1 ? directions : []) {
    found.push({
      kind: 'remove-direction',
      policy,
      mutated: { ...policy, directions: directions.filter((other) => other !== direction) },
      directions: [direction],
      description: `policyTypes without ${TYPES[direction]}`,
      position,
    });
  }
  if (selectsEverything(podSelector)) return found;
  const description = `podSelector ${formatSelector(podSelector)} widened to {}`;
  const mutated = { ...policy, podSelector: { matchLabels: {}, matchExpressions: [] } };
  return [...found, { kind: 'widen-selector', policy, mutated, directions, description, position }];
}

/** Said of a rule, not of a part of it. */
const WHOLE_RULE: ReadonlySet<MutationKind> = new Set(['remove-rule', 'widen-peers', 'widen-ports']);

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
    const text = direction === 'ingress' ? 'every source' : 'every destination';
    found.push(mutant(place, 'widen-peers', without(rule, 'peers'), `widened to ${text}`, position));
    found.push(...peers.flatMap((peer) => ofPeer(place, peers, peer)));
  }
  if (ports !== undefined) {
    const text = 'widened to every protocol and port';
    found.push(mutant(place, 'widen-ports', without(rule, 'ports'), text, position));
    found.push(...ports.flatMap((port) => ofPort(place, ports, port)));
  }
  return found;
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

function ofPort(place: Place, ports: readonly PolicyPort[], port: PolicyPort): readonly Mutant[] {
  const { rule } = place;
  const { protocol, position } = port;
  const others = ports.filter((other) => other !== port);
  const every: PolicyPort = { protocol, position };
  const widened = { ...rule, ports: ports.map((other) => (other === port ? every : other)) };
  const text = portText(port);
  return [
    ...(others.length > 0
      ? [mutant(place, 'remove-port', { ...rule, ports: others }, `${text} removed`, position)]
      : []),
    ...(port.port === undefined
      ? []
      : [mutant(place, 'widen-port', widened, `${text} widened to ${portText(every)}`, position)]),
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
  const rules = policy[direction].flatMap((other) =>
    other !== rule ? [other] : changed === undefined ? [] : [changed],
  );
  const separator = WHOLE_RULE.has(kind) ? ' ' : ': ';
  const description = `${direction} rule ${rule.index + 1}${separator}${what}`;
  return { kind, policy, mutated: { ...policy, [direction]: rules }, directions: [direction], description, position };
}

function without(rule: PolicyRule, part: 'peers' | 'ports'): PolicyRule {
  const { index, position, peers, ports } = rule;
  if (part === 'peers') return { index, position, ...(ports === undefined ? {} : { ports }) };
  return { index, position, ...(peers === undefined ? {} : { peers }) };
}
