import { PROTOCOLS, type Protocol } from '../../requirements/model.ts';
import { didYouMean } from '../../source/suggest.ts';
import { describe, type Field } from './field.ts';
import type { PolicyPort } from './model.ts';
import { checkPortName, isPort } from './names.ts';

/** Names of protocols, and whether they are one that is looked at here. */
const NAMES: Readonly<Record<string, Protocol | 'other'>> = {
  TCP: 'TCP',
  UDP: 'UDP',
  SCTP: 'SCTP',
  ICMP: 'other',
  ICMPv6: 'other',
  UDPLite: 'other',
};
/** https://www.iana.org/assignments/protocol-numbers/protocol-numbers.xhtml */
const NUMBERS: Readonly<Record<number, Protocol>> = { 6: 'TCP', 17: 'UDP', 132: 'SCTP' };

/** What a rule says of protocols and of the destination's ports. */
export interface CalicoPorts {
  /** Absent: every protocol and port. */
  readonly ports?: readonly PolicyPort[];
  readonly notPorts?: readonly PolicyPort[];
}

/**
 * Connections of a rule, as protocols and ports of the destination.
 * https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#rule and #ports
 */
export function readCalicoPorts(rule: Field): CalicoPorts {
  const protocols = readProtocols(rule);
  const named = readProtocol(rule.get('protocol'));
  const destination = rule.get('destination');
  for (const end of [rule.get('source'), destination]) {
    for (const key of ['ports', 'notPorts']) checkProtocol(end.get(key), named);
  }
  const [ports, notPorts] = ['ports', 'notPorts'].map((key) => {
    const items = destination.get(key).items();
    return items.length === 0 ? undefined : items.flatMap((item) => readPort(item, protocols));
  });
  const { position } = rule;
  const whole =
    protocols.length === PROTOCOLS.length ? undefined : protocols.map((protocol) => ({ protocol, position }));
  const wanted = ports ?? whole;
  return { ...(wanted && { ports: wanted }), ...(notPorts && { notPorts }) };
}

function readProtocols(rule: Field): readonly Protocol[] {
  const wanted = readProtocol(rule.get('protocol'));
  const unwanted = readProtocol(rule.get('notProtocol'));
  return PROTOCOLS.filter((protocol) => wanted === undefined || wanted === protocol).filter(
    (protocol) => unwanted !== protocol,
  );
}

/** A name, or a number from 1 to 255. */
function readProtocol(field: Field): Protocol | 'other' | undefined {
  const { value } = field;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 255) {
    return NUMBERS[value] ?? 'other';
  }
  if (typeof value === 'string' && Object.hasOwn(NAMES, value)) return NAMES[value];
  const names = Object.keys(NAMES);
  field.problem(`must be ${names.join(', ')} or a number from 1 to 255, not ${describe(value)}`, {
    hint: typeof value === 'string' ? didYouMean(value, names) : undefined,
  });
  return undefined;
}

function checkProtocol(list: Field, protocol: Protocol | 'other' | undefined): void {
  const items = list.items();
  const needsOne = protocol === 'other' || items.some(({ value }) => !isName(value));
  if (items.length === 0 || !needsOne || (protocol !== undefined && protocol !== 'other')) return;
  list.problem('must stand beside protocol: TCP, UDP or SCTP');
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && !/^\d+(:\d+)?$/.test(value);
}

/** A number, a range `first:last`, or a name; numbers may be quoted. */
function readPort(item: Field, protocols: readonly Protocol[]): readonly PolicyPort[] {
  const { value, position } = item;
  const [, first, last = first] = /^(\d+)(?::(\d+))?$/.exec(String(value)) ?? [];
  if (first === undefined || (typeof value !== 'string' && typeof value !== 'number')) {
    const name = item.text() ?? '';
    const wrong = typeof value === 'string' ? checkPortName(name) : undefined;
    if (wrong !== undefined) item.problem(`${JSON.stringify(name)} ${wrong}`);
    return protocols.map((protocol) => ({ protocol, port: name, position }));
  }
  const [port, endPort] = [Number(first), Number(last)];
  if (!isPort(port) || !isPort(endPort)) item.problem(`must be a port from 1 to 65535, not ${String(value)}`);
  else if (endPort < port)
    item.problem(`must be a range whose last port is not lower than its first: ${String(value)}`);
  return protocols.map((protocol) => ({ protocol, port, ...(endPort > port && { endPort }), position }));
}
