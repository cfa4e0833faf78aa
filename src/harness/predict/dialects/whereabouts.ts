import type { Workload } from '../../inventory/model.ts';
import { AddressSet, ALL_ADDRESSES, ALL_IPV4, PRIVATE_IPV6, RFC_1918 } from '../sets/addresses.ts';
import type { Dialect } from './dialects.ts';

/** What is known of the addresses at which an ipBlock may meet a workload. */
export interface Whereabouts {
  /** Whereabouts of a kind differ in their addresses alone. */
  readonly kind: 'known' | 'private' | 'never' | 'anywhere';
  /** An ipBlock surely matches if it covers all of these; empty: never surely. */
  readonly surely: AddressSet;
  /** An ipBlock may match only if it has one of these. */
  readonly perhaps: AddressSet;
  /** What an answer rests on in which a block matched, or (`assumption`) would match elsewhere. */
  readonly reading: string;
  readonly assumption?: string;
}

const PODS_ARE_PRIVATE =
  'pods whose address is not in the input are assumed to have a private IPv4 address (RFC 1918), and perhaps a unique local IPv6 one (fc00::/7)';
const NODES_HAVE_IPV4 = 'nodes whose address is not in the input are assumed to have an IPv4 address';

export function whereaboutsOf(workload: Workload, dialect: Dialect): Whereabouts {
  return workload.hostNetwork ? ofNode(workload, dialect) : ofPods(workload, dialect);
}

function ofPods(workload: Workload, { blocksMatchPods, note }: Dialect): Whereabouts {
  if (!blocksMatchPods) return neverMatched(note);
  const { known, complete } = knownAddresses(workload);
  if (complete) return { kind: 'known', surely: known, perhaps: known, reading: note };
  return {
    kind: 'private',
    surely: known.union(RFC_1918),
    perhaps: known.union(RFC_1918).union(PRIVATE_IPV6),
    reading: note,
    assumption: PODS_ARE_PRIVATE,
  };
}

function ofNode(workload: Workload, { blocksMatchNodes, note }: Dialect): Whereabouts {
  if (blocksMatchNodes === false) return neverMatched(note);
  const { known, complete } = knownAddresses(workload);
  if (blocksMatchNodes === 'unknown') {
    return { kind: 'anywhere', surely: AddressSet.EMPTY, perhaps: complete ? known : ALL_ADDRESSES, reading: note };
  }
  if (complete) return { kind: 'known', surely: known, perhaps: known, reading: note };
  return {
    kind: 'anywhere',
    surely: known.union(ALL_IPV4),
    perhaps: ALL_ADDRESSES,
    reading: note,
    assumption: NODES_HAVE_IPV4,
  };
}

function neverMatched(note: string): Whereabouts {
  return { kind: 'never', surely: AddressSet.EMPTY, perhaps: AddressSet.EMPTY, reading: note, assumption: note };
}

/** `complete`: every pod's address is known, and there is a pod. */
function knownAddresses({ pods }: Workload): { readonly known: AddressSet; readonly complete: boolean } {
  return {
    known: AddressSet.of(...pods.flatMap(({ addresses }) => addresses)),
    complete: pods.length > 0 && pods.every(({ addresses }) => addresses.length > 0),
  };
}
