import { parsePort } from './table.ts';

/**
 * Rules of admin policies in short, `ACTION PEER [and PEER …] [on PORT …]`, as the API's versions write them. A peer is a
 * house (its namespaces), `pods of HOUSE` (of that label, in such namespaces), `linux-nodes`, `everywhere` (all
 * addresses) or `only(POD,…)`; a port is `80/tcp`, `8080-8090/tcp` or a name.
 */
export type ApiVersion = 'v1alpha1' | 'v1alpha2';

export type AddressOf = (pod: string) => string;

type Rule = Readonly<Record<string, unknown>>;

export function writeRule(text: string, peersKey: 'from' | 'to', version: ApiVersion, addressOf: AddressOf): Rule {
  const [, action = '', peers = '', ports] = /^(\w+) (.*?)(?: on (.*))?$/.exec(text) ?? [];
  return {
    name: text.slice(0, 100),
    action: writeAction(action, version),
    [peersKey]: peers.split(' and ').map((peer) => writePeer(peer, addressOf)),
    ...(ports === undefined ? {} : writePorts(ports.split(' '), version)),
  };
}

function writeAction(action: string, version: ApiVersion): string {
  const accept = version === 'v1alpha1' ? 'Allow' : 'Accept';
  const written = { accept, deny: 'Deny', pass: 'Pass' }[action];
  if (written === undefined) throw new SyntaxError(`no action: ${action}`);
  return written;
}

/** Pods and namespaces carry the label under the same key. */
export function labelled(house: string): object {
  return { matchLabels: { 'conformance-house': house } };
}

function writePeer(peer: string, addressOf: AddressOf): object {
  if (peer === 'everywhere') return { networks: ['0.0.0.0/0', '::/0'] };
  if (peer === 'linux-nodes') return { nodes: { matchLabels: { 'kubernetes.io/os': 'linux' } } };
  const [, pods] = /^only\((.*)\)$/.exec(peer) ?? [];
  if (pods !== undefined) return { networks: pods.split(',').map((pod) => `${addressOf(pod)}/32`) };
  return writePods(peer);
}

/** Of a peer, and of a subject. */
export function writePods(text: string): object {
  const [, house] = /^pods of (\w+)$/.exec(text) ?? [];
  if (house === undefined) return { namespaces: labelled(text) };
  return { pods: { namespaceSelector: labelled(house), podSelector: labelled(house) } };
}

function writePorts(ports: readonly string[], version: ApiVersion): object {
  return version === 'v1alpha1' ? { ports: ports.map(writeOldPort) } : { protocols: ports.map(writeNewPort) };
}

function writeOldPort(text: string): object {
  if (!text.includes('/')) return { namedPort: text };
  const [, start, end] = /^(\d+)-(\d+)/.exec(text) ?? [];
  const { protocol, port } = parsePort(text.replace(/^\d+-/, ''));
  return start === undefined
    ? { portNumber: { protocol, port } }
    : { portRange: { protocol, start: Number(start), end: Number(end) } };
}

function writeNewPort(text: string): object {
  if (!text.includes('/')) return { destinationNamedPort: text };
  const [, start, end] = /^(\d+)-(\d+)/.exec(text) ?? [];
  const { protocol, port } = parsePort(text.replace(/^\d+-/, ''));
  const destinationPort =
    start === undefined ? { number: port } : { range: { start: Number(start), end: Number(end) } };
  return { [protocol.toLowerCase()]: { destinationPort } };
}
