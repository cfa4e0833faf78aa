import { selects } from '../../../requirements/selector.ts';
import type { Inventory, NetworkPolicy, Note, Service } from '../../inventory/model.ts';
import { workloadsBehind } from '../ends/services.ts';

const LINKS =
  'https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors, https://kubernetes.io/docs/tutorials/services/source-ip/';

/**
 * Where a service takes traffic in at the nodes, policies may see a node's address in place of the client's; it is left
 * to the plugin which. What is predicted of addresses is for the client's own, and where policies tell addresses apart,
 * that is said.
 */
export function clientAddressNotes(inventory: Inventory): readonly Note[] {
  const doubtful = inventory.services.filter(
    (service) => service.externalTrafficPolicy === 'Cluster' && tellsAddressesApart(service, inventory),
  );
  const [first, ...more] = doubtful;
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : ` (and ${more.length} more like it)`;
  const text = `service ${first.id}${others} takes traffic in at the nodes, and policies may see a node's address there in place of the client's: what is predicted of addresses is for the client's own; with externalTrafficPolicy: Local it stays (${LINKS})`;
  return [{ text, position: first.position }];
}

/** Isolated, and open to some: whoever is let in from everywhere is let in from a node as well. */
function tellsAddressesApart(service: Service, inventory: Inventory): boolean {
  return workloadsBehind(inventory, service).some(({ namespace, labels }) => {
    const policies = inventory.policies.filter(
      (policy) =>
        policy.namespace === namespace && policy.directions.includes('ingress') && selects(policy.podSelector, labels),
    );
    return policies.length > 0 && !policies.some(letsEveryoneIn);
  });
}

function letsEveryoneIn({ ingress }: NetworkPolicy): boolean {
  return ingress.some(({ peers }) => peers === undefined);
}
