import { MayreachError } from '../../source/error.ts';
import { formatPosition, type Position } from '../../source/position.ts';

/** One thing that the API server would refuse. */
export interface Problem {
  readonly position: Position;
  /** Names the object and the field: `NetworkPolicy shop/web: spec.policyTypes[0] must be …`. */
  readonly message: string;
  readonly hint?: string;
}

const MOST_SHOWN = 20;

/**
 * All problems as one error, so that a file is mended in one go.
 * @throws MayreachError MANIFEST_INVALID, if there are any
 */
export function throwProblems(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  const lines = [first.message];
  for (const { position, message, hint } of others.slice(0, MOST_SHOWN - 1)) {
    lines.push(`${formatPosition(position)}: ${message}${hint === undefined ? '' : ` (${hint})`}`);
  }
  if (others.length >= MOST_SHOWN) lines.push(`and ${others.length + 1 - MOST_SHOWN} more`);
  // The error's own hint stands below all lines; with several, the first one's belongs to its line.
  if (others.length > 0 && first.hint !== undefined) lines[0] = `${first.message} (${first.hint})`;
  throw new MayreachError(lines.join('\n'), {
    code: 'MANIFEST_INVALID',
    position: first.position,
    hint: others.length > 0 ? 'The API server would refuse these objects.' : first.hint,
  });
}
