import type { BatchResult, Observation, Probe, SourceHealth } from './model.ts';

/** A batch that was not begun, for one reason: nothing of it counts as open or blocked. */
export function unmeasured(probes: readonly Probe[], reason: string, now = new Date()): BatchResult {
  const observations = probes.map(({ key }): Observation => ({
    key,
    outcome: 'not-measured',
    attempts: [],
    doubt: reason,
  }));
  const health = [...new Set(probes.map(({ from }) => from))].map((pod): SourceHealth => ({
    pod,
    healthy: false,
    lost: reason,
    reachedSomething: false,
    opensEverything: false,
    lagMs: 0,
  }));
  return {
    observations: new Map(observations.map((observation) => [observation.key, observation])),
    health: new Map(health.map((one) => [one.pod, one])),
    startedAt: now.toISOString(),
    endedAt: now.toISOString(),
    durationMs: 0,
    attempts: 0,
  };
}
