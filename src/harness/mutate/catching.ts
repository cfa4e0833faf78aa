import { PROTOCOLS, type Expectation } from '../../requirements/model.ts';
import type { Inventory } from '../inventory/model.ts';
import { AddressSet } from '../predict/sets/addresses.ts';
import { ConnectionSet } from '../predict/sets/connections.ts';
import { outsider } from '../predict/ends/outsider.ts';
import type { CatchingCase, Change, End } from './model.ts';

/** How many ports and ranges one case names. */
const MOST_PORTS = 4;

/** A case, and what it speaks of, so that it is known which other mutants it catches. */
interface Written {
  readonly written: CatchingCase;
  readonly from: End;
  readonly to: End;
  readonly connections: ConnectionSet;
}

/** Writes the cases that would catch survivors: few, for a case that was written catches others as well. */
export class CaseWriter {
  readonly #ids: ReadonlySet<string>;
  readonly #names: ReadonlyMap<string, number>;
  readonly #written: Written[] = [];
  #count = 0;

  /** @param ids those that are taken */
  constructor({ workloads }: Inventory, ids: readonly string[]) {
    this.#ids = new Set(ids);
    const names = Map.groupBy(workloads, ({ namespace, name }) => `${namespace}/${name}`);
    this.#names = new Map([...names].map(([name, all]) => [name, all.length]));
  }

  /** The change that tells best, and a case that is met before it and not after. `changes` is not empty. */
  catch(changes: readonly [Change, ...Change[]]): { readonly change: Change; readonly caughtBy: CatchingCase } {
    const lowest = Math.min(...changes.map(rank));
    const telling = changes.filter((change) => rank(change) === lowest);
    for (const change of telling) {
      const known = this.#written.find((one) => isCaughtBy(change, one));
      if (known !== undefined) return { change, caughtBy: known.written };
    }
    const [change = changes[0]] = telling;
    return { change, caughtBy: this.#write(change) };
  }

  #write(change: Change): CatchingCase {
    const { opened, closed, before } = change;
    const expect: Expectation = opened.isEmpty ? 'mayReach' : 'mayNotReach';
    const to = narrowed(change.to);
    const from = narrowed(change.from);
    const whole = expect === 'mayNotReach' && before.isEmpty;
    const connections = whole ? ConnectionSet.ALL : firstPorts(expect === 'mayReach' ? declared(closed, to) : opened);
    const on = whole ? {} : { on: portTexts(connections) };
    const written = { id: this.#nextId(), from: [this.#name(from)], expect, to: [this.#name(to)], ...on };
    this.#written.push({ written, from, to, connections });
    return written;
  }

  #nextId(): string {
    do this.#count += 1;
    while (this.#ids.has(`MUTANT-${this.#count}`));
    return `MUTANT-${this.#count}`;
  }

  #name(end: End): string {
    if (end.kind === 'addresses') {
      const [cidr = ''] = end.addresses.toCidrs();
      return cidr.includes(':') ? `{cidr: '${cidr}'}` : `{cidr: ${cidr}}`;
    }
    if (end.workload === outsider()) return 'outsider';
    const name = `${end.workload.namespace}/${end.workload.name}`;
    return (this.#names.get(name) ?? 0) > 1 ? end.workload.id : name;
  }
}

/**
 * Low is better. What is opened says more than what is closed. Strangers say more than a workload does; to the outside,
 * addresses do. A pair that could do nothing before makes the plainest case.
 */
function rank({ from, to, opened, before }: Change): number {
  const closes = opened.isEmpty ? 100 : 0;
  const plain = before.isEmpty || opened.isEmpty ? 0 : 10;
  return closes + plain + (closes > 0 ? rankClosed(from, to) : rankOpened(from, to));
}

function rankOpened(from: End, to: End): number {
  if (isOutsider(from) || to.kind === 'addresses') return 0;
  if (from.kind === 'addresses' || isOutsider(to)) return 2;
  return isItself(from, to) ? 3 : 1;
}

/** A demand is best made of workloads that are there. */
function rankClosed(from: End, to: End): number {
  if (from.kind === 'addresses' || to.kind === 'addresses') return 1;
  if (isOutsider(from) || isOutsider(to)) return 2;
  return isItself(from, to) ? 3 : 0;
}

function isOutsider(end: End): boolean {
  return end.kind === 'workload' && end.workload === outsider();
}

function isItself(from: End, to: End): boolean {
  return from.kind === 'workload' && to.kind === 'workload' && from.workload === to.workload;
}

/** Addresses as one CIDR, the largest. */
function narrowed(end: End): End {
  if (end.kind === 'workload') return end;
  const [first = '', ...others] = end.addresses.toCidrs();
  const largest = others.reduce((best, cidr) => (sizeOf(cidr) > sizeOf(best) ? cidr : best), first);
  return { kind: 'addresses', addresses: AddressSet.parse(largest) };
}

/** Bits that are left for hosts. */
function sizeOf(cidr: string): number {
  const [address = '', length = ''] = cidr.split('/');
  return (address.includes(':') ? 128 : 32) - Number(length);
}

/** The ports that a destination declares, where some of them are meant: nobody asks for all others. */
function declared(closed: ConnectionSet, to: End): ConnectionSet {
  const ports = to.kind === 'workload' ? to.workload.ports : [];
  const meant = ports
    .filter(({ protocol, port }) => closed.contains(protocol, port))
    .reduce((set, { protocol, port }) => set.union(ConnectionSet.port(protocol, port)), ConnectionSet.NONE);
  return meant.isEmpty ? closed : meant;
}

function firstPorts(set: ConnectionSet): ConnectionSet {
  const ranges = PROTOCOLS.flatMap((protocol) => set.intervals(protocol).map((range) => ({ protocol, ...range })));
  return ranges
    .slice(0, MOST_PORTS)
    .reduce((sum, { protocol, from, to }) => sum.union(ConnectionSet.of(protocol, from, to)), ConnectionSet.NONE);
}

/** As `on` takes them: `5432/tcp`, `8000-8080/tcp`. */
function portTexts(set: ConnectionSet): readonly string[] {
  return PROTOCOLS.flatMap((protocol) =>
    set.intervals(protocol).map(({ from, to }) => `${from === to ? from : `${from}-${to}`}/${protocol.toLowerCase()}`),
  );
}

function isCaughtBy({ from, to, opened, closed }: Change, { written, ...one }: Written): boolean {
  const changed = written.expect === 'mayReach' ? closed : opened;
  return meets(from, one.from) && meets(to, one.to) && changed.overlaps(one.connections);
}

function meets(a: End, b: End): boolean {
  if (a.kind === 'workload' && b.kind === 'workload') return a.workload === b.workload;
  return a.kind === 'addresses' && b.kind === 'addresses' && a.addresses.overlaps(b.addresses);
}
