import { formatExpression } from '../inventory/expression.ts';
import { dump } from 'js-yaml';
import type { LabelSelector } from '../../requirements/selector.ts';
import type { PolicyPeer, PolicyPort, PolicyRule } from '../inventory/model.ts';
import { namePolicy, nameRule } from '../predict/classes/rule-match.ts';
import type { AdminPeer } from '../inventory/admin-model.ts';
import type { Change } from './change.ts';
import { connectionsText } from './connections-text.ts';
import type { Edit } from './edits.ts';
import type { Opened } from './effects.ts';

/** How much of what else would be let through is listed. */
const MOST_LISTED = 4;

const CALICO = /^(NetworkPolicy\.projectcalico\.org|GlobalNetworkPolicy) /;
/** https://docs.tigera.io/calico/latest/reference/resources/tier : what matches first decides. */
const EARLIER = ', or allow it in a policy of Calico that is tried before: of a lower order, or of an earlier tier';
/** https://docs.cilium.io/en/stable/security/policy/language/#deny-policies : what is denied stays denied. */
const FINAL = ': nothing that could be added overrides it';

/** What to write where, as lines; and what it would let through besides. */
export function changeLines(change: Change): readonly string[] {
  const { edit, opens, end } = change;
  if (edit === undefined) return [withoutEdit(change)];
  const also = opens.slice(0, MOST_LISTED).map(openedText);
  const more = opens.length > MOST_LISTED ? [`      and ${opens.length - MOST_LISTED} more`] : [];
  const way = end.direction === 'egress' ? 'out' : 'in';
  return [
    `  ${editText(edit, change)}`,
    ...(also.length === 0 ? [] : [`    which lets ${way} as well:`, ...also, ...more]),
  ];
}

function openedText({ from, to, connections }: Opened): string {
  return `      ${from} to ${to}: ${connectionsText(connections)}`;
}

function withoutEdit({ end }: Change): string {
  const { direction, subject, side, peer, connections } = end;
  const [denying] = side.deniedBy ?? [];
  if (denying !== undefined) {
    return `  let ${nameRule(denying)} leave it out${CALICO.test(denying.policy) ? EARLIER : FINAL}.`;
  }
  const node = peer.kind === 'workload' && peer.workload.hostNetwork;
  const why = node ? `${peer.workload.id} is a node to policies, and its addresses are not in the input: ` : '';
  const preposition = direction === 'egress' ? 'to' : 'from';
  return `  ${why}add an ${direction} rule that allows ${preposition} it on ${connectionsText(connections)}, in a policy that selects ${subject.id}.`;
}

function editText(edit: Edit, { end }: Change): string {
  const connections = connectionsText(end.connections);
  switch (edit.kind) {
    case 'port':
      return `add ${connections} to the ports of ${nameRule(edit.rule)}.`;
    case 'peer':
      return `add ${edit.peers.map(peerText).join(' and ')} to the peers of ${nameRule(edit.rule)}.`;
    case 'rule': {
      const { policy, direction, rule } = edit;
      return `add to ${namePolicy({ policy: policy.id, position: policy.position })} the ${direction} rule ${ruleText(rule, direction)}.`;
    }
    case 'policy': {
      const { policy, direction } = edit;
      const spec = { podSelector: selectorObject(policy.podSelector), policyTypes: [capital(direction)] };
      const rules = policy[direction].map((rule) => ruleText(rule, direction)).join(', ');
      const text = yaml(spec).replace(/\}$/, `, ${direction}: [${rules}]}`);
      return `add to namespace ${policy.namespace} a policy with the spec ${text}.`;
    }
    case 'admin-rule':
      return `put before ${nameRule(edit.before)} a rule that accepts ${edit.rule.peers.map(adminPeerText).join(' and ')} on ${connections}.`;
    case 'admin-policy': {
      const { subject, priority, kind } = edit.policy;
      const peers = edit.policy[edit.direction].flatMap((rule) => rule.peers.map(adminPeerText)).join(' and ');
      const preposition = edit.direction === 'egress' ? 'to' : 'from';
      return `add ${article(kind)} ${kind} with priority ${priority}, whose subject is ${'endpoints' in subject ? formatExpression(subject.endpoints) : podsText(subject)} and whose ${edit.direction} accepts ${preposition} ${peers} on ${connections}.`;
    }
  }
}

function article(word: string): string {
  return /^[AEIOU]/.test(word) ? 'an' : 'a';
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

function ruleText({ peers = [], ports }: PolicyRule, direction: 'ingress' | 'egress'): string {
  const key = direction === 'egress' ? 'to' : 'from';
  return yaml({
    [key]: peers.map(peerObject),
    ...(ports === undefined ? {} : { ports: ports.map(portObject) }),
  });
}

function peerText(peer: PolicyPeer): string {
  return yaml(peerObject(peer));
}

function peerObject(peer: PolicyPeer): object {
  if (peer.kind === 'ipBlock') return { ipBlock: { cidr: peer.cidr } };
  const { namespaceSelector, podSelector } = peer;
  return {
    ...(namespaceSelector === undefined ? {} : { namespaceSelector: selectorObject(namespaceSelector) }),
    ...(podSelector === undefined ? {} : { podSelector: selectorObject(podSelector) }),
  };
}

function adminPeerText(peer: AdminPeer): string {
  if (peer.kind === 'networks') return yaml({ networks: [...peer.cidrs] });
  return peer.kind === 'pods' ? podsText(peer) : peer.kind;
}

function podsText({
  namespaceSelector,
  podSelector,
}: Record<'namespaceSelector' | 'podSelector', LabelSelector>): string {
  return yaml({
    pods: { namespaceSelector: selectorObject(namespaceSelector), podSelector: selectorObject(podSelector) },
  });
}

function portObject({ protocol, port, endPort }: PolicyPort): object {
  return {
    ...(protocol === 'TCP' && port !== undefined ? {} : { protocol }),
    ...(port === undefined ? {} : { port }),
    ...(endPort === undefined ? {} : { endPort }),
  };
}

function selectorObject({ matchLabels, matchExpressions }: LabelSelector): object {
  const expressions = matchExpressions.map(({ key, operator, values }) => ({
    key,
    operator,
    ...(values.length === 0 ? {} : { values: [...values] }),
  }));
  return {
    ...(Object.keys(matchLabels).length === 0 ? {} : { matchLabels: { ...matchLabels } }),
    ...(expressions.length === 0 ? {} : { matchExpressions: expressions }),
  };
}

/** On one line, as it can be pasted into a policy. */
function yaml(value: object): string {
  return dump(value, { flowLevel: 0, lineWidth: -1, noRefs: true }).trimEnd();
}
