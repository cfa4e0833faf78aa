import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, type MatcherResult, type MatcherState } from 'vitest';
import { mayNotReach, mayReach, requirements, type EndpointInput } from '../../requirements/index.ts';
import type { EndpointRef, Requirement } from '../../requirements/model.ts';
import { MayreachError } from '../../source/error.ts';
import { formatPosition, type Position } from '../../source/position.ts';
import type { SuiteCase } from '../../suites/model.ts';
import { ask } from '../client.ts';
import type { Ports } from '../matcher-types.ts';

// A setup file: vitest runs it before each test file.
expect.extend({ toReach });

/** See matcher-types.ts. A requirement made on the fly, judged by the same engine as those of files. */
function toReach(this: MatcherState, from: unknown, to: EndpointInput, on?: Ports): MatcherResult {
  // Taken while the test's own line is still on the stack: after the answer it no longer is.
  const frames = framesAbove(toReach);
  const judged = async (): Promise<Awaited<MatcherResult>> =>
    judge(this.isNot, requirementOf({ isNot: this.isNot, from, to, on, position: placeOf(frames) }));
  return judged().catch((error: unknown) => {
    if (error instanceof Error) error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
    throw error;
  });
}

async function judge(isNot: boolean, requirement: Requirement): Promise<Awaited<MatcherResult>> {
  const entry = await ask(inject('mayreach'), 'judge', { requirement });
  if (entry.outcome === 'passed') return { pass: !isNot, message: () => entry.title };
  if (entry.outcome === 'failed') return { pass: isNot, message: () => messageOf(entry) };
  // Neither reached nor blocked: a result either way would let `.not` or its opposite pass.
  const error = new Error(messageOf(entry));
  error.name = entry.outcome === 'errored' ? 'Inconclusive' : 'Untested';
  throw error;
}

function messageOf({ message, details }: SuiteCase): string {
  return [message ?? '', ...details.map((line) => `  ${line}`)].join('\n');
}

interface Hope {
  readonly isNot: boolean;
  readonly from: unknown;
  /** Undefined only where the compiler was not asked. */
  readonly to: EndpointInput | undefined;
  readonly on: Ports | undefined;
  /** The test's line. */
  readonly position: Position | undefined;
}

function requirementOf({ isNot, from, to, on, position }: Hope): Requirement {
  if (!isEndpoint(from) || to === undefined) {
    throw new TypeError("toReach expects an endpoint: expect(pods('shop', {app: 'web'})).toReach(service('shop/api'))");
  }
  const make = isNot ? mayNotReach : mayReach;
  try {
    const set = requirements('vitest', {}, [make('toReach', from, to, on === undefined ? {} : { on })]);
    const [requirement] = set.requirements;
    if (requirement === undefined) throw new TypeError('one case goes in, one requirement comes out');
    return position === undefined ? requirement : movedTo(position, requirement);
  } catch (error) {
    if (!(error instanceof MayreachError)) throw error;
    throw atTestLine(error, position);
  }
}

/** What is wrong with a call in the words of the command line: its place is the test's line, and this file nobody's. */
function atTestLine({ message, hint, code, cause }: MayreachError, position: Position | undefined): Error {
  const mistakes = cause instanceof AggregateError ? (cause.errors as readonly MayreachError[]) : [{ message, hint }];
  const texts = mistakes.map((each) => new MayreachError(each.message, { code, position, hint: each.hint }).format());
  const error = new Error(texts.join('\n'));
  error.name = 'MayreachError';
  return error;
}

function isEndpoint(value: unknown): value is EndpointRef {
  return typeof value === 'object' && value !== null && 'endpoint' in value && 'label' in value;
}

/** What the builders placed at this file stands on the test's line. */
function movedTo(position: Position, requirement: Requirement): Requirement {
  const { position: here, to, on } = requirement;
  const moved = <T extends { readonly position: Position }>(ref: T): T =>
    formatPosition(ref.position) === formatPosition(here) ? { ...ref, position } : ref;
  return { ...requirement, position, to: to.map(moved), ...(on === undefined ? {} : { on: on.map(moved) }) };
}

function framesAbove(matcher: (...args: never[]) => unknown): readonly string[] {
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, matcher);
  return (trace.stack ?? '').split('\n').filter((line) => /^\s*at .*:\d+:\d+/.test(line));
}

/** The first place that is nobody's package. */
function placeOf(frames: readonly string[]): Position | undefined {
  const frame = frames.find((line) => !line.includes('node_modules') && !line.includes('node:internal'));
  const [, place, line, column] = /\(?((?:file:\/\/|[A-Za-z]:)?\/?[^:()\s]+):(\d+):(\d+)\)?$/.exec(frame ?? '') ?? [];
  if (place === undefined) return undefined;
  const path = place.startsWith('file:') ? fileURLToPath(place) : place;
  return { file: relative(process.cwd(), path), line: Number(line), column: Number(column) };
}
