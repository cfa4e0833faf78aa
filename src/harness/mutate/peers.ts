import { formatSelector, type LabelSelector } from '../../requirements/selector.ts';
import type { PolicyPeer, PolicyPort } from '../inventory/model.ts';
import { selectsEverything } from '../coverage/peers.ts';

const EVERYTHING: LabelSelector = { matchLabels: {}, matchExpressions: [] };
const FAMILIES = { v4: '0.0.0.0/0', v6: '::/0' } as const;

/** One way in which a peer can mean more, in words. */
export interface Widened<T> {
  readonly kind: 'widen-pods' | 'widen-namespaces' | 'widen-block' | 'remove-exception';
  readonly part: T;
  readonly what: string;
}

/** A peer as a person names it: `pods app=web`, `pods * of namespaces team=a`, `10.0.0.0/8 except 10.1.0.0/16`. */
export function peerText(peer: PolicyPeer): string {
  if (peer.kind === 'ipBlock') {
    return peer.except.length === 0 ? peer.cidr : `${peer.cidr} except ${peer.except.join(', ')}`;
  }
  const { podSelector = EVERYTHING, namespaceSelector } = peer;
  const pods = `pods ${formatSelector(podSelector)}`;
  return namespaceSelector === undefined ? pods : `${pods} of namespaces ${formatSelector(namespaceSelector)}`;
}

/** Every way in which a peer can mean more, without meaning everyone. */
export function widenPeer(peer: PolicyPeer): readonly Widened<PolicyPeer>[] {
  return peer.kind === 'ipBlock' ? widenBlock(peer) : widenPods(peer);
}

function widenPods(peer: PolicyPeer & { kind: 'pods' }): readonly Widened<PolicyPeer>[] {
  const { podSelector, namespaceSelector } = peer;
  const found: Widened<PolicyPeer>[] = [];
  if (podSelector !== undefined && !selectsEverything(podSelector)) {
    const what = `${peerText(peer)} widened to every pod`;
    found.push({ kind: 'widen-pods', part: { ...peer, podSelector: EVERYTHING }, what });
  }
  if (namespaceSelector === undefined || !selectsEverything(namespaceSelector)) {
    const what = `${peerText(peer)} widened to every namespace`;
    found.push({ kind: 'widen-namespaces', part: { ...peer, namespaceSelector: EVERYTHING }, what });
  }
  return found;
}

function widenBlock(peer: PolicyPeer & { kind: 'ipBlock' }): readonly Widened<PolicyPeer>[] {
  const { cidr, except } = peer;
  const whole = cidr.includes(':') ? FAMILIES.v6 : FAMILIES.v4;
  const found: Widened<PolicyPeer>[] = except.map((hole) => ({
    kind: 'remove-exception',
    part: { ...peer, except: except.filter((one) => one !== hole) },
    what: `${cidr} without its exception ${hole}`,
  }));
  if (cidr === whole) return found;
  return [...found, { kind: 'widen-block', part: { ...peer, cidr: whole }, what: `${cidr} widened to ${whole}` }];
}

/** `TCP 5432`, `TCP 8000-8080`, `TCP http`, `every UDP port`. */
export function portText({ protocol, port, endPort }: PolicyPort): string {
  if (port === undefined) return `every ${protocol} port`;
  return `${protocol} ${port}${endPort === undefined || endPort === port ? '' : `-${endPort}`}`;
}
