import type { Direction } from '../../../requirements/model.ts';
import { ALL_ADDRESSES, type AddressSet } from '../sets/addresses.ts';
import { remarksOf, type ClassRegistry, type PodClass } from '../classes/classes.ts';
import { portsTowards, type CompiledRule } from '../rules/compile.ts';
import { ALL, NONE, type ConnectionTable, type SetId } from '../sets/connection-table.ts';
import { undefinedNamespaceNote } from '../ends/namespaces.ts';
import type { PeerMatcher } from '../classes/peer-matcher.ts';
import type { AddressPart, Side, SideTable } from '../sets/side-table.ts';
import { SideDraft } from './side-draft.ts';
import { TierSides, type SidePart } from './tier-sides.ts';

type Row = readonly Side[];

/**
 * What one end's policies allow, towards every class of workloads and every address: as sets, each computed once. The
 * work follows the matches of the peers, not the number of pairs.
 */
export class SideSets {
  readonly #registry: ClassRegistry;
  readonly #matcher: PeerMatcher;
  readonly #table: SideTable;
  readonly #connections: ConnectionTable;
  readonly #rows: Readonly<Record<Direction, Row[]>> = { ingress: [], egress: [] };
  readonly #parts: Readonly<Record<Direction, (readonly SidePart[])[]>> = { ingress: [], egress: [] };
  readonly #tiers: TierSides;

  constructor(registry: ClassRegistry, matcher: PeerMatcher, table: SideTable) {
    this.#registry = registry;
    this.#matcher = matcher;
    this.#table = table;
    this.#connections = table.connections;
    this.#tiers = new TierSides(registry, matcher, table);
  }

  /** What the policies of `subject` say of connections with `peer`; node traffic apart. */
  towards(subject: PodClass, direction: Direction, peer: PodClass): Side {
    const rows = this.#rows[direction];
    const known = rows[subject.index]?.[peer.index];
    if (known !== undefined) return known;
    const row = this.#row(subject, direction);
    rows[subject.index] = row;
    return row[peer.index] ?? this.#table.denied;
  }

  /** Everything but what admin policies deny: for traffic that others leave alone. */
  beneathDenials(subject: PodClass, direction: Direction, peer: PodClass): Side {
    return this.#tiers.beneath(subject, direction, peer);
  }

