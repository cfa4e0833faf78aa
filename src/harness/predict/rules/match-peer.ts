import type { Namespace, Workload } from '../../inventory/model.ts';
import { matchEndpoint } from '../ends/endpoints.ts';
import type { Match, NamespaceIndex } from '../ends/namespaces.ts';
import { selectsPods } from '../ends/seen-labels.ts';
import type { LabelledPods, PodPeer } from './compile.ts';

/** Whether a peer selects a workload. A pod on the host network is its node, as far as policies see. */
export function matchWorkload(peer: PodPeer, workload: Workload, namespace: Namespace, index: NamespaceIndex): Match {
  if (workload.hostNetwork) return 'no';
  if ('endpoints' in peer) return matchEndpoint(peer.endpoints, workload, namespace, index);
  return selectsPods(peer.pods, workload) ? matchNamespace(peer, namespace, index) : 'no';
}

/** Whether a peer may select in a namespace. */
export function matchNamespace({ namespaces }: LabelledPods, namespace: Namespace, index: NamespaceIndex): Match {
  if (namespaces.by === 'name') return namespaces.name === namespace.name ? 'yes' : 'no';
  return index.match(namespaces.selector, namespace);
}
