import type { EvidenceCanary } from '../evidence/schema.ts';
import { isDenial } from './outcome.ts';

type PhaseResult = EvidenceCanary['phases'][number];

/** Four cells (TCP and UDP, in and out) through three phases. */
const COMPLETE = 12;

/** True only if every cell was open, then denied, then open again. */
export function enforces(phases: readonly PhaseResult[]): boolean {
  return phases.length === COMPLETE && failing(phases).length === 0;
}

/** One sentence: what the canary of a node showed. */
export function describeCanary(node: string, phases: readonly PhaseResult[]): string {
  const [first] = failing(phases);
  const slowest = (phase: PhaseResult['phase']): string =>
    seconds(Math.max(0, ...phases.filter((each) => each.phase === phase).map(({ latencyMs }) => latencyMs)));
  if (!first) {
    if (phases.length < COMPLETE)
      return `whether the network enforces policies on node ${node} was not measured in full`;
    return `the network enforces policies on node ${node}: denied after ${slowest('denied')}, open again after ${slowest('lifted')}`;
  }
  const failed = failing(phases).filter(({ phase }) => phase === first.phase);
  const which = failed.map(({ protocol, direction }) => `${protocol} ${direction}`).join(', ');
  const after = seconds(Math.max(...failed.map(({ latencyMs }) => latencyMs)));
  if (first.phase === 'open')
    return `node ${node}: enforcement was not measured, the canary was ${first.outcome} before any policy (${which})`;
  if (first.phase === 'lifted')
    return `node ${node}: enforcement was not measured, the canary was ${first.outcome} ${after} after its policy was removed (${which})`;
  if (failed.some(({ outcome }) => outcome === 'open'))
    return `the network does not enforce policies on node ${node}: still open after ${after} (${which})`;
  return `node ${node}: enforcement was not measured, the canary under its policy was ${first.outcome} (${which})`;
}

function failing(phases: readonly PhaseResult[]): PhaseResult[] {
  const order = { open: 0, denied: 1, lifted: 2 };
  const wrong = phases.filter(({ phase, outcome }) => (phase === 'denied' ? !isDenial(outcome) : outcome !== 'open'));
  return wrong.sort((a, b) => order[a.phase] - order[b.phase]);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
