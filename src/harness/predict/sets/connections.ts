import { MayreachError } from '../../../source/error.ts';
import type { Protocol } from '../../../requirements/model.ts';
import { contains, equals, intersect, pairs, subtract, union, type Bounds } from './intervals.ts';

/** In the order of the text form. */
const SORTED_PROTOCOLS: readonly Protocol[] = ['SCTP', 'TCP', 'UDP'];
const EVERY_PORT: Bounds<number> = [1, 65536];

type Operation = (a: Bounds<number>, b: Bounds<number>) => Bounds<number>;

/** An immutable exact set of protocol x port (TCP, UDP, SCTP; 1-65535). */
export class ConnectionSet {
  static readonly NONE: ConnectionSet = new ConnectionSet({ TCP: [], UDP: [], SCTP: [] });
  static readonly ALL: ConnectionSet = new ConnectionSet({ TCP: EVERY_PORT, UDP: EVERY_PORT, SCTP: EVERY_PORT });
  readonly #ports: Readonly<Record<Protocol, Bounds<number>>>;
  #text: string | undefined;

  private constructor(ports: Readonly<Record<Protocol, Bounds<number>>>) {
    this.#ports = ports;
  }

  /** Ports `from`-`to` of one protocol, both included; without them every port. Outside 1-65535 there is nothing. */
  static of(protocol: Protocol, from = 1, to = 65535): ConnectionSet {
    const bounds = intersect(EVERY_PORT, from <= to ? [from, to + 1] : []);
    return new ConnectionSet({ TCP: [], UDP: [], SCTP: [], [protocol]: bounds });
  }

  /** One port. */
  static port(protocol: Protocol, port: number): ConnectionSet {
    return ConnectionSet.of(protocol, port, port);
  }

  /**
   * Reads the text form back: `all`, `none`, `TCP 80,443,8000-8080; UDP 53`.
   * @throws MayreachError (USAGE) for anything else.
   */
  static parse(text: string): ConnectionSet {
    if (text === 'all') return ConnectionSet.ALL;
    if (text === 'none') return ConnectionSet.NONE;
    let set = ConnectionSet.NONE;
    for (const part of text.split('; ')) {
      const [, protocol, list] = /^(TCP|UDP|SCTP) (\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)$/.exec(part) ?? [];
      if (protocol === undefined || list === undefined) {
        throw new MayreachError(`"${text}" is no set of connections`, {
          code: 'USAGE',
          hint: 'Write all, none, or protocols with their ports: TCP 80,443,8000-8080; UDP 53',
        });
      }
      for (const range of list.split(',')) {
        const [from, to = from] = range.split('-').map(Number);
        set = set.union(ConnectionSet.of(protocol as Protocol, from ?? 0, to ?? 0));
      }
    }
    return set;
  }

  get isEmpty(): boolean {
    return SORTED_PROTOCOLS.every((protocol) => this.#ports[protocol].length === 0);
  }

  get isAll(): boolean {
    return this.equals(ConnectionSet.ALL);
  }

  union(other: ConnectionSet): ConnectionSet {
    return this.#with(other, union);
  }

  intersect(other: ConnectionSet): ConnectionSet {
    return this.#with(other, intersect);
  }

  subtract(other: ConnectionSet): ConnectionSet {
    return this.#with(other, subtract);
  }

  equals(other: ConnectionSet): boolean {
    return this === other || SORTED_PROTOCOLS.every((name) => equals(this.#ports[name], other.#ports[name]));
  }

  contains(protocol: Protocol, port: number): boolean {
    return contains(this.#ports[protocol], port);
  }

  /** Whether every connection of `other` is in this set. */
  covers(other: ConnectionSet): boolean {
    return other.subtract(this).isEmpty;
  }

  overlaps(other: ConnectionSet): boolean {
    return !this.intersect(other).isEmpty;
  }

  /** Maximal port ranges of a protocol, both ends included, ascending. */
  intervals(protocol: Protocol): readonly { readonly from: number; readonly to: number }[] {
    return pairs(this.#ports[protocol]).map(([from, end]) => ({ from, to: end - 1 }));
  }

  /** `all`, `none`, or protocols by name with their ports ascending: `TCP 80,443,8000-8080; UDP 1-65535`. */
  format(): string {
    this.#text ??= this.#format();
    return this.#text;
  }

  toString(): string {
    return this.format();
  }

  #format(): string {
    if (this.isAll) return 'all';
    if (this.isEmpty) return 'none';
    return SORTED_PROTOCOLS.filter((protocol) => this.#ports[protocol].length > 0)
      .map((protocol) => {
        const ranges = this.intervals(protocol).map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
        return `${protocol} ${ranges.join(',')}`;
      })
      .join('; ');
  }

  #with(other: ConnectionSet, operation: Operation): ConnectionSet {
    return new ConnectionSet({
      TCP: operation(this.#ports.TCP, other.#ports.TCP),
      UDP: operation(this.#ports.UDP, other.#ports.UDP),
      SCTP: operation(this.#ports.SCTP, other.#ports.SCTP),
    });
  }
}
