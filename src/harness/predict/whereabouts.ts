import type { Workload } from '../inventory/model.ts';
import { AddressSet, ALL_ADDRESSES, ALL_IPV4, PRIVATE_ADDRESSES, PRIVATE_IPV4 } from './addresses.ts';
import type { Dialect } from './dialects.ts';

/** What is known of the addresses at which an ipBlock may meet a workload. */
export interface Whereabouts {
  /** Equal keys, equal whereabouts. */
  readonly key: string;
  /** An ipBlock surely matches if it covers all of these; empty: never surely. */
  readonly surely: AddressSet;
  /** An ipBlock may match only if it has one of these. */
  readonly perhaps: AddressSet;
  /** What an answer rests on in which a block matched, or (`assumption`) would match elsewhere. */
  readonly reading: string;
  readonly assumption?: string;
}

const PODS_ARE_PRIVATE =
  'pods whose address is not in the input are assumed to have a private IPv4 address (RFC 1918 or RFC 6598), and perhaps a unique local IPv6 one (fc00::/7)';
const NODES_HAVE_IPV4 = 'nodes whose address is not in the input are assumed to have an IPv4 address';

export function whereaboutsOf(workload: Workload, dialect: Dialect): Whereabouts {
  return workload.hostNetwork ? ofNode(workload, dialect) : ofPods(workload, dialect);
}

function ofPods(workload: Workload, { blocksMatchPods, note }: Dialect): Whereabouts {
  if (!blocksMatchPods) {
    return { key: 'never', surely: AddressSet.EMPTY, perhaps: AddressSet.EMPTY, reading: note, assumption: note };
  }
  const { known, complete } = knownAddresses(workload);
  if (complete) return { key: keyOf(known), surely: known, perhaps: known, reading: note };
  return {
    key: `private ${keyOf(known)}`,
    surely: known.union(PRIVATE_IPV4),
    perhaps: known.union(PRIVATE_ADDRESSES),
    reading: note,
    assumption: PODS_ARE_PRIVATE,
  };
}

function ofNode(workload: Workload, { blocksMatchNodes, note }: Dialect): Whereabouts {
  const { known, complete } = knownAddresses(workload);
  if (blocksMatchNodes === 'unknown') {
    const perhaps = complete ? known : ALL_ADDRESSES;
    return { key: `node perhaps ${keyOf(perhaps)}`, surely: AddressSet.EMPTY, perhaps, reading: note };
  }
  if (!blocksMatchNodes) {
    return { key: 'never', surely: AddressSet.EMPTY, perhaps: AddressSet.EMPTY, reading: note, assumption: note };
  }
  if (complete) return { key: `node ${keyOf(known)}`, surely: known, perhaps: known, reading: note };
  return { key: 'node', surely: ALL_IPV4, perhaps: ALL_ADDRESSES, reading: note, assumption: NODES_HAVE_IPV4 };
}

/** `complete`: every pod's address is known, and there is a pod. */
function knownAddresses({ pods }: Workload): { readonly known: AddressSet; readonly complete: boolean } {
  return {
    known: AddressSet.of(...pods.flatMap(({ addresses }) => addresses)),
    complete: pods.length > 0 && pods.every(({ addresses }) => addresses.length > 0),
  };
}

function keyOf(addresses: AddressSet): string {
  return addresses.ranges().join(' ');
}
