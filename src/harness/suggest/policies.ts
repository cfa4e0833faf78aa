import type { Requirement } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import type { Claim, ClaimEnd, SuggestedPolicy } from './model.ts';
import { namesOf } from './names.ts';
import { rulesOf } from './rules.ts';
import type { Scope } from './scope.ts';
import { Selectors, type Selection } from './selectors.ts';

const DEFAULT_DENY = 'default-deny';

/** Default denies, and one policy for each workload to which something is allowed; sorted by namespace and name. */
export function suggestPolicies(
  may: readonly Claim[],
  mayNot: readonly Claim[],
  scope: Scope,
  inventory: Inventory,
): readonly SuggestedPolicy[] {
  const selectors = new Selectors(inventory);
  const out = byWorkload(may, 'from');
  const into = byWorkload(may, 'to');
  const denies = scope.namespaces.map((namespace) => defaultDeny(namespace, mayNot));
  const allows = scope.namespaces.flatMap((namespace) => {
    const governed = inventory.workloads.filter(
      (workload) => workload.namespace === namespace && scope.governs(workload),
    );
    const groups = alikeGroups(governed, selectors);
    const names = namesOf(groups.map(({ meant }) => meant));
    return groups.flatMap((group) => {
      const name = names.get(group.meant) ?? group.meant.name;
      const all = (claims: ReadonlyMap<Workload, readonly Claim[]>): readonly Claim[] =>
        group.members.flatMap((member) => claims.get(member) ?? []);
      return allowPolicy(name, group.selection, all(into), all(out), selectors);
    });
  });
  return [...denies, ...allows].sort(
    (a, b) =>
      compare(a.namespace, b.namespace) ||
      Number(isDefaultDeny(b)) - Number(isDefaultDeny(a)) ||
      compare(a.name, b.name),
  );
}

export function isDefaultDeny({ workloads }: SuggestedPolicy): boolean {
  return workloads.length === 0;
}

/** Workloads that labels do not tell apart: one policy serves all of them. */
interface AlikeGroup {
  /** The first by id: the policy bears its name. */
  readonly meant: Workload;
  readonly members: readonly Workload[];
  readonly selection: Selection;
}

function alikeGroups(governed: readonly Workload[], selectors: Selectors): readonly AlikeGroup[] {
  const groups = Map.groupBy(governed, (workload) =>
    JSON.stringify(selectors.of(workload).workloads.map(({ id }) => id)),
  );
  return [...groups.values()].flatMap((members) => {
    const [meant] = members;
    return meant === undefined ? [] : [{ meant, members, selection: selectors.of(meant) }];
  });
}

function allowPolicy(
  name: string,
  { selector, workloads }: Selection,
  into: readonly Claim[],
  out: readonly Claim[],
  selectors: Selectors,
): readonly SuggestedPolicy[] {
  const namespace = workloads[0]?.namespace ?? '';
  const selectorOf = (workload: Workload): Selection['selector'] => selectors.of(workload).selector;
  const ingress = rulesOf(into, 'from', selectorOf);
  const egress = rulesOf(out, 'to', selectorOf);
  if (ingress.length + egress.length === 0) return [];
  const serves = requirementsOf([...into, ...out]);
  return [{ namespace, name, selector, workloads, ingress, egress, serves }];
}

function defaultDeny(namespace: string, mayNot: readonly Claim[]): SuggestedPolicy {
  const isHere = (end: ClaimEnd): boolean => end.kind === 'workload' && end.workload.namespace === namespace;
  return {
    namespace,
    name: DEFAULT_DENY,
    selector: { matchLabels: {}, matchExpressions: [] },
    workloads: [],
    ingress: [],
    egress: [],
    serves: requirementsOf(mayNot.filter(({ from, to }) => isHere(from) || isHere(to))),
  };
}

function requirementsOf(claims: readonly Claim[]): readonly Requirement[] {
  return [...new Set(claims.map(({ requirement }) => requirement))];
}

function byWorkload(claims: readonly Claim[], end: 'from' | 'to'): ReadonlyMap<Workload, readonly Claim[]> {
  const found = new Map<Workload, Claim[]>();
  for (const claim of claims) {
    const one = claim[end];
    if (one.kind !== 'workload') continue;
    const known = found.get(one.workload);
    if (known === undefined) found.set(one.workload, [claim]);
    else known.push(claim);
  }
  return found;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
