import type { Requirement } from '../../requirements/model.ts';
import type { Member } from './members.ts';
import type { WantedPorts } from './ports.ts';

/** One source and one destination of one requirement, with the ports that it speaks of. */
export interface Request {
  readonly requirement: Requirement;
  readonly from: Member;
  readonly to: Member;
  readonly wanted: WantedPorts;
}

/** Whether a workload can have a second replica, so that "to itself" says something. An outsider has none. */
export function hasReplicas(kind: string): boolean {
  return kind !== 'Pod';
}

/** Why it is not known whether the requirement asks this at all: one of its ends may be no member. */
export function unsureOf({ from, to }: Request): string | undefined {
  return (from.kind === 'workload' ? from.unsure : undefined) ?? (to.kind === 'workload' ? to.unsure : undefined);
}
