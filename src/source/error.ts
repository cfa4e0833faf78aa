import { formatPosition, type Position } from './position.ts';

/**
 * Stable codes: scripts may match them, so a code is never renamed. docs/errors.md lists each with its mend.
 */
export type ErrorCode =
  | 'USAGE' // a flag or argument that the command does not take
  | 'NODE_TOO_OLD'
  | 'FILE_NOT_FOUND'
  | 'FILE_UNREADABLE'
  | 'YAML_SYNTAX'
  | 'INPUT_TOO_LARGE' // a limit of ours on hostile or accidental input
  | 'REQUIREMENT_INVALID' // a requirement file that is YAML but not the language
  | 'ENDPOINT_SELECTS_NOTHING'
  | 'PORT_UNKNOWN' // a port name that the destination lacks, or no declared port to fall back on
  | 'CASE_WITHOUT_CELLS'
  | 'MANIFEST_INVALID' // an object that the API server would refuse
  | 'OBJECT_CONFLICT' // the same object twice with different content
  | 'CLUSTER_UNREACHABLE'
  | 'CLUSTER_START_FAILED'
  | 'CONTEXT_UNKNOWN'
  | 'CLUSTER_MISMATCH' // not the cluster whose UID was named
  | 'RIGHT_MISSING'
  | 'OBJECT_REFUSED' // the API server or an admission rule refused an object of ours
  | 'QUOTA_FULL'
  | 'PROBE_NOT_READY' // image not pulled, not scheduled, not started
  | 'DOCKER_UNREACHABLE'
  | 'REPORT_UNWRITABLE'
  | 'INTERRUPTED'
  | 'INTERNAL';

export interface MayreachErrorOptions {
  readonly code: ErrorCode;
  /** Where in the user's input. */
  readonly position?: Position | undefined;
  /** What to do about it, in one sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** Every failure that a user can cause or mend. Anything else that is thrown is a defect of ours. */
export class MayreachError extends Error {
  override readonly name = 'MayreachError';
  readonly code: ErrorCode;
  readonly position: Position | undefined;
  readonly hint: string | undefined;

  constructor(message: string, { code, position, hint, cause }: MayreachErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.position = position;
    this.hint = hint;
  }

  /** One message for a person: `file:line:column: what is wrong. What to do [CODE]`. */
  format(): string {
    const where = this.position ? `${formatPosition(this.position)}: ` : '';
    return `${where}${this.message}${this.hint ? `\n  ${this.hint}` : ''} [${this.code}]`;
  }
}
