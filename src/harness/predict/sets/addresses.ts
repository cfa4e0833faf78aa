import { MayreachError, type ErrorCode } from '../../../source/error.ts';
import type { Position } from '../../../source/position.ts';
import { cidrsOf4, cidrsOf6, formatV4, formatV6, readBlock, V4_END, V6_END } from './address-text.ts';
import { contains, countUpTo, equals, intersect, overlaps, pairs, subtract, union, type Bounds } from './intervals.ts';

/** An immutable exact set of IPv4 and IPv6 addresses. */
export class AddressSet {
  static readonly EMPTY: AddressSet = new AddressSet([], []);
  readonly #v4: Bounds<number>;
  readonly #v6: Bounds<bigint>;

  private constructor(v4: Bounds<number>, v6: Bounds<bigint>) {
    this.#v4 = v4;
    this.#v6 = v6;
  }

  /**
   * The addresses of one address or CIDR (`10.0.0.7`, `10.0.0.0/8`, `fd00::/8`).
   * @throws MayreachError that says what is wrong with the text; `code` is MANIFEST_INVALID unless given.
   */
  static parse(text: string, where: { readonly code?: ErrorCode; readonly position?: Position } = {}): AddressSet {
    const block = readBlock(text);
    if (typeof block === 'string') {
      throw new MayreachError(block, {
        code: where.code ?? 'MANIFEST_INVALID',
        position: where.position,
        hint: 'Write an address or a CIDR, such as 10.0.0.0/8 or fd00::/8.',
      });
    }
    return block.family === 4
      ? new AddressSet([block.start, block.end], [])
      : new AddressSet([], [block.start, block.end]);
  }

  /** As `parse`, but undefined for a text that is neither an address nor a CIDR. */
  static tryParse(text: string): AddressSet | undefined {
    return addressProblem(text) === undefined ? AddressSet.parse(text) : undefined;
  }

  /** The union of addresses and CIDRs; throws as `parse` does. */
  static of(...texts: readonly string[]): AddressSet {
    return texts.reduce((set, text) => set.union(AddressSet.parse(text)), AddressSet.EMPTY);
  }

  get isEmpty(): boolean {
    return this.#v4.length === 0 && this.#v6.length === 0;
  }

  union(other: AddressSet): AddressSet {
    return new AddressSet(union(this.#v4, other.#v4), union(this.#v6, other.#v6));
  }

  intersect(other: AddressSet): AddressSet {
    return new AddressSet(intersect(this.#v4, other.#v4), intersect(this.#v6, other.#v6));
  }

  subtract(other: AddressSet): AddressSet {
    return new AddressSet(subtract(this.#v4, other.#v4), subtract(this.#v6, other.#v6));
  }

  /** All addresses of both families that are not in this set. */
  complement(): AddressSet {
    return ALL_ADDRESSES.subtract(this);
  }

  equals(other: AddressSet): boolean {
    return equals(this.#v4, other.#v4) && equals(this.#v6, other.#v6);
  }

  /** Whether every address of `other` is in this set. */
  covers(other: AddressSet): boolean {
    return other.subtract(this).isEmpty;
  }

  overlaps(other: AddressSet): boolean {
    return overlaps(this.#v4, other.#v4) || overlaps(this.#v6, other.#v6);
  }

  /** Whether one address, as text, is in the set; throws as `parse` does. */
  contains(address: string): boolean {
    const block = readBlock(address);
    if (typeof block !== 'string' && block.family === 4 && block.end - block.start === 1) {
      return contains(this.#v4, block.start);
    }
    return this.covers(AddressSet.parse(address));
  }

  /** Maximal ranges as `first-last`, a single address too (`10.0.0.7-10.0.0.7`); IPv4 first, ascending. */
  ranges(): readonly string[] {
    return [
      ...pairs(this.#v4).map(([start, end]) => `${formatV4(start)}-${formatV4(end - 1)}`),
      ...pairs(this.#v6).map(([start, end]) => `${formatV6(start)}-${formatV6(end - 1n)}`),
    ];
  }

  /** The fewest CIDRs that together are this set; IPv4 first, ascending. */
  toCidrs(): readonly string[] {
    return [
      ...pairs(this.#v4).flatMap(([start, end]) => [...cidrsOf4(start, end)]),
      ...pairs(this.#v6).flatMap(([start, end]) => [...cidrsOf6(start, end)]),
    ];
  }

  get bounds(): { readonly v4: Bounds<number>; readonly v6: Bounds<bigint> } {
    return { v4: this.#v4, v6: this.#v6 };
  }

  /** The set's IPv4 part or its IPv6 part. */
  family(family: 4 | 6): AddressSet {
    return family === 4 ? new AddressSet(this.#v4, []) : new AddressSet([], this.#v6);
  }

  static wholeFamily(family: 4 | 6): AddressSet {
    return family === 4 ? new AddressSet([0, V4_END], []) : new AddressSet([], [0n, V6_END]);
  }
}

/**
 * The cells into which the edges of some sets cut all addresses: no set tells two addresses of a cell apart. Locating
 * an address takes one binary search, however many the sets.
 */
export class AddressGrid {
  readonly #v4: readonly number[];
  readonly #v6: readonly bigint[];

  constructor(sets: readonly AddressSet[]) {
    this.#v4 = [...new Set(sets.flatMap((set) => set.bounds.v4))].sort((a, b) => a - b);
    this.#v6 = [...new Set(sets.flatMap((set) => set.bounds.v6))].sort((a, b) => (a < b ? -1 : 1));
  }

  /** Equal for sets that lie in the same cells. */
  locate({ bounds }: AddressSet): string {
    const spans = [
      ...pairs(bounds.v4).map(([start, end]) => [4, countUpTo(this.#v4, start), countUpTo(this.#v4, end - 1)] as const),
      ...pairs(bounds.v6).map(
        ([start, end]) => [6, countUpTo(this.#v6, start), countUpTo(this.#v6, end - 1n)] as const,
      ),
    ];
    return [...new Set(spans.map((span) => span.join(' ')))].join(', ');
  }
}

/** What is wrong with the text of an address or CIDR, as a sentence's end; undefined if nothing. */
export function addressProblem(text: string): string | undefined {
  const block = readBlock(text);
  return typeof block === 'string' ? block : undefined;
}

export const ALL_IPV4: AddressSet = AddressSet.wholeFamily(4);
export const ALL_IPV6: AddressSet = AddressSet.wholeFamily(6);
export const ALL_ADDRESSES: AddressSet = ALL_IPV4.union(ALL_IPV6);

/** RFC 1918, where pod networks lie unless somebody chose otherwise. */
export const RFC_1918: AddressSet = AddressSet.of('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16');
/** With RFC 6598 (carrier-grade): all that is no public address. */
export const PRIVATE_IPV4: AddressSet = RFC_1918.union(AddressSet.of('100.64.0.0/10'));
/** RFC 4193, unique local addresses. */
export const PRIVATE_IPV6: AddressSet = AddressSet.of('fc00::/7');
export const PRIVATE_ADDRESSES: AddressSet = PRIVATE_IPV4.union(PRIVATE_IPV6);
