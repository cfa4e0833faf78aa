import { addAbortSignal, type Readable } from 'node:stream';
import { readManifests, type ReadManifests } from '../clusters/manifests/read.ts';
import type { ManifestPath } from './options.ts';

/**
 * Reads manifests until the signal is aborted, and then rejects with its reason: whoever pipes into stdin may take
 * for ever, and an interrupted run must not wait for them.
 * @param stdin what `-` stands for; it is destroyed when the signal is aborted
 */
export async function readUntilAborted(
  manifests: readonly ManifestPath[],
  signal: AbortSignal | undefined,
  stdin: Readable = process.stdin,
): Promise<ReadManifests> {
  if (signal === undefined) return readManifests(manifests, stdin);
  signal.throwIfAborted();
  const piped = manifests.some(({ path }) => path === '-');
  try {
    return await readManifests(manifests, piped ? addAbortSignal(signal, stdin) : stdin);
  } finally {
    signal.throwIfAborted();
  }
}
