import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressProblem,
  AddressGrid,
  AddressSet,
  ALL_ADDRESSES,
  ALL_IPV4,
  ALL_IPV6,
  PRIVATE_ADDRESSES,
} from '../../../../../src/harness/predict/sets/addresses.ts';
import { ADDRESSES } from '../arbitraries.ts';
import { inCidr } from '../oracle.ts';

describe('reading addresses and CIDRs', () => {
  it.each([
    ['10.0.0.7', ['10.0.0.7-10.0.0.7']],
    ['10.1.2.3/8', ['10.0.0.0-10.255.255.255']],
    ['0.0.0.0/0', ['0.0.0.0-255.255.255.255']],
    ['255.255.255.255/32', ['255.255.255.255-255.255.255.255']],
    ['fd00::7', ['fd00::7-fd00::7']],
    ['2001:DB8::/32', ['2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff']],
    ['::/0', ['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']],
  ])('%s', (text, ranges) => {
    expect(AddressSet.parse(text).ranges()).toEqual(ranges);
    expect(addressProblem(text)).toBeUndefined();
  });

  it.each([
    ['10.0.0.300', /octet above 255/],
    ['10.0.0', /no IPv4 address/],
    ['010.0.0.1', /no leading zeros/],
    ['10.0.0.0/33', /more than 32/],
    ['::/129', /more than 128/],
    ['10.0.0.0/', /no prefix length/],
    ['10.0.0.0/08', /no prefix length/],
    ['10.0.0.0/8/8', /more than one/],
    ['fe80::1%eth0', /zone/],
    ['::ffff:10.0.0.1', /IPv4-mapped/],
    ['example.com', /no IP address/],
    ['', /no IP address/],
  ])('refuses %s and says why', (text, reason) => {
    expect(addressProblem(text)).toMatch(reason);
    expect(() => AddressSet.parse(text)).toThrow(reason);
    expect(AddressSet.tryParse(text)).toBeUndefined();
  });

  it('carries the code and the position that it is given', () => {
    const position = { file: 'web.yaml', line: 7, column: 3 };
    expect(() => AddressSet.parse('x', { code: 'REQUIREMENT_INVALID', position })).toThrow(
      expect.objectContaining({ code: 'REQUIREMENT_INVALID', position }),
    );
  });
});

describe('address sets', () => {
  it('join ranges that touch, and cut holes', () => {
    expect(AddressSet.of('10.0.0.0/9', '10.128.0.0/9').ranges()).toEqual(['10.0.0.0-10.255.255.255']);
    expect(AddressSet.of('10.0.0.0/30').subtract(AddressSet.of('10.0.0.1')).ranges()).toEqual([
      '10.0.0.0-10.0.0.0',
      '10.0.0.2-10.0.0.3',
    ]);
  });

  it('keep the families apart', () => {
    expect(ALL_IPV4.overlaps(ALL_IPV6)).toBe(false);
    expect(AddressSet.of('10.0.0.0/8', 'fd00::/8').family(6).ranges()).toEqual([
      'fd00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
    expect(PRIVATE_ADDRESSES.complement().union(PRIVATE_ADDRESSES).equals(ALL_ADDRESSES)).toBe(true);
  });

  it('come back as the fewest CIDRs', () => {
    expect(ALL_ADDRESSES.toCidrs()).toEqual(['0.0.0.0/0', '::/0']);
    expect(AddressSet.of('10.0.0.0/8').subtract(AddressSet.of('10.128.0.0/9')).toCidrs()).toEqual(['10.0.0.0/9']);
    expect(AddressSet.of('10.0.0.1', '10.0.0.2', '10.0.0.3', 'fd00::/127').toCidrs()).toEqual([
      '10.0.0.1/32',
      '10.0.0.2/31',
      'fd00::/127',
    ]);
  });
});

const cidr = fc
  .tuple(fc.constantFrom(...ADDRESSES), fc.nat(32))
  .map(([address, length]) => `${address}/${address.includes(':') ? length * 4 : length}`);
const sets = fc.array(cidr, { maxLength: 4 }).map((texts) => ({ texts, set: AddressSet.of(...texts) }));

describe('laws of address sets', () => {
  it('membership follows the operations, point by point', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        for (const address of ADDRESSES) {
          const [inA, inB] = [a, b].map(({ texts }) => texts.some((text) => inCidr(text, address)));
          expect(a.set.contains(address)).toBe(inA);
          expect(a.set.union(b.set).contains(address)).toBe(inA === true || inB === true);
          expect(a.set.intersect(b.set).contains(address)).toBe(inA === true && inB === true);
          expect(a.set.subtract(b.set).contains(address)).toBe(inA === true && inB === false);
          expect(a.set.complement().contains(address)).toBe(inA === false);
        }
      }),
    );
  });

  it('relations agree with the operations', () => {
    fc.assert(
      fc.property(sets, sets, ({ set: a }, { set: b }) => {
        expect(a.overlaps(b)).toBe(!a.intersect(b).isEmpty);
        expect(a.covers(b)).toBe(a.union(b).equals(a));
        expect(AddressSet.of(...a.toCidrs()).equals(a)).toBe(true);
        expect(a.complement().complement().equals(a)).toBe(true);
      }),
    );
  });

  it('addresses of one cell of a grid are in the same of its sets', () => {
    fc.assert(
      fc.property(
        fc.array(sets, { maxLength: 3 }),
        fc.constantFrom(...ADDRESSES),
        fc.constantFrom(...ADDRESSES),
        (found, a, b) => {
          const grid = new AddressGrid(found.map(({ set }) => set));
          fc.pre(grid.locate(AddressSet.of(a)) === grid.locate(AddressSet.of(b)));
          for (const { set } of found) expect(set.contains(a)).toBe(set.contains(b));
        },
      ),
    );
  });
});
