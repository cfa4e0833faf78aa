import ipaddr from 'ipaddr.js';

/** An address or CIDR as a block of addresses `[start, end)` of one family. */
export type AddressBlock =
  | { readonly family: 4; readonly start: number; readonly end: number }
  | { readonly family: 6; readonly start: bigint; readonly end: bigint };

export const V4_END = 2 ** 32;
export const V6_END = 1n << 128n;
const V4 = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;

/**
 * Reads `10.0.0.7`, `10.0.0.0/8`, `fd00::7` or `fd00::/8`. Bits after the prefix are cleared, as the API server's
 * reading does (`10.1.2.3/8` is `10.0.0.0/8`). Strict otherwise: no leading zeros, no short forms, no zone, no
 * IPv4-mapped IPv6, which readers take for either family.
 * @returns the block, or what is wrong with the text, as a sentence's end (`"10.0.0.300" is no IP address`).
 */
export function readBlock(text: string): AddressBlock | string {
  const [address = '', prefix, ...more] = text.split('/');
  if (more.length > 0) return `"${text}" has more than one "/"`;
  const family = V4.test(address) ? 4 : 6;
  const bits = family === 4 ? 32 : 128;
  if (prefix !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(prefix)) {
    return `"${text}" has no prefix length from 0 to ${bits} after its "/"`;
  }
  const length = prefix === undefined ? bits : Number(prefix);
  if (length > bits) return `the prefix length of "${text}" is more than ${bits}, the bits of an IPv${family} address`;
  return family === 4 ? readV4(address, length, text) : readV6(address, length, text);
}

function readV4(address: string, length: number, text: string): AddressBlock | string {
  const octets = address.split('.').map(Number);
  if (octets.some((octet) => octet > 255)) return `"${text}" has an octet above 255`;
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - length);
  const start = value - (value % size);
  return { family: 4, start, end: start + size };
}

function readV6(address: string, length: number, text: string): AddressBlock | string {
  if (/^[\d.]+$/.test(address)) return `"${text}" is no IPv4 address: four numbers from 0 to 255, no leading zeros`;
  if (address.includes('%')) return `"${text}" has a zone, which means nothing outside one machine`;
  if (!address.includes(':') || !ipaddr.IPv6.isValid(address)) return `"${text}" is no IP address`;
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.isIPv4MappedAddress()) return `"${text}" is an IPv4-mapped IPv6 address: write the IPv4 address itself`;
  const value = parsed.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const size = 1n << BigInt(128 - length);
  const start = value - (value % size);
  return { family: 6, start, end: start + size };
}

export function formatV4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** In the form of RFC 5952. */
export function formatV6(value: bigint): string {
  const bytes = Array.from({ length: 16 }, (_, index) => Number((value >> BigInt(120 - 8 * index)) & 0xffn));
  return new ipaddr.IPv6(bytes).toRFC5952String();
}

/** The fewest CIDRs that together are `[start, end)`, lowest first. */
export function* cidrsOf4(start: number, end: number): Generator<string> {
  for (let at = start; at < end;) {
    let length = 32;
    while (length > 0 && at % 2 ** (33 - length) === 0 && at + 2 ** (33 - length) <= end) length -= 1;
    yield `${formatV4(at)}/${length}`;
    at += 2 ** (32 - length);
  }
}

export function* cidrsOf6(start: bigint, end: bigint): Generator<string> {
  for (let at = start; at < end;) {
    let bits = 0n;
    while (bits < 128n && at % (1n << (bits + 1n)) === 0n && at + (1n << (bits + 1n)) <= end) bits += 1n;
    yield `${formatV6(at)}/${128n - bits}`;
    at += 1n << bits;
  }
}
