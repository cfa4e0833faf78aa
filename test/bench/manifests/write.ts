import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { generateTopology, type GeneratedNamespace, type TopologySize } from '../topology/topology.ts';
import { requirementsOf } from './requirements.ts';

export interface WrittenInput {
  readonly requirements: number;
}

export interface InputSize extends TopologySize {
  readonly requirements: number;
  readonly otherwise: boolean;
}

/** Writes what a repository would hold: a folder of manifests and a requirement file to each namespace. */
export function writeInput(folder: string, { requirements, otherwise, ...size }: InputSize): void {
  const namespaces = generateTopology(size);
  writeManifests(join(folder, 'manifests'), namespaces);
  namespaces.forEach(({ place }, index) => {
    // Shares that differ by one at most, and add up.
    const share =
      Math.floor(((index + 1) * requirements) / namespaces.length) -
      Math.floor((index * requirements) / namespaces.length);
    const set = requirementsOf(place, share, { otherwise });
    writeFileSync(join(folder, `${place.name}.reach.yaml`), dump({ ...set, manifests: './manifests' }));
  });
}

export function writeManifests(folder: string, namespaces: readonly GeneratedNamespace[]): void {
  for (const { place, objects } of namespaces) {
    mkdirSync(join(folder, place.name), { recursive: true });
    const kinds = Map.groupBy(objects, ({ kind }) => kind.toLowerCase());
    for (const [kind, some] of kinds) {
      writeFileSync(
        join(folder, place.name, `${kind}s.yaml`),
        some.map((object) => dump(object, { noRefs: true })).join('---\n'),
      );
    }
  }
}
