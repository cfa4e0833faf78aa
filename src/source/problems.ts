import { MayreachError, type ErrorCode } from './error.ts';
import { formatPosition, type Position } from './position.ts';

/** One mistake in what a person wrote. */
export interface Problem {
  readonly position: Position;
  /** What was expected and what came. */
  readonly message: string;
  /** What to do about it, in one sentence. */
  readonly hint?: string | undefined;
}

const MOST_SHOWN = 50;

/**
 * All problems as one error, in the order of the text, so that a file is mended in one go. One problem is the error
 * itself. Of several, the message has a line for each, with its own position and hint; `position` is the first one's,
 * and `cause` is an AggregateError whose `errors` are MayreachErrors, one for each problem.
 *
 * @throws MayreachError with `code`, if there are any problems
 */
export function throwProblems(code: ErrorCode, problems: readonly Problem[]): void {
  const errors = [...problems]
    .sort(byPlace)
    .map(({ message, position, hint }) => new MayreachError(message, { code, position, hint }));
  const [first, ...others] = errors;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  const shown = [
    withHint(first),
    ...others.slice(0, MOST_SHOWN - 1).map((error) => `${place(error)}: ${withHint(error)}`),
  ];
  const more = errors.length > MOST_SHOWN ? [`and ${errors.length - MOST_SHOWN} more`] : [];
  throw new MayreachError([...shown, ...more].join('\n'), {
    code,
    position: first.position,
    hint: `${errors.length} mistakes in all.`,
    cause: new AggregateError(errors),
  });
}

function place({ position }: MayreachError): string {
  return position === undefined ? '' : formatPosition(position);
}

function withHint({ message, hint }: MayreachError): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}

/** Files keep the order in which they were read. */
function byPlace(a: Problem, b: Problem): number {
  if (a.position.file !== b.position.file) return 0;
  return a.position.line - b.position.line || a.position.column - b.position.column;
}
