import type { EvidenceAttempt, EvidenceCanary, Outcome } from '../evidence/schema.ts';
import type { ErrorLimit } from './error-limit.ts';
import type { Pace } from './pace.ts';

/** A pod of this run that can connect and listen. Its agent names itself by `uid` and the run's nonce. */
export interface ProbePod {
  /** Whom it stands for: a workload id, `outsider`, `canary`; a second replica is `<id>#2`. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly addresses: readonly string[];
  readonly listening: { readonly TCP: readonly number[]; readonly UDP: readonly number[] };
}

/** Only what an agent can try. */
export type ProbeProtocol = 'TCP' | 'UDP';

/** One cell to be measured. */
export interface Probe {
  /** The cell's key; the observation carries it. */
  readonly key: string;
  /** `ProbePod.id` of the source. */
  readonly from: string;
  readonly protocol: ProbeProtocol;
  readonly port: number;
  /** A literal address, or a name that the source resolves just before, in a query of its own. */
  readonly target: { readonly address: string } | { readonly name: string };
  /** UIDs of the probe pods that may answer. Absent: an external destination, which cannot identify itself. */
  readonly responders?: readonly string[];
}

/** What all attempts of one probe came to. */
export interface Observation {
  readonly key: string;
  readonly outcome: Outcome;
  /** Each try, in order; times in UTC, durations in milliseconds. */
  readonly attempts: readonly EvidenceAttempt[];
  /** Addresses that the name gave, where the target is a name. */
  readonly resolved?: readonly string[];
  /** Why this observation cannot carry a verdict: listen-queue overflow, lag, a lost channel. */
  readonly doubt?: string;
}

/** Health of one source over a batch. */
export interface SourceHealth {
  readonly pod: string;
  /** Whether the agent answered to the end of the batch. */
  readonly healthy: boolean;
  /** Why it did not. */
  readonly lost?: string;
  /** Whether it opened at least one connection, be it to itself. */
  readonly reachedSomething: boolean;
  /** True: a port of a run-owned pod where nothing listens "opened"; unidentified opens of this source are void. */
  readonly opensEverything: boolean;
  /** Highest event-loop delay seen, ms. */
  readonly lagMs: number;
}

export interface BatchResult {
  readonly observations: ReadonlyMap<string, Observation>;
  readonly health: ReadonlyMap<string, SourceHealth>;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationMs: number;
  readonly attempts: number;
}

export interface MeasureOptions {
  /** How long a connect may take, ms. */
  readonly timeoutMs: number;
  /** Attempts per probe, from fresh source ports, each half a second after the one before. */
  readonly attempts: number;
  readonly signal: AbortSignal;
  /** Asked of every address that a name gives; what it refuses is not dialled. Absent: all may be. */
  readonly mayDial?: (address: string, name: string) => boolean;
  /** Absent: as fast as no listener is flooded. */
  readonly pace?: Pace;
  /** Counts what fails; when it says stop, nothing more is sent, and what was not measured says why. */
  readonly errors?: ErrorLimit;
  /** Keys of probes that were open just before: when one is turned away now, that is a failure. */
  readonly openBefore?: ReadonlySet<string>;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The measuring hand over a set of probe pods whose agents are attached. */
export interface Prober {
  measure(probes: readonly Probe[], options: MeasureOptions): Promise<BatchResult>;
  /** The addresses that a name gives to the pod `from` (`ProbePod.id`); none where it gives none in time. */
  resolve(from: string, name: string, timeoutMs: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A duplex line channel to one pod's agent; an attached WebSocket, or a local process in tests. */
export interface AgentTransport {
  send(text: string): void;
  close(): void;
  onData(listener: (chunk: string) => void): void;
  /** Called once, however it ended. */
  onClose(listener: (reason: string) => void): void;
}

/** Opens a transport to a pod; called again when one drops. */
export type Connector = (pod: { readonly namespace: string; readonly name: string }) => Promise<AgentTransport>;

export type { EvidenceCanary as Canary };
