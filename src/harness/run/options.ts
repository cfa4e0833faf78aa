import type { NetworkPlugin } from '../inventory/model.ts';
import type { ExternalAccess } from '../plan/external.ts';
import type { Requirement, RequirementSet } from '../../requirements/model.ts';
import type { Position } from '../../source/position.ts';
import type { Evidence, EvidenceRequirement } from '../evidence/schema.ts';

/** How long a connection may take where nothing is said, ms: a loaded network repeats a SYN after 1 and 3 s. */
export const DEFAULT_TIMEOUT_MS = 3500;

/** The probe pods' image where none is named: any with Node 18 or later will do. */
export const DEFAULT_PROBE_IMAGE = 'node:24-alpine';

/** The share of connections that may fail for no reason of the policies where nothing is said, percent. */
export const DEFAULT_MAX_ERRORS = 10;

/** A path to manifests, and the line that names it, if a file does. `-` is stdin. */
export interface ManifestPath {
  readonly path: string;
  readonly position?: Position;
}

export type ClusterOptions =
  | {
      readonly source: 'manifests';
      /** The plugin that they are meant for; absent: not known. */
      readonly plugin?: NetworkPlugin;
    }
  | {
      readonly source: 'k3s';
      readonly image: string;
      readonly probeImage: string;
      /** Added to `k3s server`. */
      readonly args: readonly string[];
      /** True: the cluster stays up after the run. */
      readonly keep: boolean;
    }
  | {
      readonly source: 'kubeconfig';
      readonly context?: string;
      /** UID that the namespace kube-system must have; absent: any cluster will do. */
      readonly clusterUid?: string;
      /** False: read only; verdicts are predicted. */
      readonly probe: boolean;
      readonly probeImage: string;
      /** True: services are tried by name and address too, which may reach real pods. */
      readonly toReal: boolean;
      /** With `probe`: the share of connections that may fail for no reason of the policies, percent. */
      readonly maxErrors: number;
      /** With `probe`: new connections a second, of all sources together; absent: as many as flood no listener. */
      readonly maxRate?: number;
      /** With `probe`: on every object that the run creates, for people: who runs this, and why. */
      readonly annotations?: Readonly<Record<string, string>>;
    };

/** Everything that one run is told, resolved: nothing downstream looks at flags or the environment. */
export interface RunOptions {
  readonly sets: readonly RequirementSet[];
  readonly manifests: readonly ManifestPath[];
  readonly cluster: ClusterOptions;
  /** Ids of the requirements that are judged; absent: all. */
  readonly only?: readonly string[];
  readonly allowExternal: ExternalAccess;
  /** How long a connect may take, ms. */
  readonly timeoutMs: number;
  /** What is written down about the run itself. */
  readonly about: RunAbout;
  /** Where the reports go; a kubeconfig that is kept goes there too. */
  readonly outFolder: string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Told once, as soon as all is judged; what the run made in a cluster is still being removed then. */
  readonly judged?: (evidence: Evidence) => void;
  /** Absent: the run ends when it is judged. */
  readonly stay?: Stay;
}

/** How one run is told from others. */
export interface RunIdentity {
  /** Sortable: `20270131-120000-a1b2c3d4`. */
  readonly id: string;
  /** Its random part, which fits into names of objects. */
  readonly shortId: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
}

export interface RunAbout {
  readonly version: string;
  /** SHA-256 over the tool's code; absent: not known. */
  readonly sha256?: string;
  /** The command as it was typed. */
  readonly command: readonly string[];
  readonly git?: { readonly commit: string; readonly dirty: boolean };
  readonly ci?: string;
  readonly user?: string;
}

/** Where a run says how far it is. Texts are for people; nothing is decided by them. */
export interface Progress {
  /** A stage begins: `starting k3s`. */
  stage(text: string): void;
  /** Within the stage. */
  count(done: number, total: number, unit: string): void;
  /** Worth keeping: an assumption, something skipped. */
  note(text: string): void;
}

/**
 * Judges further requirements as the run judged its own: on the same inventory, and where the run observed a cluster
 * of its own, on that cluster, with its own canary. One call at a time.
 *
 * @throws MayreachError as a run does
 */
export type Ask = (requirements: readonly Requirement[]) => Promise<readonly EvidenceRequirement[]>;

/** Has the word once the run is judged, while its cluster is still up; the run ends when it resolves. */
export type Stay = (evidence: Evidence, ask: Ask) => Promise<void>;
