import { formatPosition, type Position } from '../../source/position.ts';
import type { Acceptance, EndpointRef, Expectation, PortRef, Requirement } from '../model.ts';
import { readDate } from './dates.ts';
import { ENDPOINT, readEndpointRef, type Declared } from './endpoint.ts';
import { given, quote, type Input, type Members } from './input.ts';
import { readPorts } from './ports.ts';

export const OTHERWISE = 'otherwise';

const KEYS = [
  'id',
  'from',
  'mayReach',
  'mayNotReach',
  'on',
  'because',
  'controls',
  'ticket',
  'expires',
  'accepted',
] as const;
type Key = (typeof KEYS)[number];

/** What a case takes over from its set. */
export interface SetContext {
  readonly name: string;
  readonly owner: string | null;
  readonly declared: Declared;
  readonly ids: TakenIds;
}

/** Where the ids of a file were first given; those of cases that are wrong otherwise too. */
export type TakenIds = Map<string, Position>;

/** One entry of `cases`; null where it cannot be made a requirement, which is noted. */
export function readCase(input: Input, set: SetContext): Requirement | null {
  const members = input.record(KEYS, 'a case, a map with `id`, `from` and `mayReach` or `mayNotReach`');
  if (members === null) return null;
  const readEndpoints = (list: Input): EndpointRef[] =>
    list.oneOrMany(ENDPOINT, (item) => readEndpointRef(item, set.declared));
  const id = members.require('id', 'a case needs one, unique in a run', (item) => readId(item, set.ids));
  const from = members.require('from', 'who it is about', readEndpoints) ?? [];
  rejectHosts(from, input);
  const target = readTarget(input, members);
  const to = (target && members.read(target, readEndpoints)) ?? [];
  const details = readDetails(members);
  if (id === null || target === null) return null;
  return {
    id,
    set: set.name,
    ...given({ owner: set.owner }),
    expect: target,
    from,
    to,
    ...details,
    position: input.position,
    otherwise: false,
  };
}

function readId(input: Input, ids: TakenIds): string | null {
  const id = input.text('an id');
  if (id === null) return null;
  if (id === OTHERWISE) return input.problem(`the id \`${OTHERWISE}\` is taken by the requirement of that name`);
  if (!/^\P{Cc}+$/u.test(id) || id.trim() !== id) {
    return input.problem(`the id ${quote(id)} must be one line, without spaces at its ends`);
  }
  const first = ids.get(id);
  if (first !== undefined) {
    const hint = 'Ids are unique in a run: change one of them.';
    return input.problem(`the id \`${id}\` is taken: first at ${formatPosition(first)}`, { hint });
  }
  ids.set(id, input.position);
  return id;
}

function readTarget(input: Input, members: Members<Key>): Expectation | null {
  if (members.get('mayReach') && members.get('mayNotReach')) {
    members.get('mayNotReach')?.problem('`mayReach` and `mayNotReach` exclude each other in one case', {
      hint: 'Make it two cases, each with an id of its own.',
      at: 'key',
    });
    return null;
  }
  if (members.get('mayReach')) return 'mayReach';
  if (members.get('mayNotReach')) return 'mayNotReach';
  if (members.has('mayReach') || members.has('mayNotReach')) return null;
  return input.problem('`mayReach` or `mayNotReach` is missing: whom it may reach, or may not');
}

function rejectHosts(from: readonly EndpointRef[], input: Input): void {
  for (const { endpoint, label, position } of from) {
    if (endpoint.kind !== 'host') continue;
    input.source.problems.push({
      position,
      message: `${quote(label)} is a host, which can be reached but cannot be a source`,
      hint: 'Name the addresses that its connections come from: {cidr: 203.0.113.0/24}.',
    });
  }
}

interface Details {
  readonly on?: readonly PortRef[];
  readonly because?: string;
  readonly controls: readonly string[];
  readonly ticket?: string;
  readonly expires?: string;
  readonly accepted?: Acceptance;
}

function readDetails(members: Members<Key>): Details {
  const readControl = (item: Input): string | null => item.text('the id of a control');
  return {
    controls: members.read('controls', (list) => list.oneOrMany('the id of a control', readControl)) ?? [],
    ...given({
      on: members.read('on', readPorts),
      because: members.read('because', (input) => input.text('the reason')),
      ticket: members.read('ticket', (input) => input.text('a ticket')),
      expires: members.read('expires', readDate),
      accepted: members.read('accepted', readAcceptance),
    }),
  };
}

function readAcceptance(input: Input): Acceptance | null {
  const members = input.record(
    ['because', 'approvedBy', 'until'],
    'who accepts the violation, why and until when: {because: …, approvedBy: …, until: 2027-01-31}',
  );
  return members && readLeave(members);
}

/** By whose leave something may be other than it should, why, and until when. */
export function readLeave(members: Members<'because' | 'approvedBy' | 'until'>): Acceptance | null {
  const because = members.require('because', 'why it is accepted', (input) => input.text('the reason'));
  const approvedBy = members.require('approvedBy', 'by whose leave', (input) => input.text('who approved it'));
  const until = members.require('until', 'the last day that it holds for, as YYYY-MM-DD', readDate);
  return because === null || approvedBy === null || until === null ? null : { because, approvedBy, until };
}
