import { buildInventory } from '../../../src/harness/inventory/build.ts';
import type { Inventory } from '../../../src/harness/inventory/model.ts';
import { generateTopology, type TopologySize } from '../topology/topology.ts';

/** The inventory of a generated cluster, read by the product from objects as a cluster's lists give them. */
export function generatedInventory(size: TopologySize): Inventory {
  const objects = generateTopology(size).flatMap(({ objects: own }) => own);
  return buildInventory(
    objects.map((object) => ({
      object,
      positionOf: () => ({
        file: `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`,
        line: 1,
        column: 1,
      }),
    })),
  );
}
