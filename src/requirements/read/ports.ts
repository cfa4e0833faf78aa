import { nearest } from '../../source/suggest.ts';
import { PROTOCOLS, type PortRef, type PortSpec, type Protocol } from '../model.ts';
import { quote, type Input } from './input.ts';

const WHAT = 'a port (5432, 8000-8080, 53/udp), the name of one, or any';
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const HIGHEST = 65535;

/** `on`: one port or a list of them. */
export function readPorts(input: Input): PortRef[] {
  return input.oneOrMany(WHAT, (item) => {
    const spec = readPort(item);
    return spec && { spec, label: String(item.value), position: item.position };
  });
}

function readPort(input: Input): PortSpec | null {
  const { value } = input;
  if (typeof value === 'number') return readRange(input, String(value), null, 'TCP');
  if (typeof value !== 'string') return input.expected(WHAT);
  if (value === 'any') return { kind: 'any' };
  const [port = '', protocolText, ...more] = value.split('/');
  if (more.length > 0 || port === '') return input.expected(WHAT);
  const protocol = protocolText === undefined ? undefined : readProtocol(input, protocolText);
  if (protocol === null) return null;
  const [, from, to = null] = /^(-?[\d.]+)(?:-(-?[\d.]+))?$/.exec(port) ?? [];
  if (from !== undefined) return readRange(input, from, to, protocol ?? 'TCP');
  return readName(input, port, protocol);
}

function readProtocol(input: Input, text: string): Protocol | null {
  const protocol = PROTOCOLS.find((known) => known === text.toUpperCase());
  if (protocol !== undefined) return protocol;
  const known = PROTOCOLS.map((name) => name.toLowerCase());
  const meant = nearest(text, known);
  return input.problem(`${quote(text)} is not a protocol: it must be one of ${known.join(', ')}`, {
    hint: meant && `Did you mean \`${meant}\`?`,
  });
}

function readRange(input: Input, first: string, last: string | null, protocol: Protocol): PortSpec | null {
  const from = readNumber(input, first);
  const to = last === null ? from : readNumber(input, last);
  if (from === null || to === null) return null;
  if (from <= to) return { kind: 'range', protocol, from, to };
  return input.problem(`the range ${from}-${to} ends before it starts`, { hint: `Write ${to}-${from}.` });
}

function readNumber(input: Input, text: string): number | null {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (port >= 1 && port <= HIGHEST) return port;
  return input.problem(`${text} is not a port: it must be a whole number from 1 to ${HIGHEST}`);
}

/** A container port's name is shorter (15 characters), but a service's may be any DNS label. */
function readName(input: Input, name: string, protocol: Protocol | undefined): PortSpec | null {
  if (name === 'any') {
    return input.problem('`any` is every protocol and port, and takes no protocol', {
      hint: `For all ports of one protocol write 1-${HIGHEST}/${(protocol ?? 'TCP').toLowerCase()}.`,
    });
  }
  const swapped = PROTOCOLS.some((known) => known === name.toUpperCase());
  if (!NAME.test(name) || !/[a-z]/.test(name) || swapped) {
    return input.expected(WHAT, { hint: swapped ? 'The port stands before the protocol: 5432/tcp.' : undefined });
  }
  return { kind: 'name', name, ...(protocol === undefined ? {} : { protocol }) };
}
