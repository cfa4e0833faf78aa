import type { Direction } from '../../requirements/model.ts';
import type { EvidenceFinding } from '../evidence/schema.ts';
import type { Workload } from '../inventory/model.ts';
import type { Member } from '../plan/members.ts';
import type { Request } from '../plan/request.ts';
import type { PlannedRequirement } from '../plan/cells.ts';
import type { Predictor } from '../predict/model.ts';
import { outsider } from '../predict/ends/outsider.ts';

/**
 * mayReach cases that are met only for want of policies: no policy isolates either end, so none serves the case, and
 * the first default deny breaks it. A case that is denied is violated already, and told there.
 */
export function notServed(
  planned: readonly PlannedRequirement[],
  predictor: Pick<Predictor, 'isolatedBy'>,
): readonly EvidenceFinding[] {
  return planned.flatMap(({ requirement, requests, cells }) => {
    // Where something is not known, whether a policy serves it is not known either.
    if (requirement.expect !== 'mayReach' || cells.some(({ prediction }) => prediction.predicted !== 'allowed'))
      return [];
    const bare = requests.filter((request) => isBare(request, predictor));
    const [first] = bare;
    if (first === undefined) return [];
    const where = bare.length === requests.length ? '' : ` for ${bare.length} of its ${requests.length} pairs`;
    const { id, position } = requirement;
    const message = `${id} is served by no policy${where}: ${first.from.label} reaches ${first.to.label} because nothing isolates ${endsOf(first)}`;
    return [{ rule: 'requirement-not-served', severity: 'note', message, object: id, position, fails: false }];
  });
}

function isBare({ from, to }: Request, { isolatedBy }: Pick<Predictor, 'isolatedBy'>): boolean {
  const ends = [...judgeable(from, 'egress'), ...judgeable(to, 'ingress')];
  return ends.length > 0 && ends.every(({ workload, direction }) => isolatedBy(workload, direction).length === 0);
}

interface JudgedEnd {
  readonly workload: Workload;
  readonly direction: Direction;
}

/** The workloads of one end that a policy could isolate: no address, no node, no outsider. */
function judgeable(member: Member, direction: Direction): readonly JudgedEnd[] {
  return workloadsOf(member)
    .filter((workload) => !workload.hostNetwork && workload !== outsider())
    .map((workload) => ({ workload, direction }));
}

function workloadsOf(member: Member): readonly Workload[] {
  if (member.kind === 'workload') return [member.workload];
  return member.kind === 'service' ? [...new Set(member.endpoints.map(({ workload }) => workload))] : [];
}

function endsOf({ from, to }: Request): string {
  const texts = [
    ...(judgeable(from, 'egress').length > 0 ? [`${from.label} for egress`] : []),
    ...(judgeable(to, 'ingress').length > 0 ? [`${to.label} for ingress`] : []),
  ];
  return texts.join(' or ');
}
