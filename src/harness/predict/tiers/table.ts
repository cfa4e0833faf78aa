import type { Direction } from '../../../requirements/model.ts';
import type { UnmodelledPolicy } from '../../inventory/model.ts';
import type { TierPolicy, TierRule } from '../rules/admin-compile.ts';
import { namesOfPorts } from '../rules/compile.ts';
import type { NamespaceIndex } from '../ends/namespaces.ts';
import { matchWorkload } from '../rules/match-peer.ts';
import type { PolicyRef } from '../model.ts';
import { rulesFor } from './own-end.ts';
import { chainOf } from './order.ts';
import type { Tier } from './chain.ts';
import type { Selected } from './program.ts';
import type { Subject } from './subject.ts';

/** What policies in tiers have to say of the pods of a class, in one direction. */
export interface Tiers {
  /** In the order in which they are tried, the NetworkPolicies among them; empty where those stand alone. */
  readonly chain: readonly Tier[];
  /** Said of every answer: policies that this cluster's plugin does not enforce. */
  readonly remarks: readonly string[];
  /** Policies that surely isolate, NetworkPolicies apart. */
  readonly isolatedBy: readonly PolicyRef[];
}

const NO_TIERS: Tiers = { chain: [], remarks: [], isolatedBy: [] };
const NONE: Readonly<Record<Direction, Tiers>> = { ingress: NO_TIERS, egress: NO_TIERS };

/** Which policies in tiers select which pods; classes for which the same ones do share their chains. */
export class TierTable {
  readonly #indexes: ReadonlyMap<TierPolicy, number>;
  /** Those of one namespace by its name; the others without. */
  readonly #byHome: ReadonlyMap<string | undefined, readonly TierPolicy[]>;
  readonly #namespaces: NamespaceIndex;
  readonly #chains = new Map<string, readonly Tier[]>();

  constructor(policies: readonly TierPolicy[], namespaces: NamespaceIndex) {
    this.#indexes = new Map(policies.map((policy, index) => [policy, index]));
    this.#byHome = Map.groupBy(policies, ({ home }) => home);
    this.#namespaces = namespaces;
  }

  /** `selecting`: all that select them, or may; `doubtful`: those of which it is not known whether they are enforced. */
  of(subject: Subject): {
    readonly tiers: Readonly<Record<Direction, Tiers>>;
    readonly selecting: readonly TierPolicy[];
    readonly doubtful: readonly UnmodelledPolicy[];
  } {
    const { workload, namespace } = subject;
    const candidates = [...(this.#byHome.get(namespace.name) ?? []), ...(this.#byHome.get(undefined) ?? [])];
    const selected = candidates.flatMap((policy): Selected[] => {
      const match = matchWorkload(policy.subject, workload, namespace, this.#namespaces);
      return match === 'no' ? [] : [{ policy, match, rules: rulesFor(policy.rules, subject, this.#namespaces) }];
    });
    if (selected.length === 0) return { tiers: NONE, selecting: [], doubtful: [] };
    const tiers = {
      ingress: this.#tiers(selected, 'ingress', subject),
      egress: this.#tiers(selected, 'egress', subject),
    };
    const selecting = selected.map(({ policy }) => policy);
    return { tiers, selecting, doubtful: selecting.flatMap((policy) => asUnmodelled(policy) ?? []) };
  }

  #tiers(selected: readonly Selected[], direction: Direction, subject: Subject): Tiers {
    const taking = selected.filter(({ policy }) => policy.directions.includes(direction));
    const remarks = taking.flatMap(({ policy: { enforcement } }) =>
      enforcement.kind === 'ignored' ? [enforcement.note] : [],
    );
    const enforced = taking.filter(({ policy }) => policy.enforcement.kind === 'enforced');
    const chain = enforced.length === 0 ? [] : this.#chain(enforced, direction, subject);
    const isolatedBy = [
      ...enforced.filter(({ policy: { isolates }, match }) => isolates && match === 'yes'),
      ...chain.filter(isolates(direction)).flatMap(({ endedBy }) => endedBy.filter(({ match }) => match === 'yes')),
    ];
    return { chain, remarks: [...new Set(remarks)], isolatedBy: isolatedBy.map(({ policy: { ref } }) => ref) };
  }

  #chain(enforced: readonly Selected[], direction: Direction, subject: Subject): readonly Tier[] {
    const { workload, namespace, isIsolated } = subject;
    // Assumptions name the subject's namespace, and ports of names are those of the destination.
    const isPlain = enforced.every(({ match }) => match === 'yes');
    const rules = enforced.flatMap((one) => one.rules[direction]);
    const names = direction === 'egress' ? [] : rules.flatMap(({ ports }) => namesOfPorts(ports));
    const key = JSON.stringify([
      direction,
      isIsolated[direction],
      enforced.map(({ policy, match, rules: own }) => [this.#indexes.get(policy), match, own[direction].map(codeOf)]),
      isPlain ? '' : workload.namespace,
      workload.ports.filter(({ name }) => name !== undefined && names.includes(name)),
    ]);
    const known = this.#chains.get(key) ?? chainOf(enforced, direction, isIsolated[direction], namespace);
    this.#chains.set(key, known);
    return known;
  }
}

/** What of a rule depends on the pods that its policy selects. */
function codeOf({ ref, own, doubt, notes, isNever }: TierRule): unknown {
  return own === undefined ? ref.rule : [ref.rule, doubt, notes, isNever];
}

/** A tier that denies at its end, unless a rule passes everything before. */
function isolates(direction: Direction): (tier: Tier) => boolean {
  return ({ end, endedBy }) =>
    end === 'deny' &&
    !endedBy.some(({ match, rules }) => match === 'yes' && rules[direction].some((rule) => passesAll(rule)));
}

function passesAll({ action, peer, ports, doubt }: TierRule): boolean {
  const isWhole = ports.numbered.isAll && ports.except === undefined && doubt === undefined;
  return action === 'pass' && isWhole && peer !== undefined && Object.keys(peer).length === 0;
}

function asUnmodelled({ ref, kind, enforcement }: TierPolicy): UnmodelledPolicy | undefined {
  if (enforcement.kind !== 'unknown') return undefined;
  const id = ref.policy.slice(kind.length + 1);
  return { kind, id, reason: enforcement.reason, position: ref.position };
}
