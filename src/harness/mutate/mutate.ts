import type { RequirementSet } from '../../requirements/model.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory, NetworkPolicy, Workload } from '../inventory/model.ts';
import { cellsOf } from '../plan/cells.ts';
import type { CellContext } from '../plan/context.ts';
import { resolveRequirements } from '../plan/requests.ts';
import type { Predictor } from '../predict/model.ts';
import { createPredictor } from '../predict/predictor.ts';
import { CaseWriter } from './catching.ts';
import { ChangeSearch } from './changes.ts';
import { Killers } from './killers.ts';
import { mergeCases } from './merge.ts';
import type { JudgedMutant, Mutant, MutationResult, Outcome } from './model.ts';
import { mutantsOf } from './mutants.ts';
import { NamespacePredictors } from './predictors.ts';

export interface MutateOptions {
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  /** The policies that are mutated; default: all. */
  readonly policies?: readonly NetworkPolicy[];
  /** Called as mutants are judged. */
  readonly onJudged?: (done: number, total: number) => void;
}

/**
 * Mutation testing of the segmentation: makes one mistake in the policies at a time, and asks whether a requirement
 * that was met is not met any more. What is predicted decides; nothing is observed.
 * @throws MayreachError as resolving requirements does
 */
export function mutate(
  inventory: Inventory,
  sets: readonly RequirementSet[],
  { today, policies = inventory.policies, onJudged }: MutateOptions,
): MutationResult {
  const trial = new Trial(inventory, sets, today);
  const byNamespace = Map.groupBy(policies, ({ namespace }) => namespace);
  const all = [...byNamespace].map(([namespace, some]) => ({ namespace, mutants: some.flatMap(mutantsOf) }));
  const total = all.reduce((sum, { mutants }) => sum + mutants.length, 0);
  const judged: JudgedMutant[] = [];
  for (const { namespace, mutants } of all) {
    const predictors = new NamespacePredictors(inventory, namespace);
    for (const mutant of mutants) {
      judged.push({ mutant, ...trial.judge(mutant, predictors) });
      onJudged?.(judged.length, total);
    }
  }
  return resultOf(inOrder(judged), trial.killers);
}

/** As they stand in their files. */
function inOrder(judged: readonly JudgedMutant[]): readonly JudgedMutant[] {
  return judged.toSorted(({ mutant: { position: a } }, { mutant: { position: b } }) => {
    if (a.file !== b.file) return a.file < b.file ? -1 : 1;
    return a.line - b.line || a.column - b.column;
  });
}

function resultOf(judged: readonly JudgedMutant[], { blind }: Killers): MutationResult {
  const merged = mergeCases([...new Set(judged.flatMap((one) => (one.outcome === 'survived' ? one.caughtBy : [])))]);
  const mutants = judged.map((one) =>
    one.outcome === 'survived' ? { ...one, caughtBy: merged.get(one.caughtBy) ?? one.caughtBy } : one,
  );
  const killed = mutants.filter(({ outcome }) => outcome === 'killed').length;
  const survived = mutants.filter(({ outcome }) => outcome === 'survived').length;
  return {
    mutants,
    killed,
    survived,
    score: killed + survived === 0 ? null : (100 * killed) / (killed + survived),
    cases: [...new Set(merged.values())],
    blind: blind.map(({ requirement: { id, position } }) => ({ id, position })),
  };
}

/** The policies as they are, and what the requirements say of them. */
class Trial {
  readonly killers: Killers;
  readonly #base: Predictor;
  readonly #search: ChangeSearch;
  readonly #writer: CaseWriter;

  constructor(inventory: Inventory, sets: readonly RequirementSet[], today: string) {
    const { workloads: dns } = clusterDns(inventory);
    this.#base = createPredictor(inventory);
    const context: CellContext = {
      inventory,
      predictor: this.#base,
      dns,
      hosts: new Map(),
      observing: false,
      servicesByEndpoints: false,
    };
    const planned = cellsOf(resolveRequirements(sets, inventory, { tolerant: false }), context);
    this.killers = new Killers(planned, context, today);
    this.#search = new ChangeSearch(inventory, this.#base, dns);
    this.#writer = new CaseWriter(
      inventory,
      planned.map(({ requirement }) => requirement.id),
    );
  }

  judge(mutant: Mutant, predictors: NamespacePredictors): Outcome {
    const predictor = predictors.replace(mutant.policy, mutant.mutated);
    const selected = this.#selected(mutant, predictor);
    const killer = this.killers.firstUnmet(selected, mutant.directions, predictor);
    if (killer !== undefined) {
      const { id, set, otherwise } = killer.requirement;
      return { outcome: 'killed', by: otherwise ? `${set}/${id}` : id };
    }
    const changes = this.#search.of(mutant, selected, predictor);
    const [first, ...others] = changes.sure;
    if (first !== undefined) return { outcome: 'survived', ...this.#writer.catch([first, ...others]) };
    if (changes.unsure) return { outcome: 'unknown' };
    const why = changes.dns
      ? 'only the cluster DNS, which the input does not hold, would notice'
      : 'it changes nothing between what the input holds';
    return { outcome: 'equivalent', why };
  }

  /** Before or after: a policy that selects more isolates more. */
  #selected({ policy: { id } }: Mutant, mutated: Predictor): readonly Workload[] {
    return [...new Set([...this.#base.selectedBy(id), ...mutated.selectedBy(id)])];
  }
}
