import type { Direction } from '../../requirements/model.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { AdminAction, AdminRule } from './admin-model.ts';
import { readCalicoEnd } from './calico-ends.ts';
import { readCalicoPorts } from './calico-ports.ts';
import { parseCidr } from './cidr.ts';
import type { Field } from './field.ts';

const ACTIONS: Readonly<Record<string, AdminAction | 'log'>> = {
  Allow: 'accept',
  Deny: 'deny',
  Pass: 'pass',
  Log: 'log',
};
const KEYS = [
  'action',
  'metadata',
  'protocol',
  'notProtocol',
  'icmp',
  'notICMP',
  'ipVersion',
  'source',
  'destination',
  'http',
];
const FAMILIES: Readonly<Record<number, string>> = { 4: '0.0.0.0/0', 6: '::/0' };

/**
 * A rule; one that only logs is none, for evaluation goes on behind it.
 * https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#rule
 * @throws Unmodelled
 */
export function readCalicoRule(
  rule: Field,
  index: number,
  direction: Direction,
  namespace: string,
): readonly AdminRule[] {
  rule.allowOnly(KEYS);
  const action = readAction(rule.get('action'));
  const isIngress = direction === 'ingress';
  const source = readCalicoEnd(rule.get('source'), namespace, isIngress);
  const destination = readCalicoEnd(rule.get('destination'), namespace, !isIngress);
  const ports = readCalicoPorts(rule);
  checkIcmp(rule);
  const family = readFamily(rule, [source.nets, source.notNets, destination.nets, destination.notNets]);
  const doubt = doubtOf(rule);
  if (action === 'log') return [];
  const other = isIngress ? 'source' : 'destination';
  const ends = { source, destination };
  return [
    {
      index,
      action,
      peers: [],
      ends: family === undefined ? ends : { ...ends, [other]: within(ends[other], family) },
      ...ports,
      ...(doubt !== undefined && { doubt }),
      position: rule.position,
    },
  ];
}

function readAction(field: Field): AdminAction | 'log' {
  const text = field.text();
  const action = text !== undefined && Object.hasOwn(ACTIONS, text) ? ACTIONS[text] : undefined;
  if (action !== undefined) return action;
  const names = Object.keys(ACTIONS);
  field.problem(`must be ${names.join(', ')}${text === undefined ? '' : `, not ${JSON.stringify(text)}`}`, {
    hint: text === undefined ? undefined : didYouMean(text, names),
  });
  return 'log';
}

/** The ICMP fields themselves do not matter here: no such connection is looked at. */
function checkIcmp(rule: Field): void {
  if (!rule.get('icmp').present || isIcmp(rule)) return;
  rule.get('icmp').problem('must stand beside protocol: ICMP or ICMPv6');
}

function isIcmp(rule: Field): boolean {
  const { value } = rule.get('protocol');
  return value === 'ICMP' || value === 'ICMPv6' || value === 1 || value === 58;
}

/** A rule of one IP version has addresses of that version alone. */
function readFamily(rule: Field, lists: readonly (readonly string[] | undefined)[]): string | undefined {
  const version = rule.get('ipVersion').integer();
  const family = version === undefined ? undefined : FAMILIES[version];
  if (version !== undefined && family === undefined) rule.get('ipVersion').problem(`must be 4 or 6, not ${version}`);
  const families = new Set(lists.flatMap((nets = []) => nets.map((net) => parseCidr(net)?.family)));
  if (families.size > 1) rule.problem('must not have both IPv4 and IPv6 addresses');
  else if (family !== undefined && families.size === 1 && !families.has(version === 6 ? 6 : 4)) {
    rule.get('ipVersion').problem('must be that of the addresses');
  }
  return family;
}

/** Addresses of the other version are none of its. */
function within<End extends { readonly nets?: readonly string[] }>(end: End, family: string): End {
  return end.nets === undefined ? { ...end, nets: [family] } : end;
}

/** What of it is not modelled. */
function doubtOf(rule: Field): string | undefined {
  if (rule.get('http').present) return 'it has an HTTP match';
  if (rule.at('destination', 'domains').present) return 'it has domains';
  if (rule.at('source', 'domains').present) return 'it has domains';
  if (rule.get('notICMP').present && !isIcmp(rule)) return 'it has notICMP for a protocol that is not ICMP';
  const sourcePorts = ['ports', 'notPorts'].some((key) => rule.at('source', key).items().length > 0);
  return sourcePorts ? 'it has ports of the source, which a client chooses' : undefined;
}
