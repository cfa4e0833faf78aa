/** How many connections, the latest, the share is taken of: an outage late in a long batch must not hide behind its start. */
const WINDOW = 200;
/** Below this a share says nothing. */
const LEAST = 20;

/**
 * Watches how many connections fail for no reason of the network's policies: errors of a probe or of its channel, and
 * connections that were open a moment ago. Beyond the limit the run is harming the cluster, or cannot measure it.
 */
export class ErrorLimit {
  readonly #percent: number;
  /** The latest connections, what failed in each; undefined: nothing. */
  readonly #latest: (string | undefined)[] = [];
  readonly #stopped = new AbortController();
  #reason: string | undefined;

  /** @param percent the share that is still borne; 100: any */
  constructor(percent: number) {
    this.#percent = percent;
  }

  /** Why it was stopped; undefined: it was not. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Aborted when the limit is passed. */
  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  /** One connection ended; `failure` says what went wrong, undefined that it was measured. */
  count(failure: string | undefined, times = 1): void {
    for (let left = Math.min(times, WINDOW); left > 0; left -= 1) this.#latest.push(failure);
    this.#latest.splice(0, this.#latest.length - WINDOW);
    const failures = this.#latest.filter((each) => each !== undefined);
    const seen = this.#latest.length;
    if (this.#reason !== undefined || seen < LEAST || failures.length * 100 <= seen * this.#percent) return;
    this.#reason = `stopped, because ${failures.length} of the last ${seen} connections failed: ${tally(failures)}`;
    this.#stopped.abort();
  }
}

/** `EMFILE (12), ECONNRESET`, the most frequent first. */
function tally(failures: readonly string[]): string {
  const counts = [...Map.groupBy(failures, (failure) => failure)].map(([name, all]) => [name, all.length] as const);
  const told = counts.sort(([, a], [, b]) => b - a).slice(0, 3);
  return told.map(([name, times]) => (times === 1 ? name : `${name} (${times})`)).join(', ');
}
