import { clusterDns } from '../inventory/dns.ts';
import { cellsOf } from '../plan/cells.ts';
import type { ResolvedRequirement } from '../plan/requests.ts';
import { judgeRequirement } from '../verdict/requirements.ts';
import { excessOf, type ExcessInput } from './excess.ts';
import type { Proof, Unserved } from './model.ts';

export interface ProofInput extends ExcessInput {
  readonly resolved: readonly ResolvedRequirement[];
  readonly unserved: readonly Unserved[];
  readonly today: string;
}

/** Holds the suggestion against the requirements: what each comes to, and what is allowed that none asks for. */
export function prove(input: ProofInput): Proof {
  const { inventory, predictor, resolved, unserved, today } = input;
  const { workloads: dns } = clusterDns(inventory);
  const context = { inventory, predictor, dns, hosts: new Map(), observing: false, servicesByEndpoints: false };
  const judged = cellsOf(resolved, context).map((planned) => ({
    planned,
    requirement: judgeRequirement(planned, undefined, { today, replay: () => '' }),
  }));
  const notMet = judged
    .filter(({ requirement }) => requirement.verdict !== 'met')
    .map(({ planned, requirement }) => {
      const why = unserved.filter((one) => one.requirement === planned.requirement).map(({ reason }) => reason);
      return { requirement, reasons: why.length > 0 ? [...new Set(why)] : [requirement.text] };
    });
  return { requirements: judged.map(({ requirement }) => requirement), notMet, excess: excessOf(input) };
}
