import type { Requirement } from '../../requirements/model.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import type { Claims } from './claims.ts';
import type { Claim, SuggestedPolicy } from './model.ts';
import { namesOf } from './names.ts';
import { governedWorkloads } from './pairs.ts';
import { rulesOf, type RuleContext } from './rules.ts';
import type { Scope } from './scope.ts';
import { Selectors, type Selection } from './selectors.ts';

const DEFAULT_DENY = 'default-deny';

/** Default denies, and one policy for each workload to which something is allowed; sorted by namespace and name. */
export function suggestPolicies(
  { may, forbidding }: Pick<Claims, 'may' | 'forbidding'>,
  scope: Scope,
  inventory: Inventory,
): readonly SuggestedPolicy[] {
  const writer = new PolicyWriter(may, scope, inventory);
  const denies = scope.namespaces.map((namespace) => defaultDeny(namespace, forbidding.get(namespace) ?? new Set()));
  const allows = scope.namespaces.flatMap((namespace) => writer.allowsIn(namespace));
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

class PolicyWriter {
  readonly #selectors: Selectors;
  readonly #governed: readonly Workload[];
  readonly #namespaces: readonly string[];
  readonly #into: ReadonlyMap<Workload, readonly Claim[]>;
  readonly #out: ReadonlyMap<Workload, readonly Claim[]>;
  readonly #ranks: ReadonlyMap<string, number>;

  constructor(may: readonly Claim[], scope: Scope, inventory: Inventory) {
    this.#selectors = new Selectors(inventory);
    this.#governed = governedWorkloads(inventory, scope);
    this.#namespaces = scope.namespaces;
    this.#into = byWorkload(may, 'to');
    this.#out = byWorkload(may, 'from');
    this.#ranks = new Map(requirementsOf(may).map(({ id }, index) => [id, index]));
  }

  allowsIn(namespace: string): readonly SuggestedPolicy[] {
    const groups = this.#groupsIn(namespace);
    const names = namesOf(groups.map(({ meant }) => meant));
    return groups.flatMap((group) => this.#allow(group, names.get(group.meant) ?? group.meant.name));
  }

  #groupsIn(namespace: string): readonly AlikeGroup[] {
    const here = this.#governed.filter((workload) => workload.namespace === namespace);
    const groups = Map.groupBy(here, (workload) =>
      JSON.stringify(this.#selectors.of(workload).workloads.map(({ id }) => id)),
    );
    return [...groups.values()].flatMap((members) => {
      const [meant] = members;
      return meant === undefined ? [] : [{ meant, members, selection: this.#selectors.of(meant) }];
    });
  }

  #allow({ meant, members, selection }: AlikeGroup, name: string): readonly SuggestedPolicy[] {
    const into = members.flatMap((member) => this.#into.get(member) ?? []);
    const out = members.flatMap((member) => this.#out.get(member) ?? []);
    const context: RuleContext = {
      selectorOf: (workload) => this.#selectors.of(workload).selector,
      namespaces: this.#namespaces,
      // A pod reaches itself whatever policies say.
      others: this.#governed.filter((one) => one !== meant || one.kind !== 'Pod'),
      rankOf: (id) => this.#rankOf(id),
    };
    const ingress = rulesOf(into, 'from', context);
    const egress = rulesOf(out, 'to', context);
    if (ingress.length + egress.length === 0) return [];
    const serves = requirementsOf([...into, ...out]).toSorted((a, b) => this.#rankOf(a.id) - this.#rankOf(b.id));
    const { selector, workloads } = selection;
    return [{ namespace: meant.namespace, name, selector, workloads, ingress, egress, serves }];
  }

  #rankOf(id: string): number {
    return this.#ranks.get(id) ?? this.#ranks.size;
  }
}

function defaultDeny(namespace: string, serves: ReadonlySet<Requirement>): SuggestedPolicy {
  return {
    namespace,
    name: DEFAULT_DENY,
    selector: { matchLabels: {}, matchExpressions: [] },
    workloads: [],
    ingress: [],
    egress: [],
    serves: [...serves],
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
