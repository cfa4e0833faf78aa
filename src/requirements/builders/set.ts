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
  return { value: { id, from, mayReach: to, ...details }, position: callerOf(mayReach) };
}

/** No member of `from` reaches any member of `to`. */
export function mayNotReach(
  id: string,
  from: OneOrMany<EndpointInput>,
  to: OneOrMany<EndpointInput>,
  details: CaseDetails = {},
): Case {
  return { value: { id, from, mayNotReach: to, ...details }, position: callerOf(mayNotReach) };
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
  const value = { requirements: name, ...settings, cases: cases?.map((each) => each.value) };
  const set = readSet(new Input(value, [], source), position.file);
  throwProblems('REQUIREMENT_INVALID', source.problems);
  if (set === null) throw new Error(`the set ${name} was neither read nor refused`);
  return set;
}

function isMade(value: unknown): value is EndpointRef {
  return isRecord(value) && isRecord(value.endpoint) && typeof value.label === 'string' && isRecord(value.position);
}
