import { createHash } from 'node:crypto';

/** A pod's name is its host name too. */
const MAX_NAME = 63;

/**
 * `mayreach-<run>-<workload>-<hash>-p`. The EKS network policy agent keys its rules by a pod's name up to the last
 * hyphen, where it takes the rest for what a ReplicaSet appends: so all that tells two stand-ins apart stands before it.
 * https://github.com/aws/aws-network-policy-agent
 */
export function standInName(runId: string, party: string): string {
  const hash = createHash('sha256').update(party).digest('hex').slice(0, 8);
  const head = `mayreach-${runId}-`;
  const tail = `-${hash}-p`;
  const readable = slug(party.replace(/^[^/]*\//, '')).slice(0, MAX_NAME - head.length - tail.length);
  return `${head}${readable.replace(/-+$/, '') || 'pod'}${tail}`;
}

/** The second pod of a stand-in whose first did not start: what a plugin keys rules by stays. */
export function secondName(name: string): string {
  return `${name.replace(/-p$/, '')}-q`;
}

/** The run's own object on a live cluster, one in each namespace. */
export function ownerName(runId: string): string {
  return `mayreach-${runId}`;
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}
