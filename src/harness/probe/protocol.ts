import { z } from 'zod';
import type { ProbeProtocol } from './model.ts';

/**
 * What the harness and the agent (agent/agent.js) say to each other, one JSON object a line.
 *
 * Every line to the agent names the channel's `session`; a session that it does not know makes it start from nothing.
 * Jobs are numbered (`seq`) and each is run once, however often it arrives. Result lines are numbered (`n`) and kept by
 * the agent until they are acknowledged, so that a channel that dropped, or lost a line, asks for them again.
 */
export type ToAgent = { readonly session: string } & (
  | { readonly open: number } // attach: all result lines above this number are sent (again)
  | { readonly ack: number } // all result lines up to this number have arrived
  | { readonly ping: number } // the number of the newest job sent; answered at once
  | NumberedJob
);

export type NumberedJob = Job & { readonly seq: number };

export type Job =
  /** Answers `HelloResult` once every port is bound or has failed. By the secret the run's agents prove each other's. */
  | { readonly do: 'hello'; readonly secret: string }
  /** Answers with rows (`AttemptRow`), as they come. */
  | ConnectJob
  /** Answers `ResolveResult`. */
  | { readonly do: 'resolve'; readonly name: string; readonly timeoutMs: number }
  /** Answers null at once. No batch begins anything more; each ends when what is under way in it has ended. */
  | { readonly do: 'stop' }
  /** Answers `TokensResult`: the UDP tokens received that begin with the prefix. */
  | { readonly do: 'tokens'; readonly prefix: string }
  /** Answers `StatsResult`; the event-loop delay is the highest since the last `watch: true`. */
  | { readonly do: 'stats'; readonly watch: boolean };

export interface ConnectJob {
  readonly do: 'connect';
  /** Attempts carry the token `<prefix>/<id>/<attempt>`, which is used once; receivers of datagrams report it. */
  readonly prefix: string;
  readonly limits: ConnectLimits;
  readonly cells: readonly ConnectCell[];
}

export interface ConnectLimits {
  readonly attempts: number;
  /** From the start of one attempt to the start of the next. */
  readonly gapMs: number;
  readonly timeoutMs: number;
  /** Slots to one address; a slot is held until the attempt ends or its answer is overdue. */
  readonly perPair: number;
  /** Slots of this source in all. */
  readonly inFlight: number;
  /** At least so much time from the start of one connect to the start of the next. Absent: none. */
  readonly everyMs?: number;
  /** A batch, and each further attempt, begins up to so much later, at random. Absent: none. */
  readonly jitterMs?: number;
}

/**
 * `waitMs`: how long after the handshake the peer may take to say who it is. `bare`: it is none of this run's pods, so
 * that it is told nothing, and a datagram to it is empty.
 */
export type ConnectCell = readonly [
  id: number,
  protocol: ProbeProtocol,
  address: string,
  port: number,
  waitMs: number,
  bare: boolean,
];

const attemptRow = z.tuple([
  z.number(), // id of the cell
  z.number(), // attempt, from 1
  z.number(), // when it started, ms since the epoch by the agent's clock
  z.number(), // how long it took, ms
  z.enum(['open', 'refused', 'timed-out', 'unreachable', 'accepted-not-identified', 'not-measured']),
  z.string().nullish(), // errno
  z.number().nullish(), // local port
  z.tuple([z.string(), z.string(), z.string(), z.string()]).nullish(), // uid, pod, reachedAt, sawSource
]);
const numbered = z.object({
  n: z.number(),
  job: z.number(),
  rows: z.array(attemptRow).optional(),
  result: z.unknown().optional(),
  error: z.string().optional(),
  done: z.boolean().optional(),
});
/** `last`: the newest result line; `jobs`: how many jobs of this session have arrived. */
const pong = z.object({ pong: z.number(), session: z.string().nullish(), last: z.number(), jobs: z.number() });

/** A line from the agent. */
export const fromAgent = z.union([numbered, pong]);
export type FromAgent = z.infer<typeof fromAgent>;
export type ResultLine = z.infer<typeof numbered>;
export type Pong = z.infer<typeof pong>;
export type AttemptRow = z.infer<typeof attemptRow>;

export const helloResult = z.object({
  nonce: z.string(),
  uid: z.string(),
  pod: z.string(),
  now: z.number(),
  node: z.string(),
  /** A TCP port that the agent listens on besides those it was told, for reaching itself. */
  ownPort: z.number().optional(),
  /** The pod's address, where it has one alone. */
  addresses: z.array(z.string()),
  /** Ports that could not be bound, with the errno. */
  failed: z.array(z.object({ protocol: z.enum(['TCP', 'UDP']), port: z.number(), error: z.string() })),
});
export const resolveResult = z.object({
  at: z.number(),
  tookMs: z.number(),
  addresses: z.array(z.string()),
  /** Why there is no address: ENOTFOUND, ETIMEOUT, ESERVFAIL, … */
  code: z.string().optional(),
});
export const stopResult = z.null();
export const tokensResult = z.array(z.tuple([z.string(), z.number(), z.string()])); // token, port, source seen
export const statsResult = z.object({
  lagMs: z.number(),
  listenOverflows: z.number(),
  listenDrops: z.number(),
  udpDrops: z.number(),
});
export type HelloResult = z.infer<typeof helloResult>;
export type ResolveResult = z.infer<typeof resolveResult>;
export type TokensResult = z.infer<typeof tokensResult>;
export type StatsResult = z.infer<typeof statsResult>;
