import type { Inventory, Note, Service } from '../../inventory/model.ts';
import type { KubeApi, KubeManifest, KubeObject } from '../api/model.ts';
import { formatObject } from '../api/paths.ts';
import { inTurn } from '../../probe/in-turn.ts';

export interface AppliedManifests {
  /** `NetworkPolicy shop/web` and the like, each as the cluster keeps it. */
  readonly objects: ReadonlyMap<string, KubeObject>;
  /** What was not sent as it was written, and why. */
  readonly notes: readonly Note[];
}

const AT_ONCE = 16;

/**
 * Puts the files' namespaces, service accounts, services and policies into an ephemeral cluster, as they are: raw
 * JSON, read back and compared. Policies are in place when it returns, so before any stand-in starts.
 * Errors carry the object's name and, of policies and services, the file's position: OBJECT_REFUSED.
 */
export async function applyManifests(
  kube: KubeApi,
  inventory: Inventory,
  signal?: AbortSignal,
): Promise<AppliedManifests> {
  const objects = new Map<string, KubeObject>();
  const notes: Note[] = [];
  const apply = async ({ object, ...where }: Applicable): Promise<void> => {
    const { kind, metadata } = object;
    const kept = await kube.apply(object, { signal, ...where });
    objects.set(formatObject({ kind, ...namespaceOf(metadata), name: metadata.name }), kept);
  };
  await inTurn(namespaces(inventory), AT_ONCE, apply);
  const services = inventory.services.map((service) => serviceToApply(service, notes));
  await inTurn([...serviceAccounts(inventory), ...services, ...policies(inventory)], AT_ONCE, apply);
  notes.push(...notApplied(inventory));
  return { objects, notes };
}

/** The cluster lacks the kinds' definitions, and its plugin would not enforce them. */
function notApplied({ adminPolicies }: Inventory): Iterable<Note> {
  const names = adminPolicies.map(({ kind, id, position }) => [`${kind} ${id}`, position] as const);
  return [...new Map(names)].map(([name, position]) => ({
    text: `${name} was not applied: the cluster of this run has no such kind of policy`,
    position,
  }));
}

type Applicable = { readonly object: KubeManifest } & NonNullable<Parameters<KubeApi['apply']>[1]>;

function namespaces({ namespaces: all }: Inventory): readonly Applicable[] {
  return all.map(({ name, labels, position }) => ({
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
    ...(position === undefined ? {} : { position }),
  }));
}

/** `default` too: the cluster makes it a moment after the namespace, and pods would have to wait for it. */
function serviceAccounts({ namespaces: all, workloads }: Inventory): readonly Applicable[] {
  const wanted = new Set(all.map(({ name }) => `${name}/default`));
  for (const { namespace, serviceAccount } of workloads) wanted.add(`${namespace}/${serviceAccount}`);
  return [...wanted].map((id) => {
    const [namespace = '', name = ''] = id.split('/');
    return { object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } } };
  });
}

function policies({ policies: all }: Inventory): readonly Applicable[] {
  return all.map(({ raw, namespace, name, position }) => ({
    object: inNamespace(raw, 'networking.k8s.io/v1', 'NetworkPolicy', namespace, name),
    position,
  }));
}

/**
 * Addresses and families that another cluster gave it. A node port stays: users come in by it.
 * https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
 */
const GIVEN = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort'] as const;

function serviceToApply({ raw, namespace, name, position, headless, id }: Service, notes: Note[]): Applicable {
  const object = inNamespace(raw, 'v1', 'Service', namespace, name);
  const spec = isRecord(object['spec']) ? object['spec'] : {};
  const given: readonly string[] = GIVEN;
  const dropped = Object.keys(spec).filter((key) => given.includes(key) && !(headless && key.startsWith('clusterIP')));
  if (dropped.length > 0) {
    notes.push({
      text: `service ${id} was applied without ${dropped.join(', ')}: the cluster chooses its own`,
      position,
    });
  }
  const kept = Object.fromEntries(Object.entries(spec).filter(([key]) => !dropped.includes(key)));
  return { object: { ...object, spec: kept }, position };
}

/** The object as read, with the namespace it was read into: the file may not say one. */
function inNamespace(raw: unknown, apiVersion: string, kind: string, namespace: string, name: string): KubeManifest {
  const object = isRecord(raw) ? raw : {};
  const metadata = isRecord(object['metadata']) ? object['metadata'] : {};
  return { ...object, apiVersion, kind, metadata: { ...metadata, namespace, name } };
}

function namespaceOf({ namespace }: KubeObject['metadata']): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
