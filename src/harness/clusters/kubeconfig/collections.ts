import { classify, isPolicyFamily } from '../../inventory/kinds.ts';
import type { Note } from '../../inventory/model.ts';
import { MayreachError } from '../../../source/error.ts';
import { hasStatus } from '../api/errors.ts';
import type { KubeApi } from '../api/model.ts';

/** A collection of the API that is read. */
export interface Collection {
  /** `/apis/apps/v1`. */
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** False: where the right to list it is missing, a note says so and the rest is read. */
  readonly needed: boolean;
}

const core = (kind: string, plural: string, namespaced = true): Collection => ({
  group: '/api/v1',
  plural,
  kind,
  namespaced,
  needed: true,
});
const apps = (kind: string, plural: string): Collection => ({ ...core(kind, plural), group: '/apis/apps/v1' });

export const NAMESPACES = core('Namespace', 'namespaces', false);
export const PODS = core('Pod', 'pods');
export const NODES = core('Node', 'nodes', false);
export const DAEMON_SETS = apps('DaemonSet', 'daemonsets');
export const ENDPOINT_SLICES: Collection = {
  ...core('EndpointSlice', 'endpointslices'),
  // Without it only what stands behind services that have no selector is not known.
  needed: false,
  group: '/apis/discovery.k8s.io/v1',
};
export const NETWORK_POLICIES: Collection = {
  ...core('NetworkPolicy', 'networkpolicies'),
  group: '/apis/networking.k8s.io/v1',
};

/** What every cluster serves and the inventory is made of. */
export const BUILT_IN: readonly Collection[] = [
  NAMESPACES,
  PODS,
  core('Service', 'services'),
  NETWORK_POLICIES,
  apps('Deployment', 'deployments'),
  apps('StatefulSet', 'statefulsets'),
  DAEMON_SETS,
  apps('ReplicaSet', 'replicasets'),
  // Without these a pod's workload is named by a nearer owner, or a way in from outside is missing: told, not fatal.
  { ...core('ReplicationController', 'replicationcontrollers'), needed: false },
  { ...core('Job', 'jobs'), group: '/apis/batch/v1', needed: false },
  { ...core('CronJob', 'cronjobs'), group: '/apis/batch/v1', needed: false },
  { ...core('Ingress', 'ingresses'), group: '/apis/networking.k8s.io/v1', needed: false },
];

/** Where a collection is: of the whole cluster, or of one namespace. */
export function collectionPath({ group, plural, namespaced }: Collection, namespace?: string): string {
  return namespaced && namespace !== undefined
    ? `${group}/namespaces/${encodeURIComponent(namespace)}/${plural}`
    : `${group}/${plural}`;
}

interface Group {
  readonly name: string;
  readonly versions: readonly { readonly groupVersion: string }[];
  readonly preferredVersion?: { readonly groupVersion: string };
}

interface Resources {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

export interface Installed {
  readonly collections: readonly Collection[];
  readonly notes: readonly Note[];
}

/**
 * Collections of kinds that are installed here and count: the policies of plugins, admin policies, routes. Each kind
 * once, in the version that the cluster prefers.
 * @throws MayreachError CLUSTER_UNREACHABLE if a group that may hold policies does not answer
 */
export async function installedCollections(kube: KubeApi): Promise<Installed> {
  const { groups } = JSON.parse(await kube.text('/apis')) as { readonly groups: readonly Group[] };
  const found = await Promise.all(groups.filter(isCustom).map((group) => collectionsOf(kube, group)));
  return {
    collections: withoutCopies(found.flatMap(({ collections }) => collections)),
    notes: found.flatMap(({ notes }) => notes),
  };
}

/** Kubernetes' own groups hold nothing more that counts, and are many. */
function isCustom({ name }: Group): boolean {
  return name.includes('.') && (!name.endsWith('.k8s.io') || name.endsWith('.networking.k8s.io'));
}

/** Groups of which an answer must come: what they hold may decide. */
const MAY_HOLD_POLICIES =
  /(cilium\.io|projectcalico\.org|antrea\.io|k8s\.aws|ovn\.org|networking\.k8s\.io|openshift\.io|security\.istio\.io)$/;

async function collectionsOf(kube: KubeApi, group: Group): Promise<Installed> {
  try {
    return { collections: await findCollections(kube, group), notes: [] };
  } catch (error) {
    // Extension servers of all sorts are down now and then; most have nothing to do with reachability.
    if (!(error instanceof MayreachError) || MAY_HOLD_POLICIES.test(group.name)) throw error;
    return { collections: [], notes: [{ text: `the API group ${group.name} was not asked: ${error.message}` }] };
  }
}

async function findCollections(kube: KubeApi, { versions, preferredVersion }: Group): Promise<readonly Collection[]> {
  const preferred = preferredVersion?.groupVersion;
  const ordered = versions
    .map(({ groupVersion }) => groupVersion)
    .sort((left, right) => Number(right === preferred) - Number(left === preferred));
  const byKind = new Map<string, Collection>();
  for (const groupVersion of ordered) {
    for (const { name, kind, namespaced, verbs } of await resourcesOf(kube, groupVersion)) {
      const { family } = classify(kind, groupVersion);
      if (family === 'not-used' || name.includes('/') || !verbs.includes('list') || byKind.has(kind)) continue;
      const needed = isPolicyFamily(family);
      byKind.set(kind, { group: `/apis/${groupVersion}`, plural: name, kind, namespaced, needed });
    }
  }
  return [...byKind.values()];
}

async function resourcesOf(kube: KubeApi, groupVersion: string): Promise<Resources['resources']> {
  try {
    return (JSON.parse(await kube.text(`/apis/${groupVersion}`)) as Resources).resources;
  } catch (error) {
    // Served no more between the two questions.
    if (hasStatus(error, 404)) return [];
    throw error;
  }
}

/** Calico's API server shows what its custom resources hold, and Kubernetes' own policies a second time. */
function withoutCopies(collections: readonly Collection[]): Collection[] {
  const hasResources = collections.some(({ group }) => group.startsWith('/apis/crd.projectcalico.org/'));
  return hasResources
    ? collections.filter(({ group }) => !group.startsWith('/apis/projectcalico.org/'))
    : [...collections];
}
