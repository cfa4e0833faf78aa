import type { SuiteCase } from '../suites/model.ts';
import { formatPosition, type Position } from '../source/position.ts';
import type { Refusal } from './channel.ts';

/**
 * The prepared error of a case that did not pass: its message and facts, pointing at the case's own line. `Violated`
 * and `Inconclusive` are told apart by name.
 */
export function caseError({ outcome, message, details, position }: SuiteCase): Error {
  const name = outcome === 'errored' ? 'Inconclusive' : 'Violated';
  return errorAt(name, [message ?? '', ...details.map((line) => `  ${line}`)].join('\n'), position);
}

export function refusalError({ name, text, position }: Refusal): Error {
  return errorAt(name, text, position);
}

/** vitest makes a link and a code frame of the stack's first place; one of ours would help nobody. */
function errorAt(name: string, message: string, position: Position | undefined): Error {
  const error = new Error(message);
  error.name = name;
  const place = position === undefined || position.line === 0 ? '' : `\n    at ${formatPosition(position)}`;
  error.stack = `${name}: ${message}${place}`;
  return error;
}
