import type { AddressSet } from '../predict/sets/addresses.ts';

/** As CIDRs, which is what a policy takes, unless ranges are fewer. */
export function addressesText(addresses: AddressSet): string {
  const [ranges, cidrs] = [addresses.ranges(), addresses.toCidrs()];
  return (cidrs.length > ranges.length ? ranges : cidrs).join(', ');
}
