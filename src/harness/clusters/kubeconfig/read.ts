import { buildInventory } from '../../inventory/build.ts';
import type { SourceObject } from '../../inventory/objects.ts';
import type { Inventory, Note } from '../../inventory/model.ts';
import type { Position } from '../../../source/position.ts';
import type { KubeApi, KubeManifest } from '../api/model.ts';
import {
  BUILT_IN,
  collectionPath,
  DAEMON_SETS,
  ENDPOINT_SLICES,
  installedCollections,
  NAMESPACES,
  NETWORK_POLICIES,
  NODES,
  type Collection,
} from './collections.ts';
import { readEndpoints, readNode, type NodeFacts, type ServiceEndpoints } from './facts.ts';
import { listCollections, type ListedCollection, type ListRecord, type Wanted } from './lists.ts';
import { judgePlugin } from './plugin/judge.ts';
import { gatherSigns } from './plugin/signs.ts';

export interface ReadOptions {
  /** Only these; absent: all. What spans namespaces is read whole all the same. */
  readonly namespaces?: readonly string[];
  readonly signal?: AbortSignal;
}

/** What is read beside the inventory. */
export interface ClusterFacts {
  /** Every list that was read, with its moment and hash. */
  readonly lists: readonly ListRecord[];
  readonly nodes: readonly NodeFacts[];
  /** Addresses behind each service: of its pods, or entered by hand. */
  readonly endpoints: readonly ServiceEndpoints[];
  /** Policy kinds of plugins that are installed, and what they refer to: to be watched too. */
  readonly policyCollections: readonly Collection[];
  /** Policies and namespaces as they were read, by the path of their collection: what a watch starts from. */
  readonly baseline: ReadonlyMap<string, readonly KubeManifest[]>;
}

export interface LiveCluster {
  readonly inventory: Inventory;
  readonly facts: ClusterFacts;
}

/**
 * Reads a running cluster; changes nothing in it. Objects' positions are `cluster:networkpolicies/shop/web`, line 0.
 * @throws MayreachError RIGHT_MISSING, naming each missing right: never a shorter list; CLUSTER_UNREACHABLE
 */
export async function readCluster(kube: KubeApi, { namespaces, signal }: ReadOptions = {}): Promise<LiveCluster> {
  const installed = await installedCollections(kube);
  const [{ listed, notes }, chosen] = await Promise.all([
    listCollections(kube, wantedLists(installed.collections, namespaces), { signal }),
    readNamespaces(kube, namespaces ?? [], signal),
  ]);
  const policyCollections = installed.collections.filter(
    (collection) => collection.needed || (collection.kind === CIDR_GROUP && isListed(collection, listed)),
  );
  const nodes = itemsOf(listed, NODES);
  const daemonSets = itemsOf(listed, namespaces === undefined ? DAEMON_SETS : AGENTS);
  const inventoried = listed.filter(({ collection }) => !BESIDE.includes(collection));
  const inventory = buildInventory([...sourcesOf(inventoried), ...chosen.sources], {
    origin: 'cluster',
    plugin: judgePlugin(await gatherSigns(kube, { nodes, daemonSets })),
    notes: [...installed.notes, ...notes, ...chosen.notes],
  });
  return {
    inventory,
    facts: {
      lists: listed.flatMap(({ records }) => records),
      nodes: nodes.map(readNode),
      endpoints: readEndpoints(itemsOf(listed, ENDPOINT_SLICES)),
      policyCollections,
      baseline: new Map(
        listed
          .filter(({ collection }) => [NAMESPACES, NETWORK_POLICIES, ...policyCollections].includes(collection))
          .map(({ collection, items }) => [collectionPath(collection), items]),
      ),
    },
  };
}

// Nodes and agents of the whole cluster tell the plugin. Who may read some namespaces alone may do without.
const NODES_IF_ALLOWED: Collection = { ...NODES, needed: false };
const AGENTS: Collection = { ...DAEMON_SETS, needed: false };
/** What policies of Cilium refer to: without the right to list it, those alone are not known. */
const CIDR_GROUP = 'CiliumCIDRGroup';
/** Read for the facts; no part of the inventory. */
const BESIDE: readonly Collection[] = [AGENTS];

function wantedLists(installed: readonly Collection[], namespaces: readonly string[] | undefined): readonly Wanted[] {
  const all = (collections: readonly Collection[]) => collections.map((collection) => ({ collection }));
  if (namespaces === undefined) return all([...BUILT_IN, ...installed, NODES, ENDPOINT_SLICES]);
  const scoped = [...BUILT_IN.filter((one) => one !== NAMESPACES), ...installed, ENDPOINT_SLICES];
  return [...scoped.map((collection) => ({ collection, namespaces })), ...all([NODES_IF_ALLOWED, AGENTS])];
}

interface ChosenNamespaces {
  readonly sources: readonly SourceObject[];
  readonly notes: readonly Note[];
}

/** Each by its name: who may read some namespaces may seldom list all. */
async function readNamespaces(
  kube: KubeApi,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ChosenNamespaces> {
  if (names.length === 0) return { sources: [], notes: [] };
  const objects = await Promise.all(
    names.map(async (name) => ({
      name,
      object: await kube.get(`/api/v1/namespaces/${encodeURIComponent(name)}`, { signal }),
    })),
  );
  const missing = objects.filter(({ object }) => object === undefined).map(({ name }) => name);
  return {
    sources: objects.flatMap(({ object }) =>
      object === undefined ? [] : [liveSource(NAMESPACES, { ...object, apiVersion: 'v1', kind: 'Namespace' })],
    ),
    notes: [
      { text: `only these namespaces were read: ${names.join(', ')}` },
      ...missing.map((name) => ({ text: `the namespace ${name} does not exist` })),
    ],
  };
}

function isListed(wanted: Collection, listed: readonly ListedCollection[]): boolean {
  return listed.some(({ collection }) => collection === wanted);
}

function itemsOf(listed: readonly ListedCollection[], { kind, needed }: Collection): readonly KubeManifest[] {
  const ofKind = listed.filter(({ collection }) => collection.kind === kind);
  return (ofKind.find(({ collection }) => collection.needed === needed) ?? ofKind[0])?.items ?? [];
}

function* sourcesOf(listed: readonly ListedCollection[]): Generator<SourceObject> {
  for (const { collection, items } of listed) {
    for (const item of items) yield liveSource(collection, item);
  }
}

/** An object of the cluster answers with its own name for every place in it: there is no file to point into. */
function liveSource({ plural }: Collection, object: KubeManifest): SourceObject {
  const { namespace, name } = object.metadata;
  const scope = namespace === undefined ? '' : `${namespace}/`;
  const position: Position = { file: `cluster:${plural}/${scope}${name}`, line: 0, column: 0 };
  return { object, positionOf: () => position };
}
