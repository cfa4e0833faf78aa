import { PROTOCOLS, type Direction, type Protocol } from '../../requirements/model.ts';
import type { Field } from './field.ts';
import type { PolicyPort } from './model.ts';
import { checkPortName, isPort } from './names.ts';
import { Unmodelled } from './unmodelled.ts';

/** https://docs.cilium.io/en/stable/security/policy/layer4/ and .../layer7/ */
const MEMBERS = ['ports', 'rules', 'terminatingTLS', 'originatingTLS', 'serverNames', 'listener'];
const MOST_PORTS = 40;
/** Protocols that no connection here is made by. */
const WITHOUT_PORTS = ['ICMP', 'ICMPv6', 'VRRP', 'IGMP'];

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
  if (rule.get('icmps').present && lists.present) rule.problem('must not have both icmps and toPorts');
  // Rules of ICMP alone take no connection that is looked at here.
  if (rule.get('icmps').present) return { ports: [] };
  if (!lists.present) return {};
  const items = lists.items();
  for (const item of items) item.allowOnly(MEMBERS);
  const beyond = items.flatMap((item) => item.entries().map(([key]) => key)).find((key) => key !== 'ports');
  const ports = items.flatMap((item) => {
    const found = item.get('ports').items();
    if (found.length === 0) throw new Unmodelled('it has toPorts without ports');
    if (found.length > MOST_PORTS) item.get('ports').problem(`must not have more than ${MOST_PORTS} entries`);
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
  item.allowOnly(['port', 'endPort', 'protocol']);
  const protocols = protocolsOf(item.get('protocol'));
  const text = readText(item);
  if (text === undefined) return [];
  if (!/^\d+$/.test(text)) {
    const wrong = checkPortName(text.toLowerCase());
    if (wrong !== undefined) item.get('port').problem(`${JSON.stringify(text)} ${wrong}`);
    // Towards others, Cilium takes the numbers that any pod of the cluster gives the name.
    if (direction === 'egress') throw new Unmodelled(`it has a named port (${text}) for egress`);
    return protocols.map((protocol) => ({ protocol, port: text.toLowerCase(), position }));
  }
  const port = Number(text);
  const endPort = item.get('endPort').integer() ?? 0;
  if (endPort !== 0 && !isPort(endPort)) item.get('endPort').problem(`must be a port from 0 to 65535, not ${endPort}`);
  if (port === 0) return protocols.map((protocol) => ({ protocol, position }));
  if (!isPort(port)) item.get('port').problem(`must be a port from 0 to 65535, not ${text}`);
  if (endPort !== 0 && endPort < port) throw new Unmodelled(`it has a range from ${port} to ${endPort}`);
  return protocols.map((protocol) => ({ protocol, port, ...(endPort > port && { endPort }), position }));
}

/** A port is a string there, whether it is a name or a number. */
function readText(item: Field): string | undefined {
  const field = item.get('port');
  if (!field.present) field.problem('must be given');
  return field.text();
}

function protocolsOf(field: Field): readonly Protocol[] {
  const text = field.text() ?? 'ANY';
  if (text === 'ANY' || text === '') return PROTOCOLS;
  const known = PROTOCOLS.filter((protocol) => protocol === text);
  if (known.length > 0 || WITHOUT_PORTS.includes(text)) return known;
  field.problem(`must be one of ${[...PROTOCOLS, 'ANY'].join(', ')}, not ${JSON.stringify(text)}`, {
    hint: PROTOCOLS.some((protocol) => protocol === text.toUpperCase()) ? 'Write it in capitals.' : undefined,
  });
  return [];
}
