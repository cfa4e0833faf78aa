import { AddressSet, PRIVATE_ADDRESSES } from '../predict/sets/addresses.ts';

/** What may be dialled outside of the cluster. False: no public address. True: every one. A list: what is on it alone. */
export type ExternalAccess = boolean | ExternalList;

/** An allow list. It is the whole of what may be dialled, so that private addresses have to be on it, too. */
export interface ExternalList {
  /** As they were written. */
  readonly targets: readonly string[];
  /** In lower case, without a dot at the end. Each allows what it resolves to at the time. */
  readonly hosts: ReadonlySet<string>;
  readonly ranges: AddressSet;
}

/** Addresses of hosts, as a pod of the run learnt them. */
export type HostAddresses = ReadonlyMap<string, readonly string[]>;

const NEVER_PUBLIC = PRIVATE_ADDRESSES.union(AddressSet.of('127.0.0.0/8', '169.254.0.0/16', '::1/128', 'fe80::/10'));

/** Whether dialling this address would leave private networks. */
export function isPublic(address: string): boolean {
  return !NEVER_PUBLIC.contains(address);
}

/** Why an address that a requirement names is not dialled; undefined: it may be. */
export function addressRefusal(address: string, access: ExternalAccess, hosts: HostAddresses): string | undefined {
  if (typeof access === 'boolean') return access || !isPublic(address) ? undefined : notPublic(address);
  const listed = [...hosts].some(([host, own]) => listsHost(access, host) && own.includes(address));
  return listed || access.ranges.contains(address) ? undefined : notListed(address);
}

/**
 * Why a host is not dialled; undefined: it may be. A name that is not on a list may be dialled only where all its
 * addresses are in the list's ranges. Of a name without known addresses, nobody can say that none of them is public.
 */
export function hostRefusal(host: string, known: readonly string[], access: ExternalAccess): string | undefined {
  if (access === true || (access !== false && listsHost(access, host))) return undefined;
  const unresolved = `no pod of the run could resolve ${host}`;
  if (access === false) {
    const forbidden = known.find(isPublic);
    if (forbidden !== undefined) return notPublic(`${host} (${forbidden})`);
    return known.length > 0
      ? undefined
      : `${unresolved}, so its addresses may be public, and none is dialled without --allow-external`;
  }
  const outside = known.find((address) => !access.ranges.contains(address));
  if (outside !== undefined) return notListed(`${host} (${outside})`);
  if (known.length > 0) return undefined;
  return access.ranges.isEmpty ? notListed(host) : `${notListed(host)}, nor are its addresses known: ${unresolved}`;
}

/** Whether the addresses of a host make any difference: a name that may not be dialled anyway is not asked for. */
export function mayResolve(host: string, access: ExternalAccess): boolean {
  return typeof access === 'boolean' || listsHost(access, host) || !access.ranges.isEmpty;
}

/**
 * Asked of every address that a name gives just before it is dialled. A list is about what lies outside of the cluster:
 * names that are none of the requirements' hosts are services.
 */
export function dialRule(
  access: ExternalAccess,
  hosts: ReadonlySet<string>,
): (address: string, name: string) => boolean {
  if (access === true) return () => true;
  if (access === false) return (address) => !isPublic(address);
  return (address, name) =>
    hosts.has(name) ? listsHost(access, name) || access.ranges.contains(address) : !isPublic(address);
}

function listsHost({ hosts }: ExternalList, host: string): boolean {
  return hosts.has(host.toLowerCase().replace(/\.$/u, ''));
}

function notPublic(what: string): string {
  return `${what} is a public address, and none is dialled without --allow-external`;
}

function notListed(what: string): string {
  return `${what} is not on the list of --allow-external`;
}
