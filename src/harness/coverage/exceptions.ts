import type { AuditRules, CoverageException, Direction } from '../../requirements/model.ts';
import type { EvidenceFinding } from '../evidence/schema.ts';

/** An exception as the evidence keeps it. */
export type ExceptionRecord = NonNullable<EvidenceFinding['exception']>;

/** What lacks coverage: a workload, or with no name the namespace itself (its default deny). */
export interface Gap {
  readonly namespace: string;
  readonly workload?: string;
  readonly direction: Direction;
}

/** The exceptions of all files of a run, and which of them something needed. */
export class Exceptions {
  readonly #today: string;
  readonly #all: readonly CoverageException[];
  readonly #used = new Set<CoverageException>();

  /** @param today `YYYY-MM-DD`, UTC */
  constructor(audits: readonly AuditRules[], today: string) {
    this.#today = today;
    this.#all = audits.flatMap(({ exceptions }) => exceptions);
  }

  /** The exception that covers the gap, one that holds before one that ended; it counts as used. */
  coverOf(gap: Gap): ExceptionRecord | undefined {
    const fitting = this.#all.filter((exception) => fits(exception, gap));
    for (const exception of fitting) this.#used.add(exception);
    const exception = fitting.find(({ until }) => !this.#ended(until)) ?? fitting[0];
    return exception === undefined ? undefined : this.#record(exception);
  }

  /** Exceptions that ended while something still needs them fail; those that nothing needs are there to be removed. */
  findings(objectOf: (exception: CoverageException) => string): EvidenceFinding[] {
    return this.#all.flatMap((exception) => {
      const used = this.#used.has(exception);
      if (used && !this.#ended(exception.until)) return [];
      return [used ? this.#endedFinding(exception, objectOf) : this.#unusedFinding(exception, objectOf)];
    });
  }

  #endedFinding(exception: CoverageException, objectOf: (exception: CoverageException) => string): EvidenceFinding {
    const object = objectOf(exception);
    return {
      rule: 'exception-ended',
      severity: 'error',
      message: `${describe(exception, object)} ended on ${exception.until}, and what it excused is still there`,
      object,
      position: exception.position,
      requiredBy: exception.position,
      exception: this.#record(exception),
      fails: true,
    };
  }

  #unusedFinding(exception: CoverageException, objectOf: (exception: CoverageException) => string): EvidenceFinding {
    const object = objectOf(exception);
    const ended = this.#ended(exception.until) ? `, and it ended on ${exception.until}` : '';
    return {
      rule: 'exception-unused',
      severity: 'warning',
      message: `${describe(exception, object)} is not needed${ended}: remove it`,
      object,
      position: exception.position,
      exception: this.#record(exception),
      fails: false,
    };
  }

  /** The last day itself still holds. */
  #ended(until: string): boolean {
    return until < this.#today;
  }

  #record({ because, approvedBy, until }: CoverageException): ExceptionRecord {
    return { because, approvedBy, until, ended: this.#ended(until) };
  }
}

/** A namespace's exception covers its workloads; a workload's does not cover the namespace's default deny. */
function fits({ scope, directions }: CoverageException, { namespace, workload, direction }: Gap): boolean {
  if (scope.namespace !== namespace || !directions.includes(direction)) return false;
  return scope.kind === 'namespace' || scope.name === workload;
}

function describe({ directions, because, approvedBy }: CoverageException, object: string): string {
  return `the exception of ${object} for ${directions.join(' and ')} (${because}, approved by ${approvedBy})`;
}
