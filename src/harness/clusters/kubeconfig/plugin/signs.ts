import { hasStatus } from '../../api/errors.ts';
import type { KubeApi, KubeManifest, KubeObject } from '../../api/model.ts';
import { collectionPath, DAEMON_SETS, NODES } from '../collections.ts';
import { isRightMissing, listCollections } from '../lists.ts';
import type { AgentContainer } from './engines.ts';

export interface DaemonSetSign {
  /** `namespace/name`. */
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  /** False: wanted on no node, as where a plugin was switched off by a node selector. */
  readonly running: boolean;
  readonly containers: readonly AgentContainer[];
}

export interface NodeSign {
  readonly name: string;
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly kubeletVersion: string;
}

/** What tells which network plugin runs, gathered before anything is concluded. */
export interface PluginSigns {
  readonly daemonSets: readonly DaemonSetSign[];
  readonly nodes: readonly NodeSign[];
  /** Nodes that have a CiliumNode of their own; undefined: Cilium's kinds are not installed, or may not be read. */
  readonly ciliumNodes?: readonly string[];
  /** Of Cilium's kinds, `1.28.3`; looked for where no DaemonSet tells the version. */
  readonly ciliumSchema?: string;
  /** Cilium's own settings; a text says why they are not known. */
  readonly ciliumConfig?: Readonly<Record<string, string>> | string;
  /** Arguments that k3s was started with by this run. */
  readonly k3sArgs?: readonly string[];
}

export interface KnownObjects {
  readonly nodes: readonly KubeManifest[];
  readonly daemonSets: readonly KubeManifest[];
  readonly k3sArgs?: readonly string[];
}

/** Lists what {@link gatherSigns} needs. Errors: RIGHT_MISSING for nodes and DaemonSets. */
export async function listForSigns(kube: KubeApi): Promise<KnownObjects> {
  const { listed } = await listCollections(kube, [{ collection: NODES }, { collection: DAEMON_SETS }]);
  const itemsOf = (kind: string) => listed.find(({ collection }) => collection.kind === kind)?.items ?? [];
  return { nodes: itemsOf('Node'), daemonSets: itemsOf('DaemonSet') };
}

export async function gatherSigns(kube: KubeApi, known: KnownObjects): Promise<PluginSigns> {
  const daemonSets = known.daemonSets.map(readDaemonSet);
  const nodes = known.nodes.map(readNode);
  const cilium = daemonSets.find(({ name }) => name === 'cilium' || name === 'anetd');
  const [ciliumNodes, ciliumConfig] = await Promise.all([
    readCiliumNodes(kube, nodes),
    cilium === undefined ? undefined : readCiliumConfig(kube, cilium.namespace),
  ]);
  const isVersionOpen = cilium === undefined && ciliumNodes !== undefined && ciliumNodes.length > 0;
  const ciliumSchema = isVersionOpen ? await readCiliumSchema(kube) : undefined;
  return {
    daemonSets,
    nodes,
    ...(ciliumNodes === undefined ? {} : { ciliumNodes }),
    ...(ciliumSchema === undefined ? {} : { ciliumSchema }),
    ...(ciliumConfig === undefined ? {} : { ciliumConfig }),
    ...(known.k3sArgs === undefined ? {} : { k3sArgs: known.k3sArgs }),
  };
}

interface Container {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

interface DaemonSet {
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } } };
  readonly status?: { readonly desiredNumberScheduled?: number };
}

function readDaemonSet(object: KubeManifest): DaemonSetSign {
  const { namespace = 'default', name } = object.metadata;
  const { spec, status } = object as DaemonSet;
  return {
    id: `${namespace}/${name}`,
    name,
    namespace,
    running: status?.desiredNumberScheduled !== 0,
    containers: (spec?.template?.spec?.containers ?? []).map(({ image = '', command = [], args = [] }) => ({
      image,
      args: [...command, ...args],
    })),
  };
}

function readNode(object: KubeObject): NodeSign {
  const { name, uid = '', annotations = {} } = object.metadata;
  const { nodeInfo } = (object.status ?? {}) as { readonly nodeInfo?: { readonly kubeletVersion?: string } };
  return { name, uid, annotations, kubeletVersion: nodeInfo?.kubeletVersion ?? '' };
}

interface Owner {
  readonly kind?: string;
  readonly uid?: string;
}

/** An agent keeps a CiliumNode for its node, owned by it: one of a node that is gone says nothing. */
async function readCiliumNodes(kube: KubeApi, nodes: readonly NodeSign[]): Promise<readonly string[] | undefined> {
  const uids = new Set(nodes.map(({ uid }) => uid));
  try {
    const { items } = await kube.list('/apis/cilium.io/v2/ciliumnodes');
    return items
      .filter(({ metadata }) =>
        ((metadata.ownerReferences ?? []) as readonly Owner[]).some(({ uid }) => uid !== undefined && uids.has(uid)),
      )
      .map(({ metadata }) => metadata.name);
  } catch (error) {
    if (hasStatus(error, 404) || isRightMissing(error)) return undefined;
    throw error;
  }
}

const CILIUM_SCHEMA = 'io.cilium.k8s.crd.schema.version';

/** The operator keeps it as a label of each kind's definition. */
async function readCiliumSchema(kube: KubeApi): Promise<string | undefined> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/ciliumnetworkpolicies.cilium.io';
  try {
    return (await kube.get(path))?.metadata.labels?.[CILIUM_SCHEMA];
  } catch (error) {
    if (isRightMissing(error)) return undefined;
    throw error;
  }
}

async function readCiliumConfig(kube: KubeApi, namespace: string): Promise<Readonly<Record<string, string>> | string> {
  const name = 'cilium-config';
  const path = collectionPath({ ...DAEMON_SETS, group: '/api/v1', plural: 'configmaps' }, namespace);
  try {
    const object = await kube.get(`${path}/${name}`);
    return (object?.data ?? `there is no config map ${namespace}/${name}`) as Readonly<Record<string, string>> | string;
  } catch (error) {
    if (isRightMissing(error)) return `the config map ${namespace}/${name} may not be read`;
    throw error;
  }
}
