import type { Position } from '../source/position.ts';

/**
 * `passed`: it holds. `failed`: the run fails because of it. `errored`: it could not be told. `skipped`: it was not
 * tried, or it does not hold but nothing asks for it, or it was accepted; `message` says which.
 */
export type CaseOutcome = 'passed' | 'failed' | 'errored' | 'skipped';

/** One assertion about the evidence, as every front end (vitest, the command, JUnit) shows it. */
export interface SuiteCase {
  /** Unique in a run. */
  readonly id: string;
  /** Unique in a run; one line. */
  readonly title: string;
  /** A dotted path, `mayreach.requirements.shop`: what CI systems group by. */
  readonly classname: string;
  /** The line that a failure points at. */
  readonly position?: Position;
  readonly outcome: CaseOutcome;
  /** One sentence; always there unless passed. */
  readonly message?: string;
  /** The facts behind the outcome, a line each, in reading order. */
  readonly details: readonly string[];
  /** Those of them that are a name and a value, for formats that keep properties. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** From the first attempt's start to the last one's end; absent where nothing was observed. */
  readonly durationMs?: number;
  /** RFC 3339, UTC: the first attempt. */
  readonly at?: string;
}

export interface Suite {
  /** Unique in a run: `requirements/shop`, `coverage/workloads`. */
  readonly id: string;
  readonly title: string;
  readonly cases: readonly SuiteCase[];
}
