import type { Direction } from '../../requirements/model.ts';
import { didYouMean } from '../../source/suggest.ts';
import { parseCidr, isStrictSubset, type Cidr } from './cidr.ts';
import { isRecord, type Field } from './field.ts';
import { readSelector } from './labels.ts';
import type { NetworkPolicy, Note, PolicyPeer, PolicyPort, PolicyRule } from './model.ts';
import type { KubeObject } from './objects.ts';
import { readEndPort, readPortOrName, readProtocol } from './ports.ts';

const CIDR_HINT = 'One address is a CIDR too: 10.9.8.7/32.';
const DIRECTIONS: Readonly<Record<string, Direction>> = { Ingress: 'ingress', Egress: 'egress' };

/**
 * A NetworkPolicy as the API server validates and defaults it.
 * https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 * Problems go to the object's subject; what newer API servers will refuse goes to `notes`.
 */
export function readPolicy({ namespace, name, root, position, apiVersion }: KubeObject, notes: Note[]): NetworkPolicy {
  if (apiVersion !== 'networking.k8s.io/v1') {
    root.get('apiVersion').problem(`${JSON.stringify(apiVersion)} has no kind NetworkPolicy`, {
      hint: 'Write apiVersion: networking.k8s.io/v1.',
    });
  }
  root.allowOnly(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  const spec = root.get('spec');
  spec.allowOnly(['podSelector', 'policyTypes', 'ingress', 'egress']);
  const ingress = spec.get('ingress').items();
  const egress = spec.get('egress').items();
  return {
    kind: 'NetworkPolicy',
    id: `${namespace}/${name}`,
    namespace,
    name,
    podSelector: readSelector(spec.get('podSelector')),
    directions: readDirections(spec.get('policyTypes'), egress.length > 0),
    ingress: ingress.map((rule, index) => readRule(rule, index, 'from', notes)),
    egress: egress.map((rule, index) => readRule(rule, index, 'to', notes)),
    position,
    raw: root.value,
  };
}

/** Absent or empty `policyTypes`: Ingress, and Egress only when there are egress rules. */
function readDirections(field: Field, hasEgressRules: boolean): Direction[] {
  const types = field.items();
  if (types.length === 0) return hasEgressRules ? ['ingress', 'egress'] : ['ingress'];
  if (types.length > 2) field.problem('must not have more than two entries');
  const directions = new Set<Direction>();
  for (const type of types) {
    const text = type.text();
    const direction = text === undefined || !Object.hasOwn(DIRECTIONS, text) ? undefined : DIRECTIONS[text];
    if (direction !== undefined) directions.add(direction);
    else if (text !== undefined || !type.present) {
      type.problem(`must be Ingress or Egress, not ${JSON.stringify(text ?? null)}`, {
        hint: didYouMean(text ?? '', Object.keys(DIRECTIONS)),
      });
    }
  }
  return (['ingress', 'egress'] as const).filter((direction) => directions.has(direction));
}

/** A rule; `null` is an empty rule, which lets everyone in on every port. */
function readRule(rule: Field, index: number, peersKey: 'from' | 'to', notes: Note[]): PolicyRule {
  rule.allowOnly([peersKey, 'ports']);
  const peers = rule.get(peersKey).items();
  const ports = rule.get('ports').items();
  const read = peers.map((peer) => readPeer(peer, notes)).filter((peer) => peer !== undefined);
  return {
    index,
    ...(peers.length === 0 ? {} : { peers: read }),
    ...(ports.length === 0 ? {} : { ports: ports.map(readPort) }),
    position: rule.position,
  };
}

function readPort(field: Field): PolicyPort {
  field.allowOnly(['protocol', 'port', 'endPort']);
  const protocol = readProtocol(field.get('protocol'));
  const port = readPortOrName(field.get('port'));
  const endPort = readEndPort(field.get('endPort'), port ?? field.get('port').value);
  return {
    protocol,
    ...(port === undefined ? {} : { port }),
    ...(endPort === undefined ? {} : { endPort }),
    position: field.position,
  };
}

function readPeer(peer: Field, notes: Note[]): PolicyPeer | undefined {
  peer.allowOnly(['podSelector', 'namespaceSelector', 'ipBlock']);
  const [pods, namespaces, ipBlock] = [peer.get('podSelector'), peer.get('namespaceSelector'), peer.get('ipBlock')];
  const { position } = peer;
  if (ipBlock.present) {
    if (pods.present || namespaces.present) peer.problem('must not have ipBlock together with a selector');
    return readIpBlock(ipBlock, position, notes);
  }
  if (!pods.present && !namespaces.present) {
    if (peer.present && !isRecord(peer.value)) return undefined;
    peer.problem('must have a podSelector, a namespaceSelector or an ipBlock', {
      hint: 'An empty peer is refused; to let everyone in, leave the list out.',
    });
    return undefined;
  }
  return {
    kind: 'pods',
    ...(namespaces.present ? { namespaceSelector: readSelector(namespaces) } : {}),
    ...(pods.present ? { podSelector: readSelector(pods) } : {}),
    position,
  };
}

function readIpBlock(field: Field, position: PolicyPeer['position'], notes: Note[]): PolicyPeer | undefined {
  field.allowOnly(['cidr', 'except']);
  const cidr = readCidr(field.get('cidr'), notes);
  const except: string[] = [];
  for (const item of field.get('except').items()) {
    const inner = readCidr(item, notes);
    if (inner === undefined) continue;
    if (cidr !== undefined && !isStrictSubset(inner, cidr)) {
      item.problem(`${inner.text} must lie within the cidr ${cidr.text} and be smaller`);
    }
    except.push(inner.text);
  }
  return cidr === undefined ? undefined : { kind: 'ipBlock', cidr: cidr.text, except, position };
}

/** A CIDR that must be there, in its canonical form. */
export function readCidr(field: Field, notes: Note[]): Cidr | undefined {
  const text = field.text();
  if (text === undefined) {
    if (!field.present) field.problem('must be given', { hint: CIDR_HINT });
    return undefined;
  }
  const cidr = parseCidr(text);
  if (cidr === undefined) {
    field.problem(`must be a CIDR such as 10.9.8.0/24 or 2001:db8::/64, not ${JSON.stringify(text)}`, {
      hint: text.includes('/') ? undefined : CIDR_HINT,
    });
  } else if (!cidr.strict) {
    notes.push({
      text: `${field.subject.name}: ${text} is read as ${cidr.text}; Kubernetes 1.36 and later refuse it in this form`,
      position: field.position,
    });
  }
  return cidr;
}
