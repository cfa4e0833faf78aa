import { expect, inject, type MatcherResult, type MatcherState } from 'vitest';
import { mayNotReach, mayReach, requirements, type EndpointInput } from '../../requirements/index.ts';
import type { EndpointRef, Requirement } from '../../requirements/model.ts';
import { MayreachError } from '../../source/error.ts';
import type { SuiteCase } from '../../suites/model.ts';
import { ask } from '../client.ts';
import type { Ports } from '../matcher-types.ts';

// A setup file: vitest runs it before each test file.
expect.extend({ toReach });

/** See matcher-types.ts. A requirement made on the fly, judged by the same engine as those of files. */
function toReach(this: MatcherState, from: unknown, to: EndpointInput, on?: Ports): MatcherResult {
  // Taken while the test's own line is still on the stack: after the answer it no longer is.
  const here = new Error();
  return judge(this.isNot, from, to, on).catch((error: unknown) => {
    if (error instanceof Error) error.stack = stackAt(here, error);
    throw error;
  });
}

async function judge(isNot: boolean, from: unknown, to: EndpointInput, on?: Ports): Promise<Awaited<MatcherResult>> {
  const requirement = requirementOf(isNot, from, to, on);
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

function requirementOf(isNot: boolean, from: unknown, to: EndpointInput, on?: Ports): Requirement {
  if (!isEndpoint(from)) {
    throw new TypeError("toReach expects an endpoint: expect(pods('shop', {app: 'web'})).toReach(service('shop/api'))");
  }
  const make = isNot ? mayNotReach : mayReach;
  try {
    const set = requirements('vitest', {}, [make('toReach', from, to, on === undefined ? {} : { on })]);
    const [requirement] = set.requirements;
    if (requirement === undefined) throw new TypeError('one case goes in, one requirement comes out');
    return requirement;
  } catch (error) {
    if (!(error instanceof MayreachError)) throw error;
    // Its position is this file: the test's own line is what the stack shows.
    throw new TypeError([error.message, error.hint].filter((part) => part !== undefined).join('. '), { cause: error });
  }
}

function isEndpoint(value: unknown): value is EndpointRef {
  return typeof value === 'object' && value !== null && 'endpoint' in value && 'label' in value;
}

function stackAt(here: Error, { name, message }: Error): string {
  const frames = (here.stack ?? '').split('\n').filter((line) => /^\s*at /.test(line));
  return [`${name}: ${message.split('\n', 1)[0] ?? ''}`, ...frames].join('\n');
}
