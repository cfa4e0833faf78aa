import { didYouMean } from '../../source/suggest.ts';
import type { AuditRules, CoverageException, CriticalNamespaces, Direction } from '../model.ts';
import { readLeave } from './case.ts';
import { readNamespace, readNamespaces, readWorkload } from './endpoint.ts';
import { given, type Input, type Members } from './input.ts';

const DIRECTIONS = ['ingress', 'egress'] as const;

/** The `audit` block. */
export function readAudit(input: Input): AuditRules | null {
  const keys = ['critical', 'defaultDeny', 'exceptions'] as const;
  const members = input.record(keys, 'a map with `critical`, `defaultDeny` or `exceptions`');
  if (members === null) return null;
  if (!keys.some((key) => members.has(key))) {
    input.problem('`audit` asks for nothing: it needs `critical`, `defaultDeny` or `exceptions`');
  }
  const readCriticals = (list: Input) => list.list('a list, as [{namespaces: {zone: pci}}]', readCritical);
  const readExceptions = (list: Input) => list.list('a list of exceptions', readException);
  return {
    critical: members.read('critical', readCriticals) ?? [],
    defaultDeny: members.read('defaultDeny', readDirections) ?? [],
    exceptions: members.read('exceptions', readExceptions) ?? [],
    position: input.position,
  };
}

function readDirections(input: Input): Direction[] {
  const directions = input.oneOrMany('ingress or egress', (item) => {
    const direction = DIRECTIONS.find((known) => known === item.value);
    if (direction !== undefined) return direction;
    const hint = typeof item.value === 'string' ? didYouMean(item.value, DIRECTIONS) : undefined;
    return item.expected('ingress or egress', { hint });
  });
  return [...new Set(directions)];
}

function readCritical(input: Input): CriticalNamespaces | null {
  const members = input.record(
    ['namespace', 'namespaces', 'because'],
    'namespaces and why, as {namespaces: {zone: pci}, because: card data}',
  );
  if (members === null) return null;
  const because = members.read('because', (item) => item.text('the reason'));
  const namespaces = isOneOf(input, members, ['namespaces', 'namespace']) ? readNamespaces(members) : null;
  return namespaces && { namespaces, ...given({ because }), position: input.position };
}

function readException(input: Input): CoverageException | null {
  const members = input.record(
    ['namespace', 'workload', 'directions', 'because', 'approvedBy', 'until'],
    'an exception, a map with `namespace` or `workload`, `directions`, `because`, `approvedBy` and `until`',
  );
  if (members === null) return null;
  const scope = isOneOf(input, members, ['namespace', 'workload']) ? readScope(members) : null;
  const directions = members.require('directions', 'ingress, egress or both', readDirections);
  const leave = readLeave(members);
  return scope && directions && leave && { scope, directions, ...leave, position: input.position };
}

function readScope(members: Members<'namespace' | 'workload'>): CoverageException['scope'] | null {
  const namespace = members.read('namespace', readNamespace);
  if (namespace !== null) return { kind: 'namespace', namespace };
  return members.read('workload', (input) => {
    const text = input.text('a workload as namespace/name');
    const workload = text === null ? null : readWorkload(input, text);
    if (workload?.workloadKind !== undefined) return input.problem('an exception names a workload without its kind');
    return workload && { kind: 'workload', ...workload };
  });
}

function isOneOf<Key extends string>(input: Input, members: Members<Key>, [first, second]: [Key, Key]): boolean {
  if (members.get(first) && members.get(second)) {
    members.get(second)?.problem(`\`${first}\` and \`${second}\` exclude each other`, { at: 'key' });
    return false;
  }
  if (members.has(first) || members.has(second)) return true;
  input.problem(`\`${first}\` or \`${second}\` is missing: what it is about`);
  return false;
}