  /** What the policies of `subject` say of addresses outside; the parts are disjoint and cover all addresses. */
  towardsAddresses(subject: PodClass, direction: Direction): readonly SidePart[] {
    const memo = this.#parts[direction];
    return (memo[subject.index] ??= this.#sideParts(subject, direction));
  }

  #sideParts(subject: PodClass, direction: Direction): readonly SidePart[] {
    const remarks = this.#table.notes.intern(remarksOf(subject, direction));
    const parts = this.#addressParts(subject, direction).map(({ addresses, allowed }) => ({
      addresses,
      side: this.#table.side(allowed, NONE, remarks),
      pieces: [addresses],
    }));
    return hasTiers(subject, direction) ? this.#tiers.aroundAddresses(subject, direction, parts) : parts;
  }

  #row(subject: PodClass, direction: Direction): Row {
    const { classes } = this.#registry;
    if (subject.unmodelled.length > 0) return classes.map(() => this.#table.unknown);
    const row = this.#policyRow(subject, direction);
    if (!hasTiers(subject, direction)) return row;
    return classes.map((peer, index) => this.#tiers.around(subject, direction, peer, row[index] ?? this.#table.denied));
  }

  /** What the policies of the subject's namespace say. */
  #policyRow(subject: PodClass, direction: Direction): Row {
    const { classes } = this.#registry;
    const policies = subject.isolatedBy[direction];
    const remarks = remarksOf(subject, direction);
    if (policies.length === 0) {
      const open = this.#table.side(ALL, NONE, this.#table.notes.intern(remarks));
      return classes.map(() => open);
    }
    const draft = new SideDraft(classes.length, this.#table);
    if (remarks.length > 0) for (const { index } of classes) draft.note(index, ...remarks);
    const rules = policies.flatMap((policy) => policy.rules[direction]);
    for (const rule of rules) this.#addPeers(draft, subject, rule);
    const parts = this.#addressParts(subject, direction);
    if (rules.some(({ blocks }) => blocks.length > 0)) {
      draft.addBlocks(classes, parts);
      for (const rule of rules) this.#addNamedPortsBehindBlocks(draft, rule);
    }
    return draft.finish();
  }

  #addPeers(draft: SideDraft, subject: PodClass, rule: CompiledRule): void {
    const fixed = this.#fixedPorts(subject, rule);
    const portsTo = (peer: PodClass): SetId =>
      fixed ?? this.#connections.intern(portsTowards(rule.ports, peer.example));
    if (rule.anyone) {
      for (const podClass of this.#registry.classes) draft.allow(podClass.index, portsTo(podClass));
      return;
    }
    for (const peer of rule.pods) {
      for (const { podClass, match } of this.#matcher.matched(peer)) {
        if (match === 'unknown') draft.doubt(podClass.index, portsTo(podClass));
        else if (match !== 'assumedNo') draft.allow(podClass.index, portsTo(podClass));
        if (match.startsWith('assumed')) draft.note(podClass.index, undefinedNamespaceNote(podClass.namespace));
      }
    }
  }

  /** Ports that do not depend on the peer: of ingress, where the subject is the destination, and of rules without names. */
  #fixedPorts(subject: PodClass, { ref, ports }: CompiledRule): SetId | undefined {
    if (ports.named.length === 0) return this.#connections.intern(ports.numbered);
    return ref.direction === 'ingress' ? this.#connections.intern(portsTowards(ports, subject.example)) : undefined;
  }

  /** The API does not say whether a named port means the pod's behind an address of an ipBlock; plugins differ. */
  #addNamedPortsBehindBlocks(draft: SideDraft, { ref, ports, blocks }: CompiledRule): void {
    if (ref.direction === 'ingress' || ports.named.length === 0) return;
    for (const { index, example, whereabouts } of this.#registry.classes) {
      if (blocks.some(({ addresses }) => addresses.overlaps(whereabouts.perhaps))) {
        draft.doubt(index, this.#connections.intern(portsTowards(ports, example)));
      }
    }
  }

  #addressParts(subject: PodClass, direction: Direction): readonly AddressPart[] {
    if (subject.isolatedBy[direction].length === 0) return [{ addresses: ALL_ADDRESSES, allowed: ALL }];
    let parts = new Map<SetId, AddressSet>([[NONE, ALL_ADDRESSES]]);
    for (const rule of subject.isolatedBy[direction].flatMap((policy) => policy.rules[direction])) {
      const ports = this.#connections.intern(
        portsTowards(rule.ports, direction === 'ingress' ? subject.example : undefined),
      );
      const blocks = rule.anyone ? [ALL_ADDRESSES] : rule.blocks.map(({ addresses }) => addresses);
      for (const block of blocks) parts = this.#openBlock(parts, block, ports);
    }
    return [...parts].map(([allowed, addresses]) => ({ addresses, allowed }));
  }

  #openBlock(parts: ReadonlyMap<SetId, AddressSet>, block: AddressSet, ports: SetId): Map<SetId, AddressSet> {
    const result = new Map<SetId, AddressSet>();
    const add = (allowed: SetId, addresses: AddressSet): void => {
      if (addresses.isEmpty) return;
      const same = result.get(allowed);
      result.set(allowed, same === undefined ? addresses : same.union(addresses));
    };
    for (const [allowed, addresses] of parts) {
      add(allowed, addresses.subtract(block));
      add(this.#connections.union(allowed, ports), addresses.intersect(block));
    }
    return result;
  }
}

function hasTiers({ tiers }: PodClass, direction: Direction): boolean {
  const { chain, remarks } = tiers[direction];
  return chain.length > 0 || remarks.length > 0;
}
