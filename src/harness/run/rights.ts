import type { AccessQuestion, KubeApi } from '../clusters/api/model.ts';
import type { Evidence } from '../evidence/schema.ts';
import type { PodDemand } from '../plan/demand.ts';
import { outsider } from '../predict/ends/outsider.ts';
import { MayreachError } from '../../source/error.ts';

export type Rights = NonNullable<Evidence['cluster']['rights']>;

/** What probing needs in each namespace that gets a stand-in. `create` and `get` on attach: Kubernetes 1.35 asks for both. */
const IN_NAMESPACES: readonly AccessQuestion[] = [
  { verb: 'create', resource: 'pods' },
  { verb: 'watch', resource: 'pods' },
  { verb: 'delete', resource: 'pods' },
  { verb: 'get', resource: 'pods', subresource: 'attach' },
  { verb: 'create', resource: 'pods', subresource: 'attach' },
  { verb: 'create', resource: 'configmaps' },
  { verb: 'delete', resource: 'configmaps' },
];

/** What the run's own namespaces need, whose names nobody knows beforehand. */
const IN_CLUSTER: readonly AccessQuestion[] = [
  { verb: 'create', resource: 'namespaces' },
  { verb: 'delete', resource: 'namespaces' },
  { verb: 'create', resource: 'networkpolicies.networking.k8s.io' },
  { verb: 'delete', resource: 'networkpolicies.networking.k8s.io' },
];

/** Every right that is asked for, where stand-ins go into these namespaces. */
export function rightsFor(namespaces: readonly string[]): readonly AccessQuestion[] {
  return [
    ...IN_CLUSTER,
    ...namespaces.flatMap((namespace) => IN_NAMESPACES.map((question) => ({ ...question, namespace }))),
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
export async function checkProbeRights(kube: KubeApi, namespaces: readonly string[]): Promise<Rights> {
  const rights = await Promise.all(
    rightsFor(namespaces).map(async (question) => ({
      ...named(question),
      allowed: (await kube.can(question)).allowed,
    })),
  );
  const missing = rights.filter(({ allowed }) => !allowed);
  if (missing.length === 0) return rights;
  const user = await kube.whoami().catch(() => 'this user');
  throw new MayreachError(`${user} lacks the right to ${missing.map(rightText).join('; to ')}`, {
    code: 'RIGHT_MISSING',
    hint: 'docs/production.md lists the rights that probing needs; without --probe the cluster is only read',
  });
}

/** As the evidence names a right. */
export function named({ verb, resource, subresource, namespace }: AccessQuestion): Omit<Rights[number], 'allowed'> {
  return {
    verb,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function rightText({ verb, resource, namespace }: Rights[number]): string {
  return `${verb} ${resource}${namespace === undefined ? ' in any namespace' : ` in namespace ${namespace}`}`;
}
