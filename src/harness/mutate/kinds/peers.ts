import { EVERYTHING, formatSelector, type LabelSelector } from '../../../requirements/selector.ts';
import type { PolicyPeer } from '../../inventory/model.ts';
import { selectsEverything } from '../../coverage/peers.ts';
import type { MutationKind } from '../model.ts';

const FAMILIES = { v4: '0.0.0.0/0', v6: '::/0' } as const;

/** One way in which a part of a rule can mean more (or, of a block, less), in words. */
export interface Widened<T> {
  readonly kind: MutationKind;
  readonly part: T;
  readonly what: string;
}

/** A peer as a person names it: `pods app=web`, `pods * of namespaces team=a`, `10.0.0.0/8 except 10.1.0.0/16`. */
export function peerText(peer: PolicyPeer): string {
  if (peer.kind === 'ipBlock') return blockText(peer.cidr, peer.except);
  const { podSelector = EVERYTHING, namespaceSelector } = peer;
  const pods = `pods ${formatSelector(podSelector)}`;
  return namespaceSelector === undefined ? pods : `${pods} of namespaces ${formatSelector(namespaceSelector)}`;
}

export function blockText(cidr: string, except: readonly string[]): string {
  return except.length === 0 ? cidr : `${cidr} except ${except.join(', ')}`;
}

/** Every way in which a peer can mean more, without meaning everyone. */
export function widenPeer(peer: PolicyPeer): readonly Widened<PolicyPeer>[] {
  if (peer.kind === 'pods') return widenPods(peer, peerText(peer));
  const { cidr, except } = peer;
  return widenBlock({ cidr, except }).map(({ part, ...more }) => ({ ...more, part: { ...peer, ...part } }));
}

interface Pods {
  readonly podSelector?: LabelSelector;
  /** Absent: the policy's own namespace. */
  readonly namespaceSelector?: LabelSelector;
}

export function widenPods<Peer extends Pods>(peer: Peer, text: string): readonly Widened<Peer>[] {
  const { podSelector, namespaceSelector } = peer;
  const found: Widened<Peer>[] = [];
  if (podSelector !== undefined && !selectsEverything(podSelector)) {
    const part = { ...peer, podSelector: EVERYTHING };
    found.push({ kind: 'widen-pods', part, what: `${text} widened to every pod` });
  }
  if (namespaceSelector === undefined || !selectsEverything(namespaceSelector)) {
    const part = { ...peer, namespaceSelector: EVERYTHING };
    found.push({ kind: 'widen-namespaces', part, what: `${text} widened to every namespace` });
  }
  return found;
}

interface Block {
  readonly cidr: string;
  readonly except: readonly string[];
}

export function widenBlock({ cidr, except }: Block): readonly Widened<Block>[] {
  const whole = familyOf(cidr);
  const found: Widened<Block>[] = except.map((hole) => ({
    kind: 'remove-exception',
    part: { cidr, except: except.filter((one) => one !== hole) },
    what: `${cidr} without its exception ${hole}`,
  }));
  if (cidr === whole) return found;
  return [...found, { kind: 'widen-block', part: { cidr: whole, except }, what: `${cidr} widened to ${whole}` }];
}

/** Each block of a list goes, if there are others, or is widened. */
export function widenBlocks(cidrs: readonly string[]): readonly Widened<readonly string[]>[] {
  return cidrs.flatMap((cidr): Widened<readonly string[]>[] => {
    const others = cidrs.filter((one) => one !== cidr);
    const removed = { kind: 'remove-block', part: others, what: `${cidr} removed` } as const;
    const widened = widenBlock({ cidr, except: [] }).map(({ part, ...more }) => ({
      ...more,
      part: cidrs.map((one) => (one === cidr ? part.cidr : one)),
    }));
    return [...(others.length === 0 ? [] : [removed]), ...widened];
  });
}

function familyOf(cidr: string): string {
  return cidr.includes(':') ? FAMILIES.v6 : FAMILIES.v4;
}
