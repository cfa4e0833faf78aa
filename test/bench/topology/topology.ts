import {
  deploymentOf,
  namespaceOf,
  placeOf,
  podOf,
  ROLES,
  serviceOf,
  type GeneratedObject,
  type Place,
} from './objects.ts';
import { policiesOf } from './policies.ts';

/** How large a generated cluster is: ten workloads and ten policies to a namespace. */
export interface TopologySize {
  readonly namespaces: number;
  /** Running pods of each workload; 0: deployments alone, as in a repository. */
  readonly podsPerWorkload: number;
}

export interface GeneratedNamespace {
  readonly place: Place;
  readonly objects: readonly GeneratedObject[];
}

/** The same cluster each time; nothing of it is random. */
export function generateTopology({ namespaces, podsPerWorkload }: TopologySize): readonly GeneratedNamespace[] {
  let pods = 0;
  return Array.from({ length: namespaces }, (_, index) => {
    const place = placeOf(index);
    const running = ROLES.flatMap((role) =>
      Array.from({ length: podsPerWorkload }, (_unused, number) => {
        pods += 1;
        return podOf(place, role, number, `10.${64 + (pods >> 16)}.${(pods >> 8) & 255}.${pods & 255}`);
      }),
    );
    return {
      place,
      objects: [
        namespaceOf(place),
        ...ROLES.map((role) => deploymentOf(place, role)),
        ...ROLES.map((role) => serviceOf(place, role)),
        ...running,
        ...policiesOf(place),
      ],
    };
  });
}
