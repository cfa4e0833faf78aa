import { EVERYTHING, formatSelector, type LabelSelector, NAMESPACE_NAME } from '../../../requirements/selector.ts';
import { formatPosition } from '../../../source/position.ts';
import { selectsEverything } from '../../coverage/peers.ts';
import type { AdminPeer, AdminRule, NamespacedPods } from '../../inventory/admin-model.ts';
import { blockText, widenBlock, widenBlocks, widenPods, type Widened } from './peers.ts';
import { sameness, type RuleMistake } from './rules.ts';

/** What kinds differ in. */
export interface PeerForm {
  /** As many as a rule can name, and in words. */
  readonly everyone: readonly AdminPeer[];
  readonly everyoneText: string;
  /** The namespace that goes without saying. */
  readonly home: string;
  /** What a selector of pods is to the engine; `elsewhere`: what it selects besides, from a version on. */
  readonly pods: (peer: Pods, elsewhere: Pods | undefined) => readonly AdminPeer[];
}

type Pods = Extract<AdminPeer, { readonly kind: 'pods' }>;

/** Every mistake in the peers of a rule. What was written as one entry may be several to the engine. */
export function peerMistakes(rule: AdminRule, form: PeerForm): readonly RuleMistake[] {
  const { peers, position } = rule;
  const entries = [...Map.groupBy(peers, (peer) => formatPosition(peer.position)).values()];
  const whole: RuleMistake = {
    kind: 'widen-peers',
    changed: { ...rule, peers: form.everyone },
    what: `widened to ${form.everyoneText}`,
    position,
  };
  const isEveryone = form.everyone.every((one) => peers.some((peer) => sameness(peer) === sameness(one)));
  return [...(isEveryone ? [] : [whole]), ...entries.flatMap((entry) => ofEntry(rule, entry, form))];
}

function ofEntry(rule: AdminRule, entry: readonly AdminPeer[], form: PeerForm): readonly RuleMistake[] {
  const { peers } = rule;
  const position = entry[0]?.position ?? rule.position;
  const others = peers.filter((peer) => !entry.includes(peer));
  const put = ({ kind, part, what }: Widened<readonly AdminPeer[]>): RuleMistake => ({
    kind,
    changed: { ...rule, peers: peers.flatMap((peer) => (peer === entry[0] ? part : entry.includes(peer) ? [] : peer)) },
    what,
    position,
  });
  const what = `${entryText(entry, form)} removed`;
  return [
    ...(others.length === 0 ? [] : [put({ kind: 'remove-peer', part: [], what })]),
    ...widenEntry(entry, form).map(put),
  ];
}

/** An entry that is several peers is a selector and what it is met by besides, or cannot be widened. */
function widenEntry(entry: readonly AdminPeer[], form: PeerForm): readonly Widened<readonly AdminPeer[]>[] {
  const [peer, ...others] = entry;
  if (peer === undefined || others.some((other) => !isBesides(other))) return [];
  if (peer.kind === 'pods') {
    const elsewhere = others.find((other) => other.kind === 'pods');
    return widenPods(peer, peerText(peer, form)).map(({ kind, what, part }) => ({
      kind,
      what,
      part: form.pods(part, kind === 'widen-namespaces' ? undefined : elsewhere),
    }));
  }
  return widenOther(peer).map((one) => ({ ...one, part: [one.part] }));
}

function widenOther(peer: AdminPeer): readonly Widened<AdminPeer>[] {
  switch (peer.kind) {
    case 'networks':
      return widenBlocks(peer.cidrs).map(({ part, ...more }) => ({ ...more, part: { ...peer, cidrs: part } }));
    case 'world': {
      const [cidr, ...more] = peer.cidrs;
      if (cidr === undefined || more.length > 0) return [];
      return widenBlock({ cidr, except: peer.except }).map(({ part, ...one }) => ({
        ...one,
        part: { ...peer, cidrs: [part.cidr], except: part.except },
      }));
    }
    case 'nodes': {
      if (peer.selector === 'some' || selectsEverything(peer.selector)) return [];
      const what = `nodes ${formatSelector(peer.selector)} widened to every node`;
      return [{ kind: 'widen-nodes', part: { ...peer, selector: EVERYTHING }, what }];
    }
    case 'pods':
    case 'domainNames':
    case 'apiserver':
    case 'unlabelled':
    case 'everyone':
      return [];
  }
}

/** What a selector is met by besides the pods that it names. */
function isBesides(peer: AdminPeer): boolean {
  return peer.kind === 'unlabelled' || (peer.kind === 'pods' && peer.since !== undefined);
}

function entryText(entry: readonly AdminPeer[], form: PeerForm): string {
  const named = entry.filter((peer) => !isBesides(peer));
  return (named.length === 0 ? entry : named).map((peer) => peerText(peer, form)).join(' and ');
}

function peerText(peer: AdminPeer, { home }: PeerForm): string {
  switch (peer.kind) {
    case 'pods':
      return podsText(peer, home);
    case 'networks':
      return peer.cidrs.join(', ');
    case 'world':
      return peer.cidrs.length > 1 ? 'the world outside' : blockText(peer.cidrs.join(', '), peer.except);
    case 'nodes':
      return peer.selector === 'some' ? 'nodes' : `nodes ${formatSelector(peer.selector)}`;
    case 'domainNames':
      return peer.names.join(', ');
    case 'apiserver':
      return 'the API server';
    case 'unlabelled':
      return 'what has no labels';
    case 'everyone':
      return 'everyone';
  }
}

/** `pods app=web`, `pods app=web of namespace data`, `pods * of namespaces team=a`. */
export function podsText({ namespaceSelector, podSelector }: NamespacedPods, home: string): string {
  const pods = `pods ${formatSelector(podSelector)}`;
  const name = nameOf(namespaceSelector);
  if (name === undefined) return `${pods} of namespaces ${formatSelector(namespaceSelector)}`;
  return name === home ? pods : `${pods} of namespace ${name}`;
}

/** The one namespace that is named. */
function nameOf({ matchLabels, matchExpressions }: LabelSelector): string | undefined {
  const isOnly = Object.keys(matchLabels).length === 1 && matchExpressions.length === 0;
  return isOnly ? matchLabels[NAMESPACE_NAME] : undefined;
}
