import type { Direction } from '../../../requirements/model.ts';
import { selects } from '../../../requirements/selector.ts';
import type { Namespace, UnmodelledPolicy, Workload } from '../../inventory/model.ts';
import type { TierPolicy } from '../rules/admin-compile.ts';
import type { CompiledPolicy } from '../rules/compile.ts';
import type { Dialect } from '../dialects/dialects.ts';
import type { NamespaceIndex } from '../ends/namespaces.ts';
import { TierTable, type Tiers } from '../tiers/table.ts';
import { Vocabulary } from '../rules/vocabulary.ts';
import { whereaboutsOf, type Whereabouts } from '../dialects/whereabouts.ts';

/** Workloads that no policy can tell apart. */
export interface PodClass {
  readonly index: number;
  /** Any one of them. */
  readonly example: Workload;
  readonly namespace: Namespace;
  readonly whereabouts: Whereabouts;
  /** The policies that select them, in whatever direction. */
  readonly selectedBy: readonly CompiledPolicy[];
  /** The policies that select them, by the direction in which they isolate. */
  readonly isolatedBy: Readonly<Record<Direction, readonly CompiledPolicy[]>>;
  /** Policies that are not modelled and may select them. */
  readonly unmodelled: readonly UnmodelledPolicy[];
  /** The policies in tiers, around those that isolate. */
  readonly tiers: Readonly<Record<Direction, Tiers>>;
  /** The policies in tiers that select them, or may. */
  readonly tierPolicies: readonly TierPolicy[];
}

/** Finds each workload's class. Workloads that are not in the inventory may be asked for as well: they join a class or found one. */
export class ClassRegistry {
  readonly classes: PodClass[] = [];
  /** Classes by the namespace of their example. */
  readonly byNamespace = new Map<string, PodClass[]>();
  readonly #byKey = new Map<string, PodClass>();
  /** One object for whereabouts that no block tells apart, so that what blocks say of them is computed once. */
  readonly #whereabouts = new Map<string, Whereabouts>();
  readonly #tiers: TierTable;
  readonly #policies: ReadonlyMap<string, readonly CompiledPolicy[]>;
  readonly #unmodelled: readonly UnmodelledPolicy[];
  readonly #namespaces: NamespaceIndex;
  readonly #vocabulary: Vocabulary;
  readonly #dialect: Dialect;

  constructor(
    unmodelled: readonly UnmodelledPolicy[],
    policies: readonly CompiledPolicy[],
    tierPolicies: readonly TierPolicy[],
    namespaces: NamespaceIndex,
    dialect: Dialect,
  ) {
    this.#tiers = new TierTable(tierPolicies, namespaces);
    this.#policies = Map.groupBy(policies, ({ namespace }) => namespace);
    this.#unmodelled = unmodelled;
    this.#namespaces = namespaces;
    this.#dialect = dialect;
    this.#vocabulary = new Vocabulary(policies, tierPolicies, unmodelled, namespaces);
  }

  of(workload: Workload): PodClass {
    const namespace = this.#namespaces.get(workload.namespace);
    const whereabouts = whereaboutsOf(workload, this.#dialect);
    const location = this.#vocabulary.locate(whereabouts);
    const shared = this.#whereabouts.get(location) ?? whereabouts;
    this.#whereabouts.set(location, shared);
    const key = this.#vocabulary.keyOf(workload, namespace, location);
    return this.#byKey.get(key) ?? this.#found(key, workload, namespace, shared);
  }

  #found(key: string, workload: Workload, namespace: Namespace, whereabouts: Whereabouts): PodClass {
    const neighbourPolicies = workload.hostNetwork ? [] : (this.#policies.get(workload.namespace) ?? []);
    const selectedBy = neighbourPolicies.filter(({ podSelector }) => selects(podSelector, workload.labels));
    const isolating = (direction: Direction): readonly CompiledPolicy[] =>
      selectedBy.filter(({ directions }) => directions.includes(direction));
    const isolatedBy = { ingress: isolating('ingress'), egress: isolating('egress') };
    const isIsolated = { ingress: isolatedBy.ingress.length > 0, egress: isolatedBy.egress.length > 0 };
    const { tiers, selecting, doubtful } = this.#tiers.of({ workload, namespace, whereabouts, isIsolated });
    const created: PodClass = {
      index: this.classes.length,
      example: workload,
      namespace,
      whereabouts,
      selectedBy,
      isolatedBy,
      unmodelled: [...this.#unmodelled.filter((policy) => mayTouch(policy, workload)), ...doubtful],
      tiers,
      tierPolicies: selecting,
    };
    this.classes.push(created);
    this.#byKey.set(key, created);
    const neighbours = this.byNamespace.get(namespace.name) ?? [];
    neighbours.push(created);
    this.byNamespace.set(namespace.name, neighbours);
    return created;
  }
}

/** What the answers of policies rest on that the plugin does not take by the letter, or not at all. */
export function remarksOf({ selectedBy }: PodClass, direction: Direction): readonly string[] {
  return selectedBy.flatMap(({ remarks }) => remarks[direction]);
}

/** A policy of a namespace selects that namespace's pods; one of the whole cluster may select nodes too. */
function mayTouch({ namespace, ofNodes }: UnmodelledPolicy, workload: Workload): boolean {
  if (ofNodes === true) return workload.hostNetwork;
  return namespace === undefined || (namespace === workload.namespace && !workload.hostNetwork);
}
