import { MayreachError } from '../../source/error.ts';
import type { Position } from '../../source/position.ts';
import { throwProblems } from '../../source/problems.ts';
import type { Path } from '../../source/places.ts';
import type { Acceptance, Direction, EndpointRef, RequirementSet } from '../model.ts';
import { Input, isRecord, type InputSource } from '../read/input.ts';
import { readSet } from '../read/set.ts';
import { callerOf } from './caller.ts';
import type { SelectorInput } from './endpoints.ts';

/** What a builder of an endpoint gives, a declared name, or an endpoint as YAML has it: `shop/web`. */
export type EndpointInput = EndpointRef | string;
type OneOrMany<T> = T | readonly T[];

/** What a case may say besides who reaches whom, as in YAML. */
export interface CaseDetails {
  /** `5432`, `'8000-8080/tcp'`, `'http'`, `'any'`. */
  readonly on?: OneOrMany<number | string>;
  readonly because?: string;
  readonly controls?: OneOrMany<string>;
  readonly ticket?: string;
  /** `YYYY-MM-DD`, inclusive, UTC. */
  readonly expires?: string;
  readonly accepted?: Acceptance;
}

/** One case, to be given to `requirements`, which checks it. */
export interface Case {
  readonly value: Readonly<Record<string, unknown>>;
  readonly position: Position;
}

export interface SetSettings {
  readonly owner?: string;
  /** Relative to the folder of the file that calls. */
  readonly manifests?: OneOrMany<string>;
  /** Names for endpoints; a case that is given one of these endpoints calls it by its name. */
  readonly endpoints?: Readonly<Record<string, EndpointInput>>;
  readonly otherwise?: 'mayNotReach';
  readonly audit?: AuditSettings;
}

export interface AuditSettings {
  readonly critical?: readonly (({ readonly namespace: string } | { readonly namespaces: SelectorInput }) & {
    readonly because?: string;
  })[];
  readonly defaultDeny?: OneOrMany<Direction>;
  readonly exceptions?: readonly (({ readonly namespace: string } | { readonly workload: string }) &
    Acceptance & { readonly directions: OneOrMany<Direction> })[];
}

/** Every member of `from` reaches every member of `to`. */
export function mayReach(
  id: string,
  from: OneOrMany<EndpointInput>,
  to: OneOrMany<EndpointInput>,
  details: CaseDetails = {},
): Case {
  const position = callerOf(mayReach);
  return { value: { id, from, mayReach: to, ...checked(details, position) }, position };
}

/** No member of `from` reaches any member of `to`. */
export function mayNotReach(
  id: string,
  from: OneOrMany<EndpointInput>,
  to: OneOrMany<EndpointInput>,
  details: CaseDetails = {},
): Case {
  const position = callerOf(mayNotReach);
  return { value: { id, from, mayNotReach: to, ...checked(details, position) }, position };
}

/**
 * A set of requirements: the same object as YAML makes, checked in the same way. Its positions are those of the calls.
 *
 * @throws MayreachError REQUIREMENT_INVALID with every mistake, each at the call that it was made in
 */
export function requirements(name: string, settings: SetSettings, cases?: readonly Case[]): RequirementSet {
  const position = callerOf(requirements);
  const source: InputSource = {
    problems: [],
    positionOf: (path: Path) => (path[0] === 'cases' ? cases?.[Number(path[1])]?.position : undefined) ?? position,
    madeEndpoint: (value) => (isMade(value) ? value : undefined),
  };
  const value = { requirements: name, ...settings, cases: valuesOf(cases) };
  const set = readSet(new Input(value, [], source), position.file);
  throwProblems('REQUIREMENT_INVALID', source.problems);
  if (set === null) throw new Error(`the set ${name} was neither read nor refused`);
  return set;
}

/** What is no record would be spread to nothing: a port in the place of `{on: 8080}` would be lost without a word. */
function checked(details: unknown, position: Position): Readonly<Record<string, unknown>> {
  if (isRecord(details)) return details;
  throw new MayreachError('the last argument of a case must be a map of what else it says', {
    code: 'REQUIREMENT_INVALID',
    position,
    hint: 'Ports are written {on: 8080}.',
  });
}

/** What is no list of cases stays as it is, for the reader to refuse. */
function valuesOf(cases: unknown): unknown {
  return Array.isArray(cases) ? cases.map((each: unknown) => (isRecord(each) ? each['value'] : each)) : cases;
}

function isMade(value: unknown): value is EndpointRef {
  return isRecord(value) && isRecord(value.endpoint) && typeof value.label === 'string' && isRecord(value.position);
}
