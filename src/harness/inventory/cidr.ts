import ipaddr from 'ipaddr.js';

export interface Cidr {
  /** The network in its canonical form: `10.0.0.0/8`, `2001:db8::/32`. */
  readonly text: string;
  readonly family: 4 | 6;
  /** The network's first address. */
  readonly bits: bigint;
  readonly length: number;
  /** False where bits below the prefix are set, or it is written in a way that newer API servers refuse. */
  readonly strict: boolean;
  /** Leading zeros, or IPv4 in IPv6 clothes. */
  readonly legacy: boolean;
}

/**
 * A CIDR as the API server reads it: leading zeros are decimal, host bits are dropped, an IPv4-mapped IPv6 network is
 * IPv4. Undefined for what no API server takes. Since 1.36 it refuses the sloppy forms (`strict` is false) in new
 * objects: https://github.com/kubernetes/enhancements/issues/4858
 */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', prefix = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,4})$/.exec(text) ?? [];
  const plain = address.replaceAll(/(^|[.:])0+(?=\d{1,3}(?:\.|$))/g, '$1');
  const bytes = parseAddress(plain);
  if (bytes === undefined || Number(prefix) > bytes.length * 8) return undefined;
  const legacy = plain !== address || String(Number(prefix)) !== prefix;
  if (isMapped(bytes, Number(prefix))) return toCidr(bytes.slice(12), Number(prefix) - 96, true);
  return toCidr(bytes, Number(prefix), legacy);
}

function toCidr(address: readonly number[], length: number, legacy: boolean): Cidr {
  const network = maskOff(address, length);
  return {
    text: `${ipaddr.fromByteArray(network).toString()}/${length}`,
    family: network.length === 4 ? 4 : 6,
    bits: network.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n),
    length,
    strict: !legacy && address.join() === network.join(),
    legacy,
  };
}

/** Its bytes. ipaddr.js takes forms that Kubernetes does not (`10.1`, hexadecimal parts). */
function parseAddress(text: string): number[] | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    return ipaddr.IPv4.isValid(text) ? ipaddr.IPv4.parse(text).toByteArray() : undefined;
  }
  return text.includes(':') && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toByteArray() : undefined;
}

/** IPv4 in IPv6 clothes: within ::ffff:0:0/96. */
function isMapped(bytes: readonly number[], length: number): boolean {
  return bytes.length === 16 && length >= 96 && bytes.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255';
}

/** Whether `inner` lies in `outer` and is smaller, as `except` must. */
export function isStrictSubset(inner: Cidr, outer: Cidr): boolean {
  if (inner.family !== outer.family || inner.length <= outer.length) return false;
  const below = BigInt((outer.family === 4 ? 32 : 128) - outer.length);
  return inner.bits >> below === outer.bits >> below;
}

function maskOff(bytes: readonly number[], length: number): number[] {
  return bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, length - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
}
