import { PROTOCOLS, type Direction, type Protocol } from '../../requirements/model.ts';
import type { Field } from './field.ts';
import type { PolicyPort } from './model.ts';
import { isPort } from './names.ts';
import { Unmodelled } from './unmodelled.ts';

interface CiliumPorts {
  /** Undefined: every protocol and port. */
  readonly ports?: readonly PolicyPort[];
  /** Why it is not known whether a connection at these ports gets through. */
  readonly doubt?: string;
}

/**
 * The ports of a rule. https://docs.cilium.io/en/stable/security/policy/layer4/
 * @throws Unmodelled for forms that are not modelled
 */
export function readCiliumPorts(rule: Field, direction: Direction): CiliumPorts {
  const lists = rule.get('toPorts');
  // Rules of ICMP alone take no connection that is looked at here.
  if (rule.get('icmps').present) return { ports: [] };
  if (!lists.present) return {};
  const items = lists.items();
  const beyond = items.flatMap((item) => item.entries().map(([key]) => key)).find((key) => key !== 'ports');
  const ports = items.flatMap((item) => {
    const found = item.get('ports').items();
    if (found.length === 0) throw new Unmodelled('it has toPorts without ports');
    return found.flatMap((port) => readPort(port, direction));
  });
  // With or without layer 7, the connection itself may be accepted: by the proxy, which then asks for more.
  return {
    ports,
    ...(beyond === undefined ? {} : { doubt: `it has ${beyond === 'rules' ? 'rules of layer 7' : beyond}` }),
  };
}

function readPort(item: Field, direction: Direction): readonly PolicyPort[] {
  const { position } = item;
  const protocols = protocolsOf(item.get('protocol'));
  const { value } = item.get('port');
  const text = typeof value === 'number' ? String(value) : (item.get('port').text() ?? '');
  if (!/^\d+$/.test(text)) {
    // Towards others, Cilium takes the numbers that any pod of the cluster gives the name.
    if (direction === 'egress') throw new Unmodelled(`it has a named port (${text}) for egress`);
    return protocols.map((protocol) => ({ protocol, port: text.toLowerCase(), position }));
  }
  const port = Number(text);
  const endPort = item.get('endPort').integer() ?? 0;
  if (port === 0) return protocols.map((protocol) => ({ protocol, position }));
  if (!isPort(port)) item.get('port').problem(`must be a port from 0 to 65535, not ${text}`);
  if (endPort !== 0 && endPort < port) throw new Unmodelled(`it has a range from ${port} to ${endPort}`);
  return protocols.map((protocol) => ({ protocol, port, ...(endPort > port && { endPort }), position }));
}

function protocolsOf(field: Field): readonly Protocol[] {
  const text = (field.text() ?? 'ANY').toUpperCase();
  if (text === 'ANY' || text === '') return PROTOCOLS;
  const known = PROTOCOLS.filter((protocol) => protocol === text);
  if (known.length === 0 && !text.startsWith('ICMP')) throw new Unmodelled(`it has the protocol ${text}`);
  return known;
}
