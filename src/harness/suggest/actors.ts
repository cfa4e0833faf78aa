import { clusterDns } from '../inventory/dns.ts';
import type { Inventory } from '../inventory/model.ts';

/** With whoever answers for names among the workloads, assumed where the input holds nobody: policies touch it too. */
export function withDns(inventory: Inventory): Inventory {
  const others = clusterDns(inventory).workloads.filter(({ assumed }) => assumed === true);
  return { ...inventory, workloads: [...inventory.workloads, ...others] };
}
