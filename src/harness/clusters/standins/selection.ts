import { formatSelector, selects, type Labels, type LabelSelector } from '../../../requirements/selector.ts';
import type { AdminPolicy, NamespacedPods } from '../../inventory/admin-model.ts';
import { evaluate, formatExpression, type Expression, type Truth } from '../../inventory/expression.ts';
import type { Inventory, NetworkPolicy } from '../../inventory/model.ts';

/** A selector that takes a stand-in otherwise than the pods it stands for. */
export interface SelectionDifference {
  /** `policy shop/web`, or `service shop/api`. */
  readonly object: string;
  readonly selector: string;
  /** True: it selects the stand-in and not the real pods; false: the other way round. */
  readonly selectsStandIn: boolean;
}

/**
 * Selectors of the inventory's policies and services that tell a pod with labels `kept` from one with labels `asked`,
 * both in `namespace`. Empty: whatever was changed, no rule sees it.
 */
export function selectionDifferences(
  inventory: Pick<Inventory, 'policies' | 'adminPolicies' | 'services' | 'namespaces'>,
  namespace: string,
  asked: Labels,
  kept: Labels,
): readonly SelectionDifference[] {
  const namespaceLabels = inventory.namespaces.find(({ name }) => name === namespace)?.labels ?? {};
  const found: SelectionDifference[] = [];
  const look = (object: string, selector: LabelSelector): void => {
    const selectsStandIn = selects(selector, kept);
    if (selectsStandIn !== selects(selector, asked)) {
      found.push({ object, selector: formatSelector(selector), selectsStandIn });
    }
  };
  for (const policy of inventory.policies) {
    for (const selector of selectorsFor(policy, namespace, namespaceLabels)) look(`policy ${policy.id}`, selector);
  }
  for (const policy of inventory.adminPolicies) {
    for (const expression of expressionsOf(policy)) {
      const [before, after] = [asked, kept].map((labels) => selectsLabels(expression, labels));
      if (before === after) continue;
      const object = `${policy.kind} ${policy.id}`;
      found.push({ object, selector: formatExpression(expression), selectsStandIn: after === 'yes' });
    }
    for (const { namespaceSelector, podSelector } of podsOf(policy)) {
      if (selects(namespaceSelector, namespaceLabels)) look(`${policy.kind} ${policy.id}`, podSelector);
    }
  }
  for (const service of inventory.services) {
    if (service.namespace !== namespace || service.selector === undefined) continue;
    look(`service ${service.id}`, { matchLabels: service.selector, matchExpressions: [] });
  }
  return found;
}

/** All pods that an admin policy speaks of by their labels: its subject and its peers. */
function podsOf({ subject, ingress, egress }: AdminPolicy): readonly NamespacedPods[] {
  const peers = [...ingress, ...egress].flatMap((rule) => rule.peers);
  return [
    ...('endpoints' in subject ? [] : [subject]),
    ...peers.flatMap((peer) => (peer.kind === 'pods' ? [peer] : [])),
  ];
}

/** Likewise of a policy of Calico. */
function expressionsOf({ subject, ingress, egress }: AdminPolicy): readonly Expression[] {
  const ends = [...ingress, ...egress].flatMap(({ ends: found }) => (found ? [found.source, found.destination] : []));
  return [
    ...('endpoints' in subject ? [subject.endpoints] : []),
    ...ends.flatMap(({ selector, notSelector }) => [selector, notSelector].filter((one) => one !== undefined)),
  ];
}

/** By a pod's own labels: a stand-in has the namespace and the service account of the pods that it stands for. */
function selectsLabels(expression: Expression, labels: Labels): Truth {
  return evaluate(expression, (key) => {
    const isOwn = !key.startsWith('projectcalico.org/') && !key.startsWith('pcns.') && !key.startsWith('pcsa.');
    return isOwn ? { value: Object.hasOwn(labels, key) ? labels[key] : undefined } : 'unknown';
  });
}

/** The pod selectors of a policy that can meet a pod of that namespace. */
function* selectorsFor(policy: NetworkPolicy, namespace: string, labels: Labels): Generator<LabelSelector> {
  if (policy.namespace === namespace) yield policy.podSelector;
  for (const rule of [...policy.ingress, ...policy.egress]) {
    for (const peer of rule.peers ?? []) {
      if (peer.kind !== 'pods' || peer.podSelector === undefined) continue;
      const meets =
        peer.namespaceSelector === undefined ? policy.namespace === namespace : selects(peer.namespaceSelector, labels);
      if (meets) yield peer.podSelector;
    }
  }
}
