import type { ObjectRef } from './model.ts';

export interface ResourceKind {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Kinds that every cluster has and a run uses; others are looked up in the cluster's discovery. */
const KNOWN: Readonly<Record<string, ResourceKind>> = {
  'v1/Namespace': { plural: 'namespaces', namespaced: false },
  'v1/Node': { plural: 'nodes', namespaced: false },
  'v1/Pod': { plural: 'pods', namespaced: true },
  'v1/Service': { plural: 'services', namespaced: true },
  'v1/ServiceAccount': { plural: 'serviceaccounts', namespaced: true },
  'v1/ConfigMap': { plural: 'configmaps', namespaced: true },
  'scheduling.k8s.io/v1/PriorityClass': { plural: 'priorityclasses', namespaced: false },
  'networking.k8s.io/v1/NetworkPolicy': { plural: 'networkpolicies', namespaced: true },
};

export function knownKind(apiVersion: string, kind: string): ResourceKind | undefined {
  return KNOWN[`${apiVersion}/${kind}`];
}

/** `/api/v1`, `/apis/networking.k8s.io/v1`. */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

export function resourcePath(
  { plural, namespaced }: ResourceKind,
  { apiVersion, namespace, name }: Omit<ObjectRef, 'name'> & { readonly name?: string },
): string {
  const scope = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${groupPath(apiVersion)}${scope}/${plural}${object}`;
}

/** `Pod shop/web`, `Namespace shop`. */
export function formatObject({ kind, namespace, name }: Omit<ObjectRef, 'apiVersion'>): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
