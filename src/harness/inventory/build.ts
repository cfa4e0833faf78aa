import { NAMESPACE_NAME } from '../../requirements/selector.ts';
import { throwProblems, type Problem } from '../../source/problems.ts';
import { readAdminPolicy } from './admin-policies.ts';
import { isCopy, readCalico } from './calico-objects.ts';
import { readCidrGroup } from './cilium-cidr-groups.ts';
import { readCiliumPolicy } from './cilium-policies.ts';
import { readIstioPolicy } from './istio-policies.ts';
import { dropRepeated } from './conflicts.ts';
import { readController } from './controllers.ts';
import { readLabels } from './labels.ts';
import type { Inventory, Namespace, NetworkPlugin, Note, UnmodelledPolicy } from './model.ts';
import { groupOf, isPolicyFamily, type Family } from './kinds.ts';
import { checkCount, checkSize } from './limits.ts';
import { identify, unfoldLists, type KubeObject, type SourceObject } from './objects.ts';
import { readPolicy } from './policies.ts';
import { tryRead } from './unmodelled.ts';
import { readRoute } from './routes.ts';
import { withHandMade } from './hand-made.ts';
import { readService } from './services.ts';
import { collectWorkloads } from './workloads.ts';

/** Policies of these use the namespace that they live in. */
const OF_NAMESPACES: readonly Family[] = [
  'policy',
  'cilium-policy',
  'calico-policy',
  'istio-policy',
  'unmodelled-policy',
];

export interface InventoryOptions {
  /**
   * `files` (the default): what the API server would refuse is an error. `cluster`: the API server took it, so what is
   * not understood is noted, and a policy that is not understood counts as unmodelled.
   */
  readonly origin?: 'files' | 'cluster';
  /** Default: unknown. */
  readonly plugin?: NetworkPlugin;
  /** What was already assumed or skipped in reading. */
  readonly notes?: readonly Note[];
}

/**
 * One inventory of all objects, whether of files or of a cluster's lists; sorted, so that the order of the input does
 * not count.
 * @throws MayreachError MANIFEST_INVALID with all that the API server would refuse
 * @throws MayreachError OBJECT_CONFLICT if an object is there twice with different content
 */
export function buildInventory(sources: Iterable<SourceObject>, options: InventoryOptions = {}): Inventory {
  const notes: Note[] = [...(options.notes ?? [])];
  const objects = dropRepeated(identifyAll(sources, notes, options.origin ?? 'files')).filter(
    (object) => !isCopy(object),
  );
  const of = (...families: readonly Family[]): KubeObject[] =>
    objects.filter(({ family }) => families.includes(family));

  const defined = of('namespace').map(readNamespace);
  const nodes = of('node').map(({ name, root }) => ({ name, labels: readLabels(root.at('metadata', 'labels')) }));
  const drafts = of('workload', 'pod').flatMap((object) => readController(object) ?? []);
  const services = withHandMade(of('service').map(readService), of('endpoints'));
  const labels = of('service').map(({ root }) => readLabels(root.at('metadata', 'labels')));
  const labelled = services.map((service, index) => ({ service, labels: labels[index] ?? {} }));
  const routes = of('ingress', 'gateway-route', 'openshift-route').map(readRoute);
  const read = of('policy').map((object) => ({ object, policy: readPolicy(object, notes) }));
  const readAdmin = of('admin-policy').map((object) => ({ object, policy: readAdminPolicy(object, notes) }));
  const reasons = new Map<KubeObject, string>();
  const cidrGroups = understood(of('cilium-cidr-group').map((object) => ({ object, policy: readCidrGroup(object) })));
  const readCilium = of('cilium-policy').flatMap((object) => {
    const result = tryRead(() => readCiliumPolicy(object, { cidrGroups, services: labelled }));
    if ('read' in result) return result.read.map((policy) => ({ object, policy }));
    reasons.set(object, result.reason);
    return [];
  });
  const readIstio = of('istio-policy').flatMap((object) =>
    readIstioPolicy(object).map((policy) => ({ object, policy })),
  );
  const { calico, ...readOfCalico } = readCalico(of('calico-policy'), of('service-account'), options.origin ?? 'files');
  for (const [object, reason] of readOfCalico.reasons) reasons.set(object, reason);
  notes.push(...readOfCalico.notes);
  if (options.origin === 'cluster') noteProblems(objects, notes);
  else throwProblems('MANIFEST_INVALID', objects.flatMap(problemsOf));

  const unmodelled = objects.filter(
    (object) =>
      object.family === 'unmodelled-policy' ||
      reasons.has(object) ||
      (isPolicyFamily(object.family) && hasProblems(object)),
  );
  const workloads = collectWorkloads(drafts, notes);
  const users = [...workloads, ...services, ...routes, ...of(...OF_NAMESPACES)];
  return {
    namespaces: sortBy(withUsed(defined, users), ({ name }) => name),
    workloads: sortBy(workloads, ({ id }) => id),
    ...(nodes.length === 0 ? {} : { nodes: sortBy(nodes, ({ name }) => name) }),
    services: sortBy(services, ({ id }) => id),
    policies: sortBy(understood(read), ({ id }) => id),
    adminPolicies: sortBy(
      understood([...readAdmin, ...readCilium, ...readIstio, ...readOfCalico.policies]),
      ({ kind, id }) => `${kind} ${id}`,
    ),
    ...(calico && { calico }),
    unmodelled: sortBy(
      unmodelled.map((object) => toUnmodelled(object, reasons.get(object))),
      ({ kind, id }) => `${kind} ${id}`,
    ),
    routes: sortBy(routes, ({ namespace, name, kind }) => `${namespace}/${name}[${kind}]`),
    plugin: options.plugin ?? { name: 'unknown' },
    notes,
  };
}

