import { PROTOCOLS } from '../../../requirements/model.ts';
import { formatPosition, type Position } from '../../../source/position.ts';
import type { PolicyPort } from '../../inventory/model.ts';

/** One mistake in the ports of a rule, in words. */
export interface PortMistake {
  readonly kind: 'widen-ports' | 'remove-port' | 'widen-port';
  /** Absent: every protocol and port. */
  readonly ports?: readonly PolicyPort[];
  readonly what: string;
  /** Absent: of the rule. */
  readonly position?: Position;
}

/** What was written as one entry may be several to the engine: one for each protocol. They go and change together. */
export function portMistakes(ports: readonly PolicyPort[] | undefined): readonly PortMistake[] {
  if (ports === undefined) return [];
  const entries = [...Map.groupBy(ports, ({ position }) => formatPosition(position)).values()];
  return [
    { kind: 'widen-ports', what: 'widened to every protocol and port' },
    ...entries.flatMap((entry) => ofEntry(entry, ports, entries.length === 1)),
  ];
}

function ofEntry(entry: readonly PolicyPort[], ports: readonly PolicyPort[], isOnly: boolean): readonly PortMistake[] {
  const text = entryText(entry);
  const position = entry[0]?.position;
  const at = position === undefined ? {} : { position };
  const every = entry.map((port): PolicyPort => ({ protocol: port.protocol, position: port.position }));
  const widened = ports.map((port) => every[entry.indexOf(port)] ?? port);
  const others = ports.filter((port) => !entry.includes(port));
  const isWhole = entry.every(({ port }) => port === undefined) || (isOnly && entry.length === PROTOCOLS.length);
  return [
    ...(isOnly ? [] : [{ kind: 'remove-port' as const, ports: others, what: `${text} removed`, ...at }]),
    ...(isWhole
      ? []
      : [{ kind: 'widen-port' as const, ports: widened, what: `${text} widened to ${entryText(every)}`, ...at }]),
  ];
}

/** `TCP 5432`, `TCP 8000-8080`, `TCP http`, `every UDP port`, `TCP/UDP/SCTP 53`. */
function entryText(entry: readonly PolicyPort[]): string {
  const [first] = entry;
  const protocols = entry.map(({ protocol }) => protocol).join('/');
  if (first?.port === undefined) return `every ${protocols} port`;
  const { port, endPort } = first;
  return `${protocols} ${port}${endPort === undefined || endPort === port ? '' : `-${endPort}`}`;
}
