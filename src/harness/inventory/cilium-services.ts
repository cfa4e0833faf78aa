import { type Labels, NAMESPACE_NAME, selects } from '../../requirements/selector.ts';
import type { AdminPeer, Since } from './admin-model.ts';
import { parseCidr } from './cidr.ts';
import { asSeen } from './cilium-selectors.ts';
import type { Field } from './field.ts';
import { readSelector } from './labels.ts';
import type { Service } from './model.ts';
import { Unmodelled } from './unmodelled.ts';

/** A service, and the labels by which policies of Cilium may select it. */
export interface LabelledService {
  readonly service: Service;
  readonly labels: Labels;
}

const OF_SELECTORS: Since = {
  minor: 1017,
  why: 'it names a service with a selector, which Cilium before 1.17 takes for nobody (https://docs.cilium.io/en/v1.16/security/policy/language/#services-based)',
};
/** Its endpoints are where the API server is: a node, which CIDRs match by a setting, or somewhere outside. */
const API_SERVER = 'default/kubernetes';

/**
 * Whom an entry of toServices stands for: the pods that a service selects, or the endpoints that were made for it, which
 * are CIDRs to Cilium and so never pods. Without a namespace it means services of every one.
 * https://docs.cilium.io/en/stable/security/policy/layer3/#services-based
 * https://github.com/cilium/cilium/blob/v1.18.0/pkg/policy/k8s/service.go
 * @throws Unmodelled where no such service is there, or its endpoints are not known
 */
export function readServicePeers(item: Field, services: readonly LabelledService[]): readonly AdminPeer[] {
  item.allowOnly(['k8sService', 'k8sServiceSelector']);
  const found = servicesOf(item, services);
  const peers = found.flatMap(({ service }) => peersOf(service, item));
  if (peers.length === 0)
    throw new Unmodelled(`it names the service ${found[0]?.service.id ?? ''}, which has no endpoints`);
  return peers;
}

/** With a selector beside it, a name does not count. */
function servicesOf(item: Field, services: readonly LabelledService[]): readonly LabelledService[] {
  const [byName, bySelector] = [item.get('k8sService'), item.get('k8sServiceSelector')];
  byName.allowOnly(['serviceName', 'namespace']);
  bySelector.allowOnly(['selector', 'namespace']);
  const home = (bySelector.present ? bySelector : byName).get('namespace').text() ?? '';
  const near = services.filter(({ service }) => home === '' || service.namespace === home);
  if (bySelector.present) {
    if (!bySelector.get('selector').present) bySelector.problem('must have a selector');
    const selector = readSelector(bySelector.get('selector'));
    return someOf(
      near.filter(({ labels }) => selects(selector, labels)),
      'it selects services of which none is in the input',
    );
  }
  const name = byName.get('serviceName').text() ?? '';
  if (name === '') throw new Unmodelled('it has an entry of toServices that names no service');
  const id = home === '' ? name : `${home}/${name}`;
  return someOf(
    near.filter(({ service }) => service.name === name),
    `it names the service ${id}, which is not in the input`,
  );
}

function someOf(found: readonly LabelledService[], otherwise: string): readonly LabelledService[] {
  if (found.length === 0) throw new Unmodelled(otherwise);
  return found;
}

function peersOf(service: Service, { position }: Field): readonly AdminPeer[] {
  const { id, namespace, selector, handMade, type } = service;
  if (selector !== undefined) {
    for (const [key, value] of Object.entries(selector)) asSeen({ key, operator: 'In', values: [value] });
    const namespaceSelector = { matchLabels: { [NAMESPACE_NAME]: namespace }, matchExpressions: [] };
    const podSelector = { matchLabels: selector, matchExpressions: [] };
    return [{ kind: 'pods', namespaceSelector, podSelector, since: OF_SELECTORS, position }];
  }
  if (type === 'ExternalName') return [];
  if (id === API_SERVER)
    throw new Unmodelled(
      `it names the service ${id}: whether Cilium lets the API server be reached by that is not known`,
    );
  if (handMade === undefined) throw new Unmodelled(`it names the service ${id}, whose endpoints are not known`);
  const addresses = new Set(handMade.map(({ address }) => address));
  return [...addresses].flatMap((address) => {
    const cidr = parseCidr(`${address}/${address.includes(':') ? 128 : 32}`);
    return cidr === undefined ? [] : [{ kind: 'world', cidrs: [cidr.text], except: [], position }];
  });
}