/** Objects of the kinds that are read; of the others, a note says how many there are. */
function identifyAll(sources: Iterable<SourceObject>, notes: Note[], origin: 'files' | 'cluster'): KubeObject[] {
  const objects: KubeObject[] = [];
  const skipped = new Map<string, number>();
  for (const source of sources) {
    for (const item of unfoldLists(source)) {
      const object = identify(item);
      if (object === undefined) {
        if (item.object !== null && item.object !== undefined) {
          notes.push({ text: 'skipped: not a Kubernetes object', position: item.positionOf([]) });
        }
      } else if (object.family === 'not-used' && !hasProblems(object)) {
        const kind = `${object.kind} (${object.apiVersion})`;
        skipped.set(kind, (skipped.get(kind) ?? 0) + 1);
      } else {
        if (origin === 'files') checkSize(object);
        objects.push(object);
        if (origin === 'files') checkCount(objects);
      }
    }
  }
  for (const [kind, count] of skipped) notes.push({ text: `skipped: ${count} ${kind}, a kind that is not used` });
  return objects;
}

function understood<Policy>(
  read: readonly { readonly object: KubeObject; readonly policy: Policy }[],
): readonly Policy[] {
  return read.flatMap(({ object, policy }) => (hasProblems(object) ? [] : [policy]));
}

function problemsOf({ root }: KubeObject): readonly Problem[] {
  return root.subject.problems;
}

function hasProblems(object: KubeObject): boolean {
  return problemsOf(object).length > 0;
}

function noteProblems(objects: readonly KubeObject[], notes: Note[]): void {
  for (const { message, position } of objects.flatMap(problemsOf)) {
    notes.push({ text: `not understood: ${message}`, position });
  }
}

function toUnmodelled(object: KubeObject, said?: string): UnmodelledPolicy {
  const { kind, apiVersion, family, namespace, name, position } = object;
  const [problem] = problemsOf(object);
  // Policies of any namespace may refer to a set of addresses.
  const isOfAll = namespace === '' || kind === 'NetworkSet';
  return {
    kind: kind === 'NetworkPolicy' || kind === 'ClusterNetworkPolicy' ? `${kind}.${groupOf(apiVersion)}` : kind,
    id: namespace === '' ? name : `${namespace}/${name}`,
    ...(isOfAll ? {} : { namespace }),
    ...(kind === 'HostEndpoint' && { ofNodes: true }),
    reason:
      said ?? (family !== 'unmodelled-policy' && problem !== undefined ? problem.message : 'its kind is not modelled'),
    position,
  };
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name : set by the API server. */
function readNamespace({ name, root, position }: KubeObject): Namespace {
  root.allowOnly(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  const labels = { ...readLabels(root.at('metadata', 'labels')), [NAMESPACE_NAME]: name };
  return { name, labels, defined: true, position };
}

function withUsed(defined: readonly Namespace[], users: readonly { readonly namespace: string }[]): Namespace[] {
  const byName = new Map(defined.map((namespace) => [namespace.name, namespace]));
  for (const { namespace: name } of users) {
    if (name !== '' && !byName.has(name))
      byName.set(name, { name, labels: { [NAMESPACE_NAME]: name }, defined: false });
  }
  return [...byName.values()];
}

/** By code units: the same on every machine. */
function sortBy<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ item }) => item);
}
