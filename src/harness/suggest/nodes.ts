import type { Workload } from '../inventory/model.ts';
import { AddressSet } from '../predict/sets/addresses.ts';

/** A workload on the host network is its nodes, and those have addresses and no labels; undefined if not all are known. */
export function blocksOfNode({ pods }: Workload): AddressSet | undefined {
  if (pods.length === 0 || pods.some(({ addresses }) => addresses.length === 0)) return undefined;
  return AddressSet.of(...pods.flatMap(({ addresses }) => addresses));
}
