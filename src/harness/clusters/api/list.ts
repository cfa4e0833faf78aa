import type { Caller } from './call.ts';
import type { CallOptions, KubeList, KubeManifest, KubeObject } from './model.ts';

/** Objects a page; the size that client-go's pager takes. */
const PAGE = 500;

interface Page {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly KubeObject[] | null;
}

/**
 * All pages of a collection, as of one moment. A token that ran out (410) is an error: half of one moment and half of
 * another is no inventory.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export async function listAll(caller: Caller, path: string, options: CallOptions = {}): Promise<KubeList> {
  const items: KubeManifest[] = [];
  let resourceVersion = '';
  let token: string | undefined;
  let pages = 0;
  do {
    const query = { ...options.query, limit: String(PAGE), ...(token === undefined ? {} : { continue: token }) };
    const { text } = await caller.send({ ...options, query, method: 'GET', path, verb: 'list' });
    const page = JSON.parse(text) as Page;
    const kind = page.kind.replace(/List$/, '');
    for (const item of page.items ?? []) items.push({ ...item, apiVersion: page.apiVersion, kind });
    if (pages === 0) resourceVersion = page.metadata.resourceVersion;
    token = page.metadata.continue || undefined;
    pages += 1;
  } while (token !== undefined);
  return { path, items, resourceVersion, pages };
}
