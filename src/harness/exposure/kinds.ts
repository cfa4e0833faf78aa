import { type LabelSelector, NAMESPACE_NAME } from '../../requirements/selector.ts';
import type { Direction, Protocol } from '../../requirements/model.ts';
import type { Namespace } from '../inventory/model.ts';
import type { Expression } from '../inventory/expression.ts';
import { nameRule } from '../predict/classes/rule-match.ts';
import type { PodClass } from '../predict/classes/classes.ts';
import type { TierRule } from '../predict/rules/admin-compile.ts';
import type { LabelledPods, RulePorts } from '../predict/rules/compile.ts';
import { programsIn } from '../predict/tiers/chain.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import { labelledPods } from './calico.ts';
import { ABSENT, boxOf, domainOf, EVERYTHING, intersect, OTHER, subtract, type Box, type Domain } from './boxes.ts';

/** Pods somewhere that the policies of one workload do not tell apart. */
export interface Kind {
  readonly namespaces: Box;
  readonly pods: Box;
}

export interface Kinds {
  /** They share nothing, and are all pods that can be; undefined: they are not listed. */
  readonly kinds: readonly Kind[] | undefined;
  /** Why they are not, of the policies, as a sentence's end. */
  readonly notListed: string;
  readonly namespaces: Domain;
  readonly pods: Domain;
  /** Named ports of which the policies speak: a pod elsewhere says which they are. */
  readonly portNames: RulePorts['named'];
  /** Where numbered ports begin to be decided otherwise, of each protocol. */
  readonly edges: Readonly<Record<Protocol, readonly number[]>>;
}

const MOST_KINDS = 2000;
const LAST_PORT = 65535;

/**
 * What the policies of a workload can tell of pods that are not in the input.
 * @param subjects one class for each way in which its own pods differ
 */
export function kindsFor(subjects: readonly PodClass[], direction: Direction, known: readonly Namespace[]): Kinds {
  const unions = subjects.flatMap((one) => (one.unmodelled.length > 0 ? [] : unionsOf(one, direction)));
  const peers = unions.flatMap(({ peers: pods }) => pods);
  const names = domainOf(peers.map(namespacesOf), [NAMESPACE_NAME]);
  const pods = domainOf(peers.map((peer) => peer.pods));
  let kinds: readonly Kind[] | undefined = placesOf(names, known).map((namespaces) => ({
    namespaces,
    pods: EVERYTHING,
  }));
  const notLabels = subjects.flatMap((one) => ruleBeyondLabels(one, direction) ?? [])[0];
  if (notLabels !== undefined) kinds = undefined;
  for (const union of unions) kinds = kinds && refine(kinds, union.peers, names, pods);
  const portNames = direction === 'ingress' ? [] : unions.flatMap(({ ports }) => namesOf(ports));
  const notListed =
    notLabels === undefined
      ? 'tell too many kinds of pods apart'
      : `have selectors of Calico that labels alone do not say: service accounts, parts of values, or too many choices (${nameRule(notLabels.ref)})`;
  return {
    kinds,
    notListed,
    namespaces: names,
    pods,
    portNames: unique(portNames),
    edges: edgesOf(subjects, direction),
  };
}

/** Peers that are let in, or kept out, together: whether a pod is among them is all that counts. */
interface Union {
  readonly peers: readonly LabelledPods[];
  readonly ports: RulePorts;
}

function unionsOf({ isolatedBy, tiers }: PodClass, direction: Direction): readonly Union[] {
  const rules = isolatedBy[direction].flatMap((policy) => policy.rules[direction]);
  const open = rules
    .filter(({ anyone }) => anyone)
    .reduce((sum, { ports }) => sum.union(ports.numbered), ConnectionSet.NONE);
  const telling = rules.filter(
    // Ports of names are not known to be open already, and whoever has them must be told.
    ({ anyone, ports }) => ports.named.length > 0 || (!anyone && !open.covers(ports.numbered)),
  );
  const byPorts = Map.groupBy(telling, ({ ports }) => `${ports.numbered.format()} ${JSON.stringify(ports.named)}`);
  const ofTiers = rulesOfTiers(tiers, direction);
  return [
    ...[...byPorts.values()].map((alike) => ({
      peers: alike.flatMap(({ pods }) => pods),
      ports: alike[0]?.ports ?? { numbered: ConnectionSet.NONE, named: [] },
    })),
    ...ofTiers.map(({ pods, ports }) => ({ peers: pods, ports })),
    ...ofTiers.flatMap(({ peer, ports }) =>
      selectorsIn(peer).map((one) => ({ peers: labelledPods(one) ?? [], ports })),
    ),
  ];
}

