import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionSet } from '../../../../../src/harness/predict/sets/connections.ts';
import { ConnectionTable } from '../../../../../src/harness/predict/sets/connection-table.ts';
import { PORTS, PROTOCOLS } from '../arbitraries.ts';

describe('the text of a set of connections', () => {
  it.each(['all', 'none', 'TCP 80,443,8000-8080; UDP 53', 'SCTP 5; TCP 1-65535', 'TCP 1; UDP 65535'])('%s', (text) => {
    expect(ConnectionSet.parse(text).format()).toBe(text);
  });

  it('is sorted, and joins what touches', () => {
    expect(ConnectionSet.parse('UDP 53; TCP 443,80,81').format()).toBe('TCP 80-81,443; UDP 53');
    expect(ConnectionSet.parse('SCTP 1-65535; TCP 1-65535; UDP 1-65535').format()).toBe('all');
  });

  it.each(['', 'tcp 80', 'TCP', 'TCP 80;UDP 53', 'ICMP 1', 'TCP 80-'])('refuses "%s"', (text) => {
    expect(() => ConnectionSet.parse(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('has ports from 1 to 65535 alone', () => {
    expect(ConnectionSet.of('TCP').format()).toBe('TCP 1-65535');
    expect(ConnectionSet.of('TCP', 0, 70000).format()).toBe('TCP 1-65535');
    expect(ConnectionSet.port('TCP', 0).isEmpty).toBe(true);
    expect(ConnectionSet.of('TCP', 9, 5).isEmpty).toBe(true);
  });
});

const sets = fc
  .array(fc.tuple(fc.constantFrom(...PROTOCOLS), fc.constantFrom(...PORTS), fc.constantFrom(...PORTS)), {
    maxLength: 4,
  })
  .map((ranges) => ({
    has: (protocol: string, port: number) =>
      ranges.some(([name, a, b]) => name === protocol && port >= Math.min(a, b) && port <= Math.max(a, b)),
    set: ranges.reduce(
      (sum, [protocol, a, b]) => sum.union(ConnectionSet.of(protocol, Math.min(a, b), Math.max(a, b))),
      ConnectionSet.NONE,
    ),
  }));

describe('laws of sets of connections', () => {
  it('membership follows the operations, and a table does the same by number', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const table = new ConnectionTable();
        const [ia, ib] = [table.intern(a.set), table.intern(b.set)];
        expect(table.get(table.union(ia, ib)).equals(a.set.union(b.set))).toBe(true);
        expect(table.get(table.intersect(ia, ib)).equals(a.set.intersect(b.set))).toBe(true);
        expect(table.get(table.subtract(ia, ib)).equals(a.set.subtract(b.set))).toBe(true);
        expect(ia === ib).toBe(a.set.equals(b.set));
        for (const protocol of PROTOCOLS) {
          for (const port of PORTS) {
            const [inA, inB] = [a.has(protocol, port), b.has(protocol, port)];
            expect(a.set.contains(protocol, port)).toBe(inA);
            expect(a.set.union(b.set).contains(protocol, port)).toBe(inA || inB);
            expect(a.set.intersect(b.set).contains(protocol, port)).toBe(inA && inB);
            expect(a.set.subtract(b.set).contains(protocol, port)).toBe(inA && !inB);
          }
        }
      }),
    );
  });

  it('text and intervals lose nothing', () => {
    fc.assert(
      fc.property(sets, ({ set }) => {
        expect(ConnectionSet.parse(set.format()).equals(set)).toBe(true);
        const again = PROTOCOLS.flatMap((protocol) =>
          set.intervals(protocol).map(({ from, to }) => ConnectionSet.of(protocol, from, to)),
        );
        expect(again.reduce((sum, part) => sum.union(part), ConnectionSet.NONE).equals(set)).toBe(true);
      }),
    );
  });
});
