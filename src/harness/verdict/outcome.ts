import type { Observation, Probe } from '../probe/model.ts';
import type { ObservedRun } from './observed-run.ts';

/** What an observation says about the way between two ends, before any control is asked. */
export type Reading = 'open' | 'closed' | 'name' | 'mixed' | 'unidentified' | 'unmeasured';

/** Reads one observation. A destination outside cannot identify itself; there a handshake is an open way. */
export function readingOf(observation: Observation | undefined, probe: Probe, run: ObservedRun): Reading {
  if (observation === undefined || observation.doubt !== undefined) return 'unmeasured';
  const { outcome } = observation;
  switch (outcome) {
    case 'open':
      return 'open';
    case 'refused':
    case 'timed-out':
    case 'unreachable':
      return 'closed';
    case 'name-not-resolved':
      return 'name';
    case 'accepted-not-identified':
      return isExternal(probe) && !opensEverything(probe, run) ? 'open' : 'unidentified';
    case 'mixed':
      return readingOfMixed(observation, probe, run);
    case 'not-measured':
      return 'unmeasured';
  }
}

export function isOpen(observation: Observation, probe: Probe, run: ObservedRun): boolean {
  return readingOf(observation, probe, run) === 'open';
}

/** Attempts that failed in different ways all failed; one that got through is enough to be mixed. */
function readingOfMixed(observation: Observation, probe: Probe, run: ObservedRun): Reading {
  const readings = observation.attempts.map(({ outcome }) => readingOf({ ...observation, outcome }, probe, run));
  const measured = new Set(readings.filter((reading) => reading !== 'unmeasured'));
  if (measured.size === 0) return 'unmeasured';
  const [only] = measured;
  return measured.size === 1 && only !== undefined ? only : 'mixed';
}

/** Whether a single attempt got through although others did not. */
export function openedOnce(observation: Observation, probe: Probe, run: ObservedRun): boolean {
  return observation.attempts.some(({ outcome }) => readingOf({ ...observation, outcome }, probe, run) === 'open');
}

function isExternal({ responders }: Probe): boolean {
  return responders === undefined;
}

/** A source to which a port where nothing listens "opens" has something in between: its handshakes prove nothing. */
function opensEverything({ from }: Probe, run: ObservedRun): boolean {
  return run.batch.health.get(from)?.opensEverything !== false;
}
