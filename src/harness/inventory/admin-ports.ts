import { PROTOCOLS, type Protocol } from '../../requirements/model.ts';
import type { Field } from './field.ts';
import type { PolicyPort } from './model.ts';
import { readPortNumber, readPortOrName, readProtocol } from './ports.ts';

/** `ports` of v1alpha1; undefined where there are none, which is every port. */
export function readAdminPorts(field: Field): readonly PolicyPort[] | undefined {
  return readList(field, 100, (item) => {
    const { position } = item;
    item.allowOnly(['portNumber', 'portRange', 'namedPort']);
    const [number, range, name] = [item.get('portNumber'), item.get('portRange'), item.get('namedPort')];
    if ([number, range, name].filter(({ present }) => present).length !== 1) {
      item.problem('must have exactly one of portNumber, portRange, namedPort');
      return [];
    }
    if (name.present) return readNamedPort(name);
    if (range.present) {
      range.allowOnly(['protocol', 'start', 'end']);
      const protocol = readProtocol(range.get('protocol'));
      return readRange(range, 0).map((ports) => ({ protocol, ...ports, position }));
    }
    number.allowOnly(['protocol', 'port']);
    const protocol = readProtocol(number.get('protocol'));
    const port = needed(number.get('port'));
    return port === undefined ? [] : [{ protocol, port, position }];
  });
}

const MEMBERS: Readonly<Record<string, Protocol>> = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' };

/** `protocols` of v1alpha2, likewise. */
export function readAdminProtocols(field: Field): readonly PolicyPort[] | undefined {
  return readList(field, 25, (item) => {
    const keys = [...Object.keys(MEMBERS), 'destinationNamedPort'];
    item.allowOnly(keys);
    const [key, ...more] = keys.filter((name) => item.get(name).present);
    if (key === undefined || more.length > 0) {
      item.problem(`must have exactly one of ${keys.join(', ')}`);
      return [];
    }
    const member = item.get(key);
    const protocol = MEMBERS[key];
    return protocol === undefined ? readNamedPort(member) : readProtocolPorts(member, protocol);
  });
}

function readProtocolPorts(member: Field, protocol: Protocol): PolicyPort[] {
  member.allowOnly(['destinationPort']);
  const destination = member.get('destinationPort');
  const { position } = member;
  destination.allowOnly(['number', 'range']);
  const [number, range] = [destination.get('number'), destination.get('range')];
  if (number.present === range.present) {
    destination.problem('must have a number or a range');
    return [];
  }
  if (range.present) {
    range.allowOnly(['start', 'end']);
    return readRange(range, 1).map((ports) => ({ protocol, ...ports, position }));
  }
  const port = readPortNumber(number);
  return port === undefined ? [] : [{ protocol, port, position }];
}

/** A name is of no protocol: whichever ports of the pod have it. */
function readNamedPort(field: Field): PolicyPort[] {
  const { position } = field;
  const port = typeof field.value === 'string' ? readPortOrName(field) : field.text();
  return port === undefined ? [] : PROTOCOLS.map((protocol) => ({ protocol, port, position }));
}

/** Only v1alpha2 refuses a range of one port (`least` 1). */
function readRange(range: Field, least: number): { readonly port: number; readonly endPort: number }[] {
  const [port, endPort] = [needed(range.get('start')), needed(range.get('end'))];
  if (port === undefined || endPort === undefined) return [];
  if (endPort - port >= least) return [{ port, endPort }];
  range.problem(`must have a start below its end: ${port} is not below ${endPort}`);
  return [];
}

function needed(field: Field): number | undefined {
  if (!field.present) field.problem('must be given');
  return readPortNumber(field);
}

function readList(field: Field, most: number, read: (item: Field) => PolicyPort[]): readonly PolicyPort[] | undefined {
  if (!field.present) return undefined;
  const items = field.items();
  if (items.length === 0) field.problem('must have at least one entry, or be left out');
  if (items.length > most) field.problem(`must not have more than ${most} entries`);
  return items.flatMap(read);
}
