import ipaddr from 'ipaddr.js';
import { quote, type Input } from './input.ts';
import { objectNameProblem } from './labels.ts';

const CIDR = 'a network as ADDRESS/LENGTH (203.0.113.0/24, 2001:db8::/32)';

/** A CIDR in its canonical text. Host bits are a mistake, as they are to the API server. */
export function readCidr(input: Input): string | null {
  const { value } = input;
  if (typeof value !== 'string') return input.expected(CIDR);
  const [address = '', length, ...more] = value.split('/');
  const parsed = parseAddress(address);
  if (parsed === null || more.length > 0) return input.expected(CIDR);
  const bits = parsed.kind() === 'ipv4' ? 32 : 128;
  if (length === undefined) {
    return input.problem(`${quote(value)} has no prefix length`, {
      hint: `For this one address write ${value}/${bits}.`,
    });
  }
  if (!/^(0|[1-9]\d*)$/.test(length) || Number(length) > bits) {
    return input.problem(`${quote(value)}: the prefix length must be from 0 to ${bits}, but is ${quote(length)}`);
  }
  const network = `${networkOf(parsed, Number(length))}/${length}`;
  if (network === `${parsed.toString()}/${length}` && isLoopback(parsed)) {
    return input.problem(`${quote(value)} is not outside a pod, as a network is`, { hint: LOOPBACK });
  }
  if (network === `${parsed.toString()}/${length}`) return network;
  return input.problem(`${quote(value)} has bits set behind its prefix length`, {
    hint: `Write ${network} for the network, or ${parsed.toString()}/${bits} for the one address.`,
  });
}

/** How one address is written as an endpoint; undefined for what is no address. */
export function addressHint(text: string): string | undefined {
  const parsed = parseAddress(text);
  if (parsed === null) return undefined;
  return `As an endpoint it is a range of one: {cidr: ${parsed.kind() === 'ipv4' ? `${text}/32` : `"${text}/128"`}}.`;
}

const LOOPBACK = 'It is whoever dials it: each pod reaches itself, whatever the policies say.';

function isLoopback(address: ReturnType<typeof parseAddress>): boolean {
  return address?.range() === 'loopback';
}

/** A host outside the cluster: a DNS name, or an address. */
export function readHost(input: Input): string | null {
  const host = input.text("a host's name, as api.stripe.com");
  if (host === null) return null;
  const name = host.toLowerCase().replace(/\.$/, '');
  const inside = insideHint(name);
  if (inside !== undefined) return input.problem(`${quote(host)} is not outside the cluster, as a host is`, inside);
  if (parseAddress(host) !== null) return host;
  if (objectNameProblem(name) === undefined && /[a-z]/.test(name)) return name;
  return input.problem(`${quote(host)} is not the name of a host`, { hint: hostHint(host) });
}

/**
 * What no policy judges as an address outside: a pod's own loopback, and names that the cluster's DNS gives to services
 * and pods (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/).
 */
function insideHint(name: string): { readonly hint: string } | undefined {
  if (/(?:^|\.)localhost$/.test(name) || isLoopback(parseAddress(name))) return { hint: LOOPBACK };
  if (!/\.(?:svc|cluster\.local)$/.test(name)) return undefined;
  const [, service, namespace] = /^([^.]+)\.([^.]+)\.svc(?:\.|$)/.exec(name) ?? [];
  return {
    hint:
      service === undefined || namespace === undefined
        ? 'Name the pods, or the service: {service: shop/api}.'
        : `A service is written {service: ${namespace}/${service}}.`,
  };
}

function hostHint(host: string): string | null {
  if (host.includes('://')) return 'Leave out the scheme; the port belongs in `on`.';
  if (host.includes('*')) return 'A wildcard names no host: name each one.';
  if (/\/\d+$/.test(host)) return `A network is written {cidr: ${host}}.`;
  if (/:\d+$/.test(host)) return 'The port belongs in `on`.';
  return null;
}

/** Addresses as the API server takes them: four decimals without leading zeros, or IPv6 without a zone. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text) && !/(^|\.)0\d/.test(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? null : address;
}

function networkOf(address: ipaddr.IPv4 | ipaddr.IPv6, length: number): string {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, length - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return ipaddr.fromByteArray(bytes).toString();
}
