import type { Workload } from '../inventory/model.ts';

/** Names of objects have at most 253 characters. */
const LONGEST = 253;

/**
 * A policy's name for each workload of one namespace: `allow-web`; where kinds share a name, `allow-web-cronjob`. Which
 * other workloads there are changes it in no other way, so that applying a suggestion again replaces its policies.
 */
export function namesOf(workloads: readonly Workload[]): ReadonlyMap<Workload, string> {
  const sharing = Map.groupBy(workloads, ({ name }) => name);
  const names = new Map<Workload, string>();
  const taken = new Set<string>();
  for (const workload of workloads) {
    const { name, kind } = workload;
    const isShared = (sharing.get(name)?.length ?? 0) > 1;
    const wanted = `allow-${name}${isShared ? `-${kind.toLowerCase()}` : ''}`;
    const free = firstFree(wanted, taken);
    taken.add(free);
    names.set(workload, free);
  }
  return names;
}

function firstFree(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : `-${number}`;
    // A name ends with a letter or a digit.
    const name = `${wanted.slice(0, LONGEST - suffix.length).replace(/[^a-z0-9]+$/, '')}${suffix}`;
    if (!taken.has(name)) return name;
  }
}
