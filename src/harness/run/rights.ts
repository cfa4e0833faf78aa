import type { AccessQuestion, KubeApi } from '../clusters/api/model.ts';
import type { Collection } from '../clusters/kubeconfig/collections.ts';
import { PRIORITY_CLASS_RIGHTS } from '../clusters/standins/owners.ts';
import type { Evidence } from '../evidence/schema.ts';
import type { PodDemand } from '../plan/demand.ts';
import { outsider } from '../predict/ends/outsider.ts';
import type { RunNamespaces } from './run-pods.ts';
import { MayreachError } from '../../source/error.ts';

export type Rights = NonNullable<Evidence['cluster']['rights']>;

/** What probing needs where a pod of the run stands. `create` and `get` on attach: Kubernetes 1.35 asks for both. */
const FOR_PODS: readonly AccessQuestion[] = [
  ...['create', 'get', 'list', 'watch', 'delete'].map((verb) => ({ verb, resource: 'pods' })),
  { verb: 'get', resource: 'pods', subresource: 'attach' },
  { verb: 'create', resource: 'pods', subresource: 'attach' },
  // For the object that owns them.
  ...['create', 'get', 'delete'].map((verb) => ({ verb, resource: 'configmaps' })),
];

/** For the namespaces of the run's own. */
const IN_CLUSTER = ['create', 'get', 'delete'].map((verb): AccessQuestion => ({ verb, resource: 'namespaces' }));

/** For the canary's policy. */
const FOR_CANARY = ['create', 'delete'].map((verb): AccessQuestion => ({
  verb,
  resource: 'networkpolicies.networking.k8s.io',
}));

/** To say why a probe pod does not start, and to hear at once that it did. */
const TO_EXPLAIN: readonly AccessQuestion[] = [
  { verb: 'get', resource: 'pods', subresource: 'log' },
  { verb: 'list', resource: 'events' },
  { verb: 'watch', resource: 'events' },
];

/** What is followed while the run observes; without it, what was there before and after is compared. */
const TO_FOLLOW = ['namespaces', 'pods', 'networkpolicies.networking.k8s.io'].map((resource): AccessQuestion => ({
  verb: 'watch',
  resource,
}));

/** Likewise of the policy kinds of plugins that this cluster has. */
function toFollow(more: readonly Collection[]): readonly AccessQuestion[] {
  const own = more.map(({ group, plural }) => ({ verb: 'watch', resource: `${plural}.${group.split('/')[2] ?? ''}` }));
  return [...TO_FOLLOW, ...own];
}

/**
 * Rights that are asked for and done without; a run that lacks one tells less, and proves no less.
 * @param more policy kinds of plugins that are followed, too
 */
export function optionalRightsFor(
  namespaces: readonly string[],
  own: RunNamespaces,
  more: readonly Collection[] = [],
): readonly AccessQuestion[] {
  const within = [own.canary, own.outsider, ...namespaces];
  return [
    ...PRIORITY_CLASS_RIGHTS,
    ...toFollow(more),
    ...within.flatMap((namespace) => TO_EXPLAIN.map((question) => ({ ...question, namespace }))),
  ];
}

/** What a run that may not follow something does not see: told before it begins, not when the watch fails. */
export function unfollowed(rights: Rights): string | undefined {
  const denied = rights.filter(({ verb, namespace, allowed }) => verb === 'watch' && !namespace && !allowed);
  if (denied.length === 0) return undefined;
  const what = denied.map(({ resource }) => resource).join(', ');
  return `without the right to watch ${what} in all namespaces, what changes there and back while the run observes is not seen: only the beginning and the end are compared`;
}

/** Every right that is needed, where stand-ins go into these namespaces; the run's own need not be there yet. */
export function rightsFor(namespaces: readonly string[], own: RunNamespaces): readonly AccessQuestion[] {
  const within = (namespace: string, questions: readonly AccessQuestion[]): readonly AccessQuestion[] =>
    questions.map((question) => ({ ...question, namespace }));
  return [
    ...IN_CLUSTER,
    ...within(own.canary, [...FOR_PODS, ...FOR_CANARY]),
    // Policies that somebody puts there make its denials prove nothing.
    ...within(own.outsider, [...FOR_PODS, { verb: 'list', resource: 'networkpolicies.networking.k8s.io' }]),
    ...namespaces.flatMap((namespace) => within(namespace, FOR_PODS)),
  ];
}

/** The namespaces of theirs that stand-ins go into: not the outsider's, which is the run's own. */
export function namespacesOf(demands: readonly PodDemand[]): readonly string[] {
  const placed = demands.filter(({ id }) => id !== outsider().id);
  return [...new Set(placed.map(({ workload }) => workload.namespace))];
}

/**
 * Asks for every right before anything is created, and keeps the answers.
 * @throws MayreachError RIGHT_MISSING, naming all that are missing
 */
export async function checkProbeRights(
  kube: KubeApi,
  namespaces: readonly string[],
  own: RunNamespaces,
  more: readonly Collection[] = [],
): Promise<Rights> {
  const ask = async (question: AccessQuestion): Promise<Rights[number]> => ({
    ...named(question),
    allowed: (await kube.can(question)).allowed,
  });
  const [needed, optional] = await Promise.all([
    Promise.all(rightsFor(namespaces, own).map(ask)),
    Promise.all(optionalRightsFor(namespaces, own, more).map(ask)),
  ]);
  const missing = needed.filter(({ allowed }) => !allowed);
  if (missing.length === 0) return [...needed, ...optional.map((right) => ({ ...right, optional: true as const }))];
  const user = await kube.whoami().catch(() => 'this user');
  throw new MayreachError(`${user} lacks the right to ${missing.map(rightText).join('; to ')}`, {
    code: 'RIGHT_MISSING',
    hint: 'docs/production.md lists the rights that probing needs; without --probe the cluster is only read',
  });
}

/** As the evidence names a right. */
export function named({
  verb,
  resource,
  subresource,
  namespace,
}: AccessQuestion): Omit<Rights[number], 'allowed' | 'optional'> {
  return {
    verb,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function rightText({ verb, resource, namespace }: Rights[number]): string {
  return `${verb} ${resource}${namespace === undefined ? ' in any namespace' : ` in namespace ${namespace}`}`;
}
