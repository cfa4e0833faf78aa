import { createHash } from 'node:crypto';
import type { Note } from '../../inventory/model.ts';
import { MayreachError } from '../../../source/error.ts';
import type { CallOptions, KubeApi, KubeManifest } from '../api/model.ts';
import { collectionPath, type Collection } from './collections.ts';

/** One list call, as an auditor wants it: what was asked, at which moment, and that nothing was left out. */
export interface ListRecord {
  readonly path: string;
  readonly resourceVersion: string;
  readonly items: number;
  readonly pages: number;
  /** SHA-256 of the items' JSON, as read. */
  readonly sha256: string;
}

/** A collection that is wanted, in these namespaces or in all. */
export interface Wanted {
  readonly collection: Collection;
  readonly namespaces?: readonly string[] | undefined;
}

export interface ListedCollection extends Wanted {
  readonly items: readonly KubeManifest[];
  readonly records: readonly ListRecord[];
}

export interface Lists {
  readonly listed: readonly ListedCollection[];
  readonly notes: readonly Note[];
}

/**
 * All pages of all collections.
 * @throws MayreachError RIGHT_MISSING, naming every right that is missing and needed; what the calls throw
 */
export async function listCollections(
  kube: KubeApi,
  wanted: readonly Wanted[],
  options: CallOptions = {},
): Promise<Lists> {
  const settled = await Promise.all(
    wanted.map((one) =>
      listCollection(kube, one, options).catch((error: unknown) => {
        if (isRightMissing(error)) return { collection: one.collection, missing: error };
        throw error;
      }),
    ),
  );
  const denied = settled.flatMap((result) => ('missing' in result ? [result] : []));
  const needed = denied.filter(({ collection }) => collection.needed).map(({ missing }) => missing);
  if (needed.length > 0) throw rightsMissing(needed);
  return {
    listed: settled.flatMap((result) => ('missing' in result ? [] : [result])),
    notes: denied.map(({ collection, missing }) => ({
      text: `${collection.plural} were not read: ${missing.message}`,
    })),
  };
}

async function listCollection(kube: KubeApi, wanted: Wanted, options: CallOptions): Promise<ListedCollection> {
  const { collection, namespaces } = wanted;
  const scopes = collection.namespaced ? (namespaces ?? [undefined]) : [undefined];
  const lists = await Promise.all(scopes.map((namespace) => kube.list(collectionPath(collection, namespace), options)));
  return {
    ...wanted,
    items: lists.flatMap(({ items }) => items),
    records: lists.map(({ path, resourceVersion, items, pages }) => ({
      path,
      resourceVersion,
      items: items.length,
      pages,
      sha256: createHash('sha256').update(JSON.stringify(items)).digest('hex'),
    })),
  };
}

export function isRightMissing(error: unknown): error is MayreachError {
  return error instanceof MayreachError && error.code === 'RIGHT_MISSING';
}

/** Each right once: credentials that are not accepted at all would say the same of every list. */
function rightsMissing(errors: readonly MayreachError[]): MayreachError {
  const messages = [...new Set(errors.map(({ message }) => message))];
  const [first] = errors;
  return new MayreachError(messages.join('\n'), {
    code: 'RIGHT_MISSING',
    hint:
      messages.length === 1
        ? first?.hint
        : 'A shorter list would pass for the whole, so nothing was read. Grant these rights (get and list, no secrets), or choose another --context.',
    cause: first,
  });
}
