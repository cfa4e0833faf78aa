import { buildInventory, type InventoryOptions } from '../../../../src/harness/inventory/build.ts';
import type { Inventory, Workload } from '../../../../src/harness/inventory/model.ts';
import type { SourceObject } from '../../../../src/harness/inventory/objects.ts';
import { MayreachError } from '../../../../src/source/error.ts';
import { parseYaml } from '../../../../src/source/yaml.ts';

/** The inventory of a YAML text, whose positions are in `a.yaml`. */
export function inventoryOf(text: string, options: InventoryOptions = {}): Inventory {
  return buildInventory(sourcesOf(text), options);
}

export function sourcesOf(text: string, file = 'a.yaml'): SourceObject[] {
  return parseYaml(text, file, { scalars: 'kubectl' }).map((document) => ({
    object: document.value,
    positionOf: document.positionOf.bind(document),
  }));
}

/** What `read` throws, which must be an error for users. */
export function errorOf(read: () => unknown): MayreachError {
  try {
    read();
  } catch (error) {
    if (error instanceof MayreachError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Its message, for a text that must be refused. */
export function refusalOf(text: string): string {
  const error = errorOf(() => inventoryOf(text));
  if (error.code !== 'MANIFEST_INVALID') throw error;
  return error.format();
}

export function workloadOf(inventory: Inventory, id: string): Workload {
  const workload = inventory.workloads.find((candidate) => candidate.id === id);
  if (workload === undefined) throw new Error(`no ${id}, but ${inventory.workloads.map((known) => known.id).join()}`);
  return workload;
}
