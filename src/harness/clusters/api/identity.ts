import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Cluster } from '@kubernetes/client-node';
import type { Caller } from './call.ts';
import { hasStatus } from './errors.ts';
import type { ClusterIdentity } from './model.ts';

/** `gitVersion` of the API server. */
export async function readVersion(caller: Caller): Promise<string> {
  const { text } = await caller.send({ method: 'GET', path: '/version', verb: 'get', object: "the cluster's version" });
  return (JSON.parse(text) as { readonly gitVersion: string }).gitVersion;
}

/** What tells this cluster from any other, for the evidence. */
export async function readIdentity(caller: Caller, cluster: Cluster | null): Promise<ClusterIdentity> {
  const before = Date.now();
  const { text, headers } = await caller.send({ method: 'GET', path: '/version', verb: 'get', object: 'the version' });
  const skew = clockSkewMs(headers['date'], before, Date.now());
  const uid = await readUid(caller);
  const caFingerprint = fingerprint(cluster);
  return {
    ...caller.target,
    version: (JSON.parse(text) as { readonly gitVersion: string }).gitVersion,
    ...(uid === undefined ? {} : { uid }),
    ...(caFingerprint === undefined ? {} : { caFingerprint }),
    ...(skew === undefined ? {} : { clockSkewMs: skew }),
  };
}

/** One namespace may be closed to a user who may do all else that is needed: then the identity is without it. */
async function readUid(caller: Caller): Promise<string | undefined> {
  try {
    const { text } = await caller.send({ method: 'GET', path: '/api/v1/namespaces/kube-system', verb: 'get' });
    return (JSON.parse(text) as { readonly metadata: { readonly uid?: string } }).metadata.uid;
  } catch (error) {
    if (hasStatus(error, 403, 404)) return undefined;
    throw error;
  }
}

/**
 * The Date header names a whole second: only what lies outside that second, as seen from the middle of the call, is
 * skew. Whole seconds, as ms.
 */
export function clockSkewMs(
  header: string | string[] | undefined,
  beforeMs: number,
  afterMs: number,
): number | undefined {
  const second = Date.parse(String(header));
  if (Number.isNaN(second)) return undefined;
  const ours = (beforeMs + afterMs) / 2;
  if (ours < second) return Math.round((second - ours) / 1000) * 1000;
  return Math.min(0, Math.round((second + 1000 - ours) / 1000) * 1000) + 0;
}

function fingerprint(cluster: Cluster | null): string | undefined {
  if (cluster?.caData) return new X509Certificate(Buffer.from(cluster.caData, 'base64')).fingerprint256;
  if (cluster?.caFile) return new X509Certificate(readFileSync(cluster.caFile)).fingerprint256;
  return undefined;
}
