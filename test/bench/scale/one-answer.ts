import { parseRequirements } from '../../../src/requirements/index.ts';
import type { RequirementSet } from '../../../src/requirements/model.ts';
import { clusterDns } from '../../../src/harness/inventory/dns.ts';
import type { Inventory } from '../../../src/harness/inventory/model.ts';
import { cellsOf } from '../../../src/harness/plan/cells.ts';
import { resolveRequirements } from '../../../src/harness/plan/requests.ts';
import { createPredictor } from '../../../src/harness/predict/predictor.ts';

import { judgeRequirement } from '../../../src/harness/verdict/requirements.ts';
import { createRandom } from '../support/random.ts';
import { quantile } from '../support/statistics.ts';

const QUESTIONS = 1000;

export interface AnswerTimes {
  readonly median: number;
  readonly p99: number;
  /** The very first question, which finds nothing prepared but the engine. */
  readonly first: number;
}

/** How long single requirements take on an engine that stands, ms: members, cell, prediction with reasons, verdict. */
export function answerTimes(inventory: Inventory): AnswerTimes {
  const predictor = createPredictor(inventory);
  const { workloads: dns } = clusterDns(inventory);
  const times = questions(inventory).map((set) => {
    const began = performance.now();
    const resolved = resolveRequirements([set], inventory, { tolerant: false });
    const context = { inventory, predictor, dns, hosts: new Map(), observing: false, servicesByEndpoints: false };
    const [planned] = cellsOf(resolved, context);
    if (planned === undefined) throw new TypeError('one requirement goes in, one comes out');
    const { cells } = judgeRequirement(planned, undefined, { today: '2027-01-01', replay: () => '' });
    if (cells.length === 0) throw new Error('nothing was judged');
    return performance.now() - began;
  });
  return { median: quantile(times, 0.5), p99: quantile(times, 0.99), first: times[0] ?? Number.NaN };
}

/** Between workloads drawn at random, each asked once. */
function questions({ workloads }: Inventory): readonly RequirementSet[] {
  const random = createRandom(1);
  const pick = (): string => {
    const workload = workloads[Math.floor(random() * workloads.length)];
    return workload === undefined ? '' : workload.id;
  };
  const cases = Array.from({ length: QUESTIONS }, (_, index) => ({
    id: `ASK-${index}`,
    from: pick(),
    mayReach: pick(),
    on: ['8080/tcp'],
  }));
  const [set] = parseRequirements(JSON.stringify({ requirements: 'ask', cases }), 'ask.reach.yaml');
  if (set === undefined) throw new TypeError('one set goes in, one comes out');
  return set.requirements.map((requirement) => ({ ...set, requirements: [requirement] }));
}
