import type { Dispatcher } from 'undici';
import type { Position } from '../../../source/position.ts';

/** Any object of the Kubernetes API, as JSON: nothing is renamed, defaulted or dropped. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: KubeMetadata;
  readonly [field: string]: unknown;
}

export interface KubeMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** An object to be created or applied: it says its own kind. */
export interface KubeManifest extends KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
}

/** A whole collection, all pages read. */
export interface KubeList {
  readonly path: string;
  /** Each item with the `apiVersion` and `kind` that the list leaves out. */
  readonly items: readonly KubeManifest[];
  /** Of the first page: every later page shows the same moment. */
  readonly resourceVersion: string;
  readonly pages: number;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Until the whole answer is there, tries included, ms. Default 30,000. */
  readonly timeoutMs?: number;
  readonly query?: Readonly<Record<string, string>>;
}

/** One question to SelfSubjectAccessReview. `namespace` absent: in all of them. */
export interface AccessQuestion {
  readonly verb: string;
  /** `pods`, or with its group `networkpolicies.networking.k8s.io`. */
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
}

export interface ClusterIdentity extends Pick<KubeTarget, 'tls'> {
  /** UID of the namespace kube-system; absent where it may not be read. */
  readonly uid?: string;
  readonly server: string;
  readonly context: string;
  /** `gitVersion`, `v1.34.1`. */
  readonly version: string;
  /** SHA-256 of the (first) CA certificate, `AB:CD:…`; absent where TLS is not verified by a CA of the kubeconfig. */
  readonly caFingerprint?: string;
  /** The cluster's clock minus ours, whole seconds as ms: its Date header has no finer grain. */
  readonly clockSkewMs?: number;
}

/** Who and where: what messages name. */
export interface KubeTarget {
  /** `https://host:port`, without a slash at the end. */
  readonly server: string;
  readonly context: string;
  /** `not-verified`: whoever answers is taken for the server. `none`: plain HTTP. Absent: TLS, verified. */
  readonly tls?: 'not-verified' | 'none';
}

/** What a WebSocket to the API server needs. */
export interface SocketAccess {
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A cluster's API over one shared connection pool, in raw JSON. Every failure is a {@link KubeApiError}, which names
 * the object and says what to do. Calls that may be repeated are, on 429 (as `retry-after` says), on 5xx and on
 * connections that break; a `create` only where the server certainly did not act.
 */
export interface KubeApi extends KubeTarget {
  /** The object at `path`, or undefined where there is none. */
  get(path: string, options?: CallOptions): Promise<KubeObject | undefined>;
  /** Plain text at `path`, as a container's log. */
  text(path: string, options?: CallOptions): Promise<string>;
  /** The whole collection, page by page. */
  list(path: string, options?: CallOptions): Promise<KubeList>;
  /** Creates the object; where its name is taken the error's `status` is 409. */
  create(object: KubeManifest, options?: CallOptions): Promise<KubeObject>;
  /**
   * Server-side apply of the object as it is, then read back and compared: a field that the cluster keeps otherwise
   * is an error that names it.
   */
  apply(object: KubeManifest, options?: CallOptions & { readonly position?: Position }): Promise<KubeObject>;
  /** `type` is the patch's content type, `application/merge-patch+json` where none is said. */
  patch(path: string, body: unknown, options?: CallOptions & { readonly type?: string }): Promise<KubeObject>;
  /** False: there was nothing at `path`. */
  remove(path: string, options?: CallOptions & { readonly body?: unknown }): Promise<boolean>;
  /**
   * Events of a collection until `signal` is aborted, resumed over dropped connections. Without `resourceVersion` it
   * starts with one ADDED for each object that is there. Rejects where the server lost the place (`status` 410): what
   * happened since is not known.
   */
  watch(path: string, options: WatchOptions): Promise<void>;
  can(question: AccessQuestion): Promise<{ readonly allowed: boolean; readonly reason?: string }>;
  /** The user's name as the cluster knows it (SelfSubjectReview). */
  whoami(): Promise<string>;
  version(): Promise<string>;
  identity(): Promise<ClusterIdentity>;
  /** The path of an object, or of its collection when no name is said. */
  pathOf(object: Omit<ObjectRef, 'name'> & { readonly name?: string }): Promise<string>;
  socketAccess(): Promise<SocketAccess>;
  /** Ends the connection pool; calls that are under way fail. */
  close(): Promise<void>;
}

export interface WatchOptions {
  readonly resourceVersion?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly onEvent: (event: WatchEvent) => void;
  readonly signal: AbortSignal;
}

export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}
