import type { Direction } from '../../requirements/model.ts';
import type { Namespace, UnmodelledPolicy, Workload } from '../inventory/model.ts';
import type { TierPolicy } from './admin-compile.ts';
import type { NamespaceIndex } from './namespaces.ts';
import { matchWorkload } from './peer-matcher.ts';
import type { PolicyRef } from './model.ts';
import { programOf, type Program, type Selected } from './tier-program.ts';

/** What admin policies have to say of the pods of a class, in one direction. */
export interface Tiers {
  readonly admin?: Program;
  readonly baseline?: Program;
  /** Said of every answer: policies that this cluster's plugin does not enforce. */
  readonly remarks: readonly string[];
  /** Policies that surely isolate: default denies of plugins' own kinds. */
  readonly isolatedBy: readonly PolicyRef[];
}

const NO_TIERS: Tiers = { remarks: [], isolatedBy: [] };
const NONE: Readonly<Record<Direction, Tiers>> = { ingress: NO_TIERS, egress: NO_TIERS };

/** Which admin policies select which pods; classes for which the same ones do share their programs. */
export class TierTable {
  readonly #policies: readonly TierPolicy[];
  readonly #namespaces: NamespaceIndex;
  readonly #programs = new Map<string, Program>();

  constructor(policies: readonly TierPolicy[], namespaces: NamespaceIndex) {
    this.#policies = policies;
    this.#namespaces = namespaces;
  }

  /** `doubtful`: policies of which it is not known whether they are enforced. */
  of(
    workload: Workload,
    namespace: Namespace,
  ): { readonly tiers: Readonly<Record<Direction, Tiers>>; readonly doubtful: readonly UnmodelledPolicy[] } {
    const selected = this.#policies.flatMap((policy): Selected[] => {
      const match = matchWorkload(policy.subject, workload, namespace, this.#namespaces);
      return match === 'no' ? [] : [{ policy, match }];
    });
    if (selected.length === 0) return { tiers: NONE, doubtful: [] };
    const tiers = {
      ingress: this.#tiers(selected, 'ingress', workload),
      egress: this.#tiers(selected, 'egress', workload),
    };
    return { tiers, doubtful: selected.flatMap(({ policy }) => asUnmodelled(policy) ?? []) };
  }

  #tiers(selected: readonly Selected[], direction: Direction, workload: Workload): Tiers {
    const admin = this.#program(selected, 'admin', direction, workload);
    const baseline = this.#program(selected, 'baseline', direction, workload);
    const remarks = selected.flatMap(({ policy: { enforcement, rules } }) =>
      enforcement.kind === 'ignored' && rules[direction].length > 0 ? [enforcement.note] : [],
    );
    const isolatedBy = selected
      .filter(({ policy: { isolates, rules }, match }) => isolates && match === 'yes' && rules[direction].length > 0)
      .filter(({ policy }) => policy.enforcement.kind === 'enforced')
      .map(({ policy: { ref } }) => ref);
    return { ...(admin && { admin }), ...(baseline && { baseline }), remarks: [...new Set(remarks)], isolatedBy };
  }

  #program(
    selected: readonly Selected[],
    tier: TierPolicy['tier'],
    direction: Direction,
    workload: Workload,
  ): Program | undefined {
    const enforced = selected.filter(({ policy }) => policy.enforcement.kind === 'enforced');
    const program = programOf(enforced, tier, direction);
    if (program === undefined) return undefined;
    // Assumptions name the subject's namespace, and ports of names are those of the destination.
    const isPlain = enforced.every(({ match }) => match === 'yes');
    const names =
      direction === 'egress' ? [] : program.rules.flatMap(({ ports }) => ports.named.map(({ name }) => name));
    const key = JSON.stringify([
      tier,
      direction,
      enforced.map(({ policy, match }) => [this.#policies.indexOf(policy), match]),
      isPlain ? '' : workload.namespace,
      workload.ports.filter(({ name }) => name !== undefined && names.includes(name)),
    ]);
    const known = this.#programs.get(key) ?? program;
    this.#programs.set(key, known);
    return known;
  }
}

function asUnmodelled({ ref, kind, enforcement }: TierPolicy): UnmodelledPolicy | undefined {
  if (enforcement.kind !== 'unknown') return undefined;
  const id = ref.policy.slice(kind.length + 1);
  return { kind, id, reason: enforcement.reason, position: ref.position };
}
