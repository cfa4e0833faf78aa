import type { Position } from '../source/position.ts';
import type { LabelSelector } from './selector.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';
export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

export type Expectation = 'mayReach' | 'mayNotReach';
export type Direction = 'ingress' | 'egress';

/** Which namespaces: one by its name, or all that a selector selects. */
export type NamespaceChoice =
  { readonly by: 'name'; readonly name: string } | { readonly by: 'labels'; readonly selector: LabelSelector };

/** What a requirement names. Its members are workloads or address ranges; which, the inventory tells. */
export type Endpoint =
  | { readonly kind: 'workload'; readonly namespace: string; readonly name: string; readonly workloadKind?: string }
  | { readonly kind: 'pods'; readonly namespaces: NamespaceChoice; readonly pods: LabelSelector }
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'outsider' }
  | { readonly kind: 'anyone' };

/** An endpoint where a requirement names it. */
export interface EndpointRef {
  readonly endpoint: Endpoint;
  /** As the author wrote it: the declared name (`web`), or the endpoint spelled out (`shop/web`). */
  readonly label: string;
  readonly position: Position;
}

/** One entry of `on`. Port numbers are 1-65535, `from` <= `to`. */
export type PortSpec =
  | { readonly kind: 'any' }
  | { readonly kind: 'range'; readonly protocol: Protocol; readonly from: number; readonly to: number }
  /** A port's name, of whichever protocol the destination gives it unless one is said. */
  | { readonly kind: 'name'; readonly name: string; readonly protocol?: Protocol };

export interface PortRef {
  readonly spec: PortSpec;
  /** As written, `5432/tcp`. */
  readonly label: string;
  readonly position: Position;
}

/** A known violation: reported, failing only after `until`. */
export interface Acceptance {
  readonly because: string;
  readonly approvedBy: string;
  /** `YYYY-MM-DD`, inclusive, UTC. */
  readonly until: string;
}

/** One declared statement. */
export interface Requirement {
  /** As written; unique in a run, but for `otherwise`, which is unique in its set. */
  readonly id: string;
  /** The set's name. */
  readonly set: string;
  readonly owner?: string;
  readonly expect: Expectation;
  readonly from: readonly EndpointRef[];
  readonly to: readonly EndpointRef[];
  /** Absent: mayReach means all ports that the destination declares, mayNotReach every protocol and port. */
  readonly on?: readonly PortRef[];
  readonly because?: string;
  readonly controls: readonly string[];
  readonly ticket?: string;
  /** `YYYY-MM-DD`, inclusive, UTC: after it the requirement itself is violated. */
  readonly expires?: string;
  readonly accepted?: Acceptance;
  readonly position: Position;
  /** True for the set's `otherwise`: its cells are what no case names, and from and to are empty. */
  readonly otherwise: boolean;
}

/** `audit.critical`: namespaces that must have effective isolation, each pod, both directions. */
export interface CriticalNamespaces {
  readonly namespaces: NamespaceChoice;
  readonly because?: string;
  readonly position: Position;
}

/** `audit.exceptions`: where coverage may be missing, by whose leave, until when. */
export interface CoverageException {
  readonly scope:
    | { readonly kind: 'namespace'; readonly namespace: string }
    | { readonly kind: 'workload'; readonly namespace: string; readonly name: string };
  readonly directions: readonly Direction[];
  readonly because: string;
  readonly approvedBy: string;
  /** `YYYY-MM-DD`, inclusive, UTC. */
  readonly until: string;
  readonly position: Position;
}

/** The `audit:` block: coverage that must hold. */
export interface AuditRules {
  readonly critical: readonly CriticalNamespaces[];
  readonly defaultDeny: readonly Direction[];
  readonly exceptions: readonly CoverageException[];
  readonly position: Position;
}

/** One `*.reach.yaml` file, or what the builders made. */
export interface RequirementSet {
  readonly name: string;
  readonly file: string;
  /** Of the file as it was read, hex; absent where builders made the set. */
  readonly sha256?: string;
  readonly owner?: string;
  /** Paths as written, relative to the file's folder; resolved by whoever reads manifests. */
  readonly manifests: readonly { readonly path: string; readonly position: Position }[];
  /** Declared endpoints, by name. */
  readonly endpoints: ReadonlyMap<string, EndpointRef>;
  readonly requirements: readonly Requirement[];
  readonly audit?: AuditRules;
}
