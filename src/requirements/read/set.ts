import { didYouMean } from '../../source/suggest.ts';
import type { EndpointRef, Requirement, RequirementSet } from '../model.ts';
import { readAudit } from './audit.ts';
import { OTHERWISE, readCase, type SetContext, type TakenIds } from './case.ts';
import { readEndpoint, type Declared } from './endpoint.ts';
import { given, isRecord, quote, type Input } from './input.ts';

const KEYS = ['requirements', 'owner', 'manifests', 'endpoints', 'otherwise', 'cases', 'audit'] as const;
const WHAT = 'a map with `requirements` (the name of the set) and `cases`';

/**
 * One document of a requirement file. What is wrong in it is noted in the input's problems; the rest is read.
 * `ids` are those of the file's earlier documents.
 */
export function readSet(input: Input, file: string, ids: TakenIds = new Map()): RequirementSet | null {
  const stranger = strangerHint(input.value);
  if (stranger !== null) return input.problem('this is not a requirement file', { hint: stranger });
  const members = input.record(KEYS, WHAT);
  if (members === null) return null;
  const name = members.require('requirements', 'the name of the set', (item) => item.text("the set's name")) ?? '';
  const owner = members.read('owner', (item) => item.text('who answers for the set'));
  const declared = members.read('endpoints', readDeclared) ?? new Map<string, EndpointRef | null>();
  const context: SetContext = { name, owner, declared, ids };
  const cases = members.read('cases', (list) => list.list('a list of cases', (item) => readCase(item, context)));
  const otherwise = members.read('otherwise', (item) => readOtherwise(item, context));
  const audit = members.read('audit', readAudit);
  if (!members.has('cases') && !members.has('otherwise') && !members.has('audit')) {
    input.problem('the set states nothing: it needs `cases`, `otherwise` or `audit`');
  }
  return {
    name,
    file,
    ...given({ owner }),
    manifests: members.read('manifests', readManifests) ?? [],
    endpoints: new Map([...declared].flatMap(([key, ref]) => (ref === null ? [] : [[key, ref] as const]))),
    requirements: [...(cases ?? []), ...(otherwise === null ? [] : [otherwise])],
    ...given({ audit }),
  };
}

/** Other files that people give by mistake. */
function strangerHint(value: unknown): string | null {
  if (isRecord(value) && 'apiVersion' in value && 'kind' in value) {
    return 'It is a Kubernetes object: name its file under `manifests:`, or with --manifests.';
  }
  if (Array.isArray(value) && value.some((item) => isRecord(item) && 'src' in item && 'dst' in item)) {
    return 'It looks like tests of netassert: write them as cases; `mayreach init` writes a first file.';
  }
  return null;
}

function readManifests(input: Input): RequirementSet['manifests'] {
  return input.oneOrMany('a path', (item) => {
    const path = item.text('a path');
    return path === null ? null : { path, position: item.position };
  });
}

function readDeclared(input: Input): Declared {
  const entries = input.entries('a map of names and endpoints, as {web: shop/web}');
  const names = entries.map(([name]) => name);
  for (const [name, member] of entries) checkName(name, member);
  return new Map(entries.map(([name, member]) => [name, readDeclaration(name, member, names)]));
}

function readDeclaration(name: string, input: Input, names: readonly string[]): EndpointRef | null {
  const made = input.source.madeEndpoint?.(input.value);
  if (made !== undefined) return { ...made, label: name };
  if (typeof input.value === 'string' && names.includes(input.value)) {
    return input.problem(`${quote(input.value)} is the name of an endpoint: a name cannot stand for another one`, {
      hint: 'Write the endpoint out, as namespace/workload.',
    });
  }
  const endpoint = readEndpoint(input, []);
  return endpoint && { endpoint, label: name, position: input.position };
}

function checkName(name: string, input: Input): void {
  if (name === 'outsider' || name === 'anyone') {
    input.problem(`\`${name}\` always means the same endpoint and cannot be declared`, { at: 'key' });
  } else if (!/^[\p{L}\p{N}_](?:[\p{L}\p{N}_. -]*[\p{L}\p{N}_])?$/u.test(name)) {
    const message = `${quote(name)} is not a name for an endpoint: it must be letters, digits, '_', '-', '.' and spaces`;
    input.problem(message, { at: 'key' });
  }
}

function readOtherwise(input: Input, { name, owner }: SetContext): Requirement | null {
  if (input.value !== 'mayNotReach') return input.expected('mayNotReach', { hint: otherwiseHint(input.value) });
  return {
    id: OTHERWISE,
    set: name,
    ...given({ owner }),
    expect: 'mayNotReach',
    from: [],
    to: [],
    controls: [],
    position: input.position,
    otherwise: true,
  };
}

function otherwiseHint(value: unknown): string | undefined {
  if (value === 'mayReach') return 'To leave the rest to the policies, leave `otherwise` out.';
  return typeof value === 'string' ? didYouMean(value, ['mayNotReach']) : undefined;
}
