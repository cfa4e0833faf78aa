import type { EndpointRef, Requirement, RequirementSet } from '../../requirements/model.ts';
import { MayreachError } from '../../source/error.ts';
import type { Inventory } from '../inventory/model.ts';
import { isUnsure, membersOf, sourcesOf, type Member, type Members } from './members.ts';
import { requestsOfOtherwise } from './otherwise.ts';
import { wantedPorts } from './ports.ts';
import { hasReplicas, type Request } from './request.ts';

/** A requirement on one inventory. */
export interface ResolvedRequirement {
  readonly requirement: Requirement;
  readonly requests: readonly Request[];
  readonly leftOut: readonly string[];
  /** Why nothing can be asked: on a live cluster an endpoint may select nothing, and the rest still runs. */
  readonly problem?: MayreachError;
}

export interface ResolveOptions {
  /** True on a live cluster: an endpoint that selects nothing makes its requirement inconclusive, not the run. */
  readonly tolerant: boolean;
}

/**
 * What each requirement asks of this inventory, `otherwise` last: it is what all cases of the run leave.
 * @throws MayreachError ENDPOINT_SELECTS_NOTHING, PORT_UNKNOWN, CASE_WITHOUT_CELLS, each with its place
 */
export function resolveRequirements(
  sets: readonly RequirementSet[],
  inventory: Inventory,
  options: ResolveOptions,
): readonly ResolvedRequirement[] {
  const bySet = sets.map((set) => ({
    set,
    cases: set.requirements
      .filter(({ otherwise }) => !otherwise)
      .map((requirement) => orProblem(requirement, options, () => resolve(requirement, inventory))),
  }));
  if (!options.tolerant) for (const { endpoints } of sets) checkDeclared(endpoints.values(), inventory);
  const asked = bySet.flatMap(({ cases }) => cases.flatMap(({ requests }) => requests));
  return bySet.flatMap(({ set, cases }) => [
    ...cases,
    ...set.requirements
      .filter(({ otherwise }) => otherwise)
      .map((requirement) =>
        orProblem(requirement, options, () => ({
          requirement,
          ...requestsOfOtherwise(requirement, set, inventory, asked),
        })),
      ),
  ]);
}

/** A declared endpoint that nothing names is a word of the file all the same: `otherwise` goes by where it lies. */
function checkDeclared(endpoints: Iterable<EndpointRef>, inventory: Inventory): void {
  for (const ref of endpoints) membersOf(ref, inventory);
}

function orProblem(
  requirement: Requirement,
  { tolerant }: ResolveOptions,
  resolved: () => ResolvedRequirement,
): ResolvedRequirement {
  try {
    return resolved();
  } catch (error) {
    if (!tolerant || !(error instanceof MayreachError)) throw error;
    return { requirement, requests: [], leftOut: [], problem: error };
  }
}

function resolve(requirement: Requirement, inventory: Inventory): ResolvedRequirement {
  const from = requirement.from.map((ref) => sourcesOf(ref, inventory));
  const to = requirement.to.map((ref) => membersOf(ref, inventory));
  const requests: Request[] = [];
  for (const source of unique(from.flatMap(({ members }) => members))) {
    for (const destination of unique(to.flatMap(({ members }) => members))) {
      if (!isJudged(source, destination)) continue;
      requests.push({ requirement, from: source, to: destination, wanted: wantedPorts(requirement, destination) });
    }
  }
  if (requests.length === 0) throw withoutCells(requirement, [...from, ...to], inventory);
  return { requirement, requests, leftOut: [...new Set([...from, ...to].flatMap(({ leftOut }) => leftOut))] };
}

/** Policies judge a connection only where at least one end is a pod, behind a service or not; a pod to itself always works. */
function isJudged(from: Member, to: Member): boolean {
  if (from.kind === 'addresses' && to.kind === 'service') return to.endpoints.length > 0;
  if (from.kind !== 'workload' && to.kind !== 'workload') return false;
  return !(
    from.kind === 'workload' &&
    to.kind === 'workload' &&
    from.workload.id === to.workload.id &&
    !hasReplicas(from.workload.kind)
  );
}

/** Each once; one that another endpoint of the case is sure of is sure. */
function unique(members: readonly Member[]): readonly Member[] {
  const found = new Map<string, Member>();
  for (const member of members) {
    const key = `${member.kind} ${member.label}`;
    const known = found.get(key);
    if (known === undefined || isUnsure(known)) found.set(key, member);
  }
  return [...found.values()];
}

const NO_PODS = 'The inventory is empty: check `manifests:`';

function withoutCells(requirement: Requirement, ends: readonly Members[], inventory: Inventory): MayreachError {
  const isItself = ends.every(({ members }) => members.every(({ kind }) => kind === 'workload'));
  const itself =
    inventory.workloads.length === 0 ? NO_PODS : 'A single pod to itself always works, whatever the policies say';
  return new MayreachError(`${requirement.id} has nothing to judge`, {
    code: 'CASE_WITHOUT_CELLS',
    position: requirement.position,
    hint: isItself ? itself : 'One end must be a pod',
  });
}
