import type { Caller } from './call.ts';
import { KubeApiError } from './errors.ts';
import { groupPath, knownKind, type ResourceKind } from './paths.ts';

/** Kinds by discovery, each group version asked once. */
export function createKinds(caller: Caller): (apiVersion: string, kind: string) => Promise<ResourceKind> {
  interface Resource {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }
  const groups = new Map<string, Promise<readonly Resource[]>>();
  const ask = async (apiVersion: string, kind: string): Promise<readonly Resource[]> => {
    const { text } = await caller.send({
      method: 'GET',
      path: groupPath(apiVersion),
      verb: 'find',
      object: `the kind ${kind} (${apiVersion})`,
    });
    return (JSON.parse(text) as { readonly resources: readonly Resource[] }).resources;
  };
  return async (apiVersion, kind) => {
    const known = knownKind(apiVersion, kind);
    if (known !== undefined) return known;
    const asked = groups.get(apiVersion) ?? ask(apiVersion, kind);
    groups.set(apiVersion, asked);
    const found = (await asked).find((resource) => resource.kind === kind && !resource.name.includes('/'));
    if (found === undefined) {
      throw new KubeApiError(`${caller.target.server} does not know the kind ${kind} (${apiVersion})`, {
        code: 'OBJECT_REFUSED',
        hint: 'Install its CustomResourceDefinition in the cluster, or leave the object out.',
      });
    }
    return { plural: found.name, namespaced: found.namespaced };
  };
}