/** Rules of policies in tiers. */
function rulesOfTiers(tiers: PodClass['tiers'], direction: Direction): readonly TierRule[] {
  return programsIn(tiers[direction].chain).flatMap(({ rules }) => rules);
}

/** A rule of Calico with a selector that is no boxes of labels: what it tells of pods elsewhere is not listed. */
function ruleBeyondLabels({ tiers }: PodClass, direction: Direction): TierRule | undefined {
  return rulesOfTiers(tiers, direction).find(({ peer }) =>
    selectorsIn(peer).some((selector) => labelledPods(selector) === undefined),
  );
}

function selectorsIn(peer: TierRule['peer']): readonly Expression[] {
  return [peer?.selector, peer?.notSelector].flatMap((one) => one?.pods.endpoints ?? []);
}

/** Ports that have to be named to be decided, those that are left out included. */
function namesOf({ named, except }: RulePorts): RulePorts['named'] {
  return except === undefined ? named : [...named, ...namesOf(except)];
}

function namespacesOf({ namespaces }: LabelledPods): LabelSelector {
  return namespaces.by === 'labels'
    ? namespaces.selector
    : { matchLabels: { [NAMESPACE_NAME]: namespaces.name }, matchExpressions: [] };
}

/** A namespace of the input that is meant by its name has the labels that it has; any other may have any. */
function placesOf(domain: Domain, known: readonly Namespace[]): readonly Box[] {
  const names = domain.get(NAMESPACE_NAME);
  if (names === undefined) return [EVERYTHING];
  const meant = known.filter(({ name }) => names.has(name));
  const elsewhere = names.difference(new Set(meant.map(({ name }) => name)));
  return [...meant.map((namespace) => placeOf(namespace, domain)), new Map([[NAMESPACE_NAME, elsewhere]])];
}

function placeOf({ labels }: Namespace, domain: Domain): Box {
  return new Map(
    [...domain].map(([key, values]) => {
      const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
      if (value === undefined) return [key, new Set([ABSENT])];
      return [key, new Set([values.has(value) ? value : OTHER])];
    }),
  );
}

/** Cut along the peers together. */
function refine(
  kinds: readonly Kind[],
  peers: readonly LabelledPods[],
  namespaces: Domain,
  pods: Domain,
): readonly Kind[] | undefined {
  const named: Kind[] = [];
  let rest = kinds;
  for (const peer of peers) {
    const [where, which] = [boxOf(namespacesOf(peer), namespaces), boxOf(peer.pods, pods)];
    if (where === undefined || which === undefined) continue;
    const left: Kind[] = [];
    for (const kind of rest) {
      const place = intersect(kind.namespaces, where);
      const common = place && intersect(kind.pods, which);
      if (place === undefined || common === undefined) {
        left.push(kind);
        continue;
      }
      named.push({ namespaces: place, pods: common });
      for (const other of subtract(kind.namespaces, where, namespaces)) left.push({ ...kind, namespaces: other });
      for (const other of subtract(kind.pods, which, pods)) left.push({ namespaces: place, pods: other });
    }
    rest = left;
    if (named.length + rest.length > MOST_KINDS) return undefined;
  }
  return [...named, ...rest];
}

function edgesOf(subjects: readonly PodClass[], direction: Direction): Kinds['edges'] {
  const sets = subjects.flatMap(({ isolatedBy, tiers }) => [
    ...isolatedBy[direction].flatMap((policy) => policy.rules[direction]),
    ...rulesOfTiers(tiers, direction),
  ]);
  const edges = (protocol: Protocol): readonly number[] => {
    const bounds = sets
      .flatMap(({ ports: { numbered, except } }) => [numbered, ...(except === undefined ? [] : [except.numbered])])
      .flatMap((numbered) => numbered.intervals(protocol))
      .flatMap(({ from, to }) => [from, to + 1]);
    return [...new Set([1, ...bounds])].filter((port) => port <= LAST_PORT).sort((a, b) => a - b);
  };
  return { TCP: edges('TCP'), UDP: edges('UDP'), SCTP: edges('SCTP') };
}

function unique(named: RulePorts['named']): RulePorts['named'] {
  return [...new Map(named.map((port) => [`${port.protocol} ${port.name}`, port])).values()];
}
