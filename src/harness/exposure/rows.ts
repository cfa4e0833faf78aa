import { formatSelector } from '../../requirements/selector.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import type { NamedShare } from './answers.ts';
import type { Exposure, ExposureEntry } from './exposure.ts';

/** Exposures as text, a row for each entry: the general one first, then by selectors. */
export function exposureRows(exposures: readonly Exposure[]) {
  return exposures.flatMap(({ workload, direction, entries }) =>
    entries
      .map((entry) => ({ entry, namespaces: formatSelector(entry.namespaces), pods: formatSelector(entry.pods) }))
      .sort((a, b) => rank(a.entry) - rank(b.entry) || compare(a.namespaces, b.namespaces) || compare(a.pods, b.pods))
      .map(({ entry, namespaces, pods }) => ({
        workload: workload.id,
        direction,
        namespaces,
        pods,
        connections: connectionsOf(entry),
        ...(entry.unknown.isEmpty ? {} : { unknown: entry.unknown.format() }),
      })),
  );
}

function rank({ general }: ExposureEntry): number {
  return general ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `TCP 443; TCP named metrics`: ports of which only the name is known come last. */
function connectionsOf({ allowed, named }: ExposureEntry): string {
  const names = named.map((share) => namedText(share, allowed)).sort();
  return allowed.isEmpty && names.length > 0 ? names.join('; ') : [allowed.format(), ...names].join('; ');
}

/** Which numbers may have the name is told only where not all may. */
function namedText({ protocol, name, outcome, connections }: NamedShare, allowed: ConnectionSet): string {
  const all = ConnectionSet.of(protocol);
  const whole = outcome === 'allowed' ? all.subtract(allowed) : all.intersect(allowed);
  const where = connections.equals(whole) ? '' : ` on ${connections.format().slice(protocol.length + 1)}`;
  return `${outcome === 'denied' ? 'not ' : ''}${protocol} named ${name}${where}`;
}
