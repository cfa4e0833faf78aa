import type { KubeApi, KubeObject } from '../api/model.ts';
import { collectionPath, NAMESPACES, NETWORK_POLICIES, PODS, type Collection } from './collections.ts';
import { changedParts, describeChange, fingerprint, type Fingerprint } from './fingerprint.ts';

/** Something that changed in the cluster while it was observed. */
export interface ClusterChange {
  readonly kind: string;
  /** Absent for what spans namespaces. */
  readonly namespace?: string;
  readonly name: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** Of what changed, the parts that policies see: `labels`, `spec`, `addresses`. */
  readonly parts?: readonly string[];
  /** One sentence, naming the object and what of it changed. */
  readonly text: string;
  /** When we heard of it, RFC 3339. */
  readonly at: string;
}

export interface WatchChangesOptions {
  /** Objects of the run itself; of what they do nothing is told. */
  readonly ignore?: (object: KubeObject) => boolean;
  /** Beside NetworkPolicies, namespaces and pods: the policy kinds of plugins. */
  readonly more?: readonly Collection[];
  /** Only these; absent: all. */
  readonly namespaces?: readonly string[];
  /** What was read before, by the path of its collection: what is different now changed in between, and is told. */
  readonly baseline?: ReadonlyMap<string, readonly KubeObject[]>;
  readonly onChange?: (change: ClusterChange) => void;
  readonly now?: () => Date;
}

export interface ChangeWatch {
  /** What is known so far. */
  readonly changes: readonly ClusterChange[];
  /** Where the watch broke: what came and went again between then and the end is not in `changes`. */
  readonly gaps: readonly string[];
  /** Ends the watch with one more listing: no change is missed that the watch had yet to tell. Once is enough. */
  end(): Promise<readonly ClusterChange[]>;
}

/**
 * Follows policies, namespaces and pods from now on. What counts as a change is what policies see: specs, labels,
 * addresses, coming and going; not status or bookkeeping.
 * @throws MayreachError RIGHT_MISSING, CLUSTER_UNREACHABLE of the first listing
 */
export async function watchChanges(kube: KubeApi, options: WatchChangesOptions = {}): Promise<ChangeWatch> {
  const { namespaces, more = [], now = () => new Date(), onChange } = options;
  const changes: ClusterChange[] = [];
  const gaps: string[] = [];
  const tell = (change: Omit<ClusterChange, 'at'>) => {
    const told = { ...change, at: now().toISOString() };
    changes.push(told);
    onChange?.(told);
  };
  const followed = await Promise.all(
    [NETWORK_POLICIES, NAMESPACES, PODS, ...more].flatMap((collection) =>
      scopesOf(collection, namespaces).map((scope) => follow(kube, collection, scope, { ...options, tell, gaps })),
    ),
  );
  const endAll = async (): Promise<readonly ClusterChange[]> => {
    await Promise.all(followed.map((one) => one.end()));
    return changes;
  };
  let ended: Promise<readonly ClusterChange[]> | undefined;
  return {
    changes,
    gaps,
    end: () => (ended ??= endAll()),
  };
}

/** Namespaces themselves are one collection, whichever are asked for. */
function scopesOf(
  { namespaced }: Collection,
  namespaces: readonly string[] | undefined,
): readonly (string | undefined)[] {
  return namespaced && namespaces !== undefined ? namespaces : [undefined];
}

interface FollowOptions extends WatchChangesOptions {
  readonly tell: (change: Omit<ClusterChange, 'at'>) => void;
  readonly gaps: string[];
}

async function follow(
  kube: KubeApi,
  collection: Collection,
  namespace: string | undefined,
  options: FollowOptions,
): Promise<{ end(): Promise<void> }> {
  const path = collectionPath(collection, namespace);
  const { items, resourceVersion } = await kube.list(path);
  const known = new KnownObjects(collection, options);
  known.start(options.baseline?.get(path) ?? items);
  known.compare(items);
  const stopping = new AbortController();
  const watching = kube
    .watch(path, {
      resourceVersion,
      signal: stopping.signal,
      onEvent: ({ type, object }) => known.see(object, type === 'DELETED'),
    })
    .catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      options.gaps.push(`${collection.plural} were not watched to the end, only compared there: ${why}`);
    });
  return {
    end: async () => {
      stopping.abort();
      await watching;
      known.compare((await kube.list(path)).items);
    },
  };
}

/** The objects of one collection as they were last seen. */
class KnownObjects {
  readonly #collection: Collection;
  readonly #options: FollowOptions;
  readonly #seen = new Map<string, { readonly object: KubeObject; readonly print: Fingerprint }>();

  constructor(collection: Collection, options: FollowOptions) {
    this.#collection = collection;
    this.#options = options;
  }

  start(objects: readonly KubeObject[]): void {
    for (const object of objects.filter((one) => this.#concerns(one))) this.#keep(object);
  }

  see(object: KubeObject, gone: boolean): void {
    if (!this.#concerns(object)) return;
    const before = this.#seen.get(idOf(object));
    if (gone) {
      this.#seen.delete(idOf(object));
      if (before !== undefined) this.#tell(object, 'removed');
      return;
    }
    const print = this.#keep(object);
    if (before === undefined) this.#tell(object, 'added');
    else {
      const parts = changedParts(before.print, print);
      if (parts.length > 0) this.#tell(object, 'changed', { parts, text: describeChange(before.print, print) });
    }
  }

  /** What is there now, against what was seen last. */
  compare(objects: readonly KubeObject[]): void {
    const present = new Set(objects.map(idOf));
    for (const [id, { object }] of this.#seen) if (!present.has(id)) this.see(object, true);
    for (const object of objects) this.see(object, false);
  }

  #concerns(object: KubeObject): boolean {
    const { namespaces, ignore } = this.#options;
    if (ignore?.(object) === true) return false;
    return this.#collection !== NAMESPACES || namespaces === undefined || namespaces.includes(object.metadata.name);
  }

  #keep(object: KubeObject): Fingerprint {
    const print = fingerprint(this.#collection.kind, object);
    this.#seen.set(idOf(object), { object, print });
    return print;
  }

  #tell(
    { metadata: { namespace, name } }: KubeObject,
    change: ClusterChange['change'],
    what?: { readonly parts: readonly string[]; readonly text: string },
  ): void {
    const { kind } = this.#collection;
    const id = namespace === undefined ? name : `${namespace}/${name}`;
    this.#options.tell({
      kind,
      ...(namespace === undefined ? {} : { namespace }),
      name,
      change,
      ...(what === undefined ? {} : { parts: what.parts }),
      text: `${kind} ${id} was ${change}${what === undefined ? '' : `: ${what.text}`}`,
    });
  }
}

/** A pod that was made anew under its name is another one. */
function idOf({ metadata: { namespace = '', name, uid = '' } }: KubeObject): string {
  return `${namespace}/${name}/${uid}`;
}
