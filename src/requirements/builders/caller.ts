import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Position } from '../../source/position.ts';

/**
 * Where the function was called from: the place in a person's own code that a verdict points at, as a YAML line would
 * be. A path below the working directory is given relative to it.
 */
export function callerOf(builder: (...args: never[]) => unknown): Position {
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, builder);
  const frame = /^\s*at (?:.*\()?(.+?):(\d+):(\d+)\)?$/m.exec(trace.stack ?? '');
  const [, place = 'unknown', line = '0', column = '0'] = frame ?? [];
  const path = place.replace(/^async /, '');
  return { file: shorten(path), line: Number(line), column: Number(column) };
}

function shorten(place: string): string {
  const path = place.startsWith('file:') ? fileURLToPath(place) : place;
  const fromHere = isAbsolute(path) ? relative(process.cwd(), path) : path;
  return fromHere.startsWith('..') ? path : fromHere;
}
