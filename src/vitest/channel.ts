import type { RunSettings } from '../input/settings.ts';
import type { Evidence } from '../harness/evidence/schema.ts';
import type { Requirement } from '../requirements/model.ts';
import type { Position } from '../source/position.ts';
import type { Suite, SuiteCase } from '../suites/model.ts';

/**
 * vitest's main process starts the host, a process of its own that holds the run: it judges once, answers the workers'
 * questions over a local socket, and cleans up even if vitest is killed.
 */

/** What the host needs for a run: plain data. */
export type HostSettings = Omit<RunSettings, 'sets' | 'signal' | 'progress'> & {
  /** Requirement files, relative to the working directory. */
  readonly paths: readonly string[];
};

/** From vitest's main process, over the channel between parent and child. */
export type ToHost =
  | { readonly do: 'listen'; readonly address: string; readonly settings: HostSettings }
  /** Files may have changed: the next question starts a new run. */
  | { readonly do: 'renew'; readonly settings: HostSettings }
  | { readonly do: 'end' };

export type FromHost =
  | { readonly say: 'listening' }
  | { readonly say: 'stage'; readonly text: string }
  | { readonly say: 'note'; readonly text: string };

/** From anyone who knows the socket. */
export interface Questions {
  /** The cases of one requirement file, by its absolute path. */
  readonly cases: { readonly asks: { readonly file: string }; readonly answer: FileCases };
  /** A requirement made in a test. */
  readonly judge: { readonly asks: { readonly requirement: Requirement }; readonly answer: SuiteCase };
  /** The record of the run, if there was one; null where nobody asked for any. */
  readonly evidence: { readonly asks: object; readonly answer: RunRecord | null };
  /** Judges, if that is still to be done. */
  readonly ready: { readonly asks: object; readonly answer: null };
}

export interface FileCases {
  /** Those that the file's lines make; positions are absolute. */
  readonly cases: readonly SuiteCase[];
  /** Those that no requirement makes, such as coverage: shown in the first file of a run alone. */
  readonly others: readonly Suite[];
}

export interface RunRecord {
  readonly evidence: Evidence;
  /** Paths of the reports. */
  readonly files: readonly string[];
}

/** Why a question has no answer: `text` is for a person, `position` absolute. */
export interface Refusal {
  readonly name: string;
  readonly text: string;
  readonly position?: Position;
}

export type Answer<T> = { readonly value: T } | { readonly refusal: Refusal };

/** What `inject('mayreach')` gives. */
export interface Connection {
  /** Path of a Unix socket, or of a pipe on Windows: whoever may open it may ask. */
  readonly address: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    mayreach: Connection;
  }
}
