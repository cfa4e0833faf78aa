import type { RequirementSet } from '../../requirements/model.ts';
import { clusterDns } from '../inventory/dns.ts';
import type { Inventory, Workload } from '../inventory/model.ts';
import { cellsOf, type PlannedRequirement } from '../plan/cells.ts';
import type { CellContext } from '../plan/context.ts';
import { resolveRequirements } from '../plan/requests.ts';
import { enforcementOf } from '../predict/dialects/enforcement.ts';
import type { Predictor } from '../predict/model.ts';
import { createPredictor } from '../predict/predictor.ts';
import { CaseWriter } from './catching.ts';
import { ChangeSearch } from './changes.ts';
import { Killers } from './killers.ts';
import { mergeCases } from './merge.ts';
import type { JudgedMutant, Mutant, MutationResult, Outcome } from './model.ts';
import { mutablePolicies, type MutablePolicy } from './mutants.ts';
import { MutantPredictors } from './predictors.ts';

export interface MutateOptions {
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  /** The policies that are mutated; default: all. */
  readonly policies?: readonly MutablePolicy[];
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
  { today, policies = mutablePolicies(inventory), onJudged }: MutateOptions,
): MutationResult {
  const trial = new Trial(inventory, sets, today);
  const mutants = policies.flatMap((policy) => policy.mutants());
  const predictors = new MutantPredictors(inventory, trial.dns);
  const judged: JudgedMutant[] = [];
  for (const mutant of mutants) {
    judged.push({ mutant, ...trial.judge(mutant, predictors.after(mutant.edit)) });
    onJudged?.(judged.length, mutants.length);
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
  /** Who answers for names, of the inventory or assumed. */
  readonly dns: readonly Workload[];
  readonly #inventory: Inventory;
  readonly #search: ChangeSearch;
  readonly #writer: CaseWriter;

  constructor(inventory: Inventory, sets: readonly RequirementSet[], today: string) {
    const { workloads: dns } = clusterDns(inventory);
    const predictor = createPredictor(inventory);
    this.#inventory = inventory;
    this.dns = dns;
    const context: CellContext = {
      inventory,
      predictor,
      dns,
      hosts: new Map(),
      observing: false,
      servicesByEndpoints: false,
    };
    const planned = cellsOf(resolveRequirements(sets, inventory, { tolerant: false }), context);
    this.killers = new Killers(planned, context, today);
    this.#search = new ChangeSearch(inventory, predictor, dns);
    this.#writer = new CaseWriter(
      inventory,
      planned.map(({ requirement }) => requirement.id),
    );
  }

  judge(mutant: Mutant, predictor: Predictor): Outcome {
    const touched = this.#search.touched(mutant, predictor);
    const { violated, unsure } = this.killers.ask(touched, mutant.directions, predictor);
    if (violated !== undefined) return { outcome: 'killed', by: idOf(violated) };
    const changes = this.#search.of(mutant, touched, predictor);
    const [first, ...others] = changes.sure;
    if (first !== undefined) return { outcome: 'survived', ...this.#writer.catch([first, ...others]) };
    if (changes.doubt !== undefined) return { outcome: 'unknown', why: changes.doubt };
    if (unsure !== undefined) return { outcome: 'unknown', why: `whether ${idOf(unsure)} is then met is not known` };
    return { outcome: 'equivalent', why: changes.dns ? ONLY_DNS : (this.#ignored(mutant) ?? NOTHING) };
  }

  /** What the plugin that runs does not look at may say anything. */
  #ignored({ edit }: Mutant): string | undefined {
    const [first] = edit.list === 'adminPolicies' ? edit.replaced : [];
    const enforcement = first && enforcementOf(first.kind, this.#inventory.plugin);
    return enforcement?.kind === 'ignored' ? enforcement.note : undefined;
  }
}

const ONLY_DNS = 'only the cluster DNS, which the input does not hold, would notice';
const NOTHING = 'it changes nothing between what the input holds';

function idOf({ requirement: { id, set, otherwise } }: PlannedRequirement): string {
  return otherwise ? `${set}/${id}` : id;
}
