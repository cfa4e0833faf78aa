import type { PlacedPod } from '../clusters/standins/model.ts';
import type { Inventory, NetworkPlugin, Workload } from '../inventory/model.ts';
import { replicaId } from '../plan/demand.ts';

/**
 * The inventory as it is on the cluster where it is observed: the plugin is known, and where stand-ins run, an
 * `ipBlock` can be held against their addresses.
 */
export function withStandIns(inventory: Inventory, pods: readonly PlacedPod[], plugin: NetworkPlugin): Inventory {
  const byId = new Map(pods.map((pod) => [pod.id, pod]));
  const place = (workload: Workload): Workload => {
    const own = [byId.get(workload.id), byId.get(replicaId(workload.id))].filter((pod) => pod !== undefined);
    if (own.length === 0) return workload;
    const standIns = own.map(({ name, uid, node, addresses }) => ({ name, uid, node, addresses }));
    return { ...workload, pods: standIns };
  };
  return { ...inventory, plugin, workloads: inventory.workloads.map(place) };
}

/** Namespaces that are used and not defined: their labels on the cluster of the run are not those of any other. */
export function undefinedIn({ namespaces }: Inventory): ReadonlySet<string> {
  return new Set(namespaces.filter(({ defined }) => !defined).map(({ name }) => name));
}
