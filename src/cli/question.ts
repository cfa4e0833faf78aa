import { addressProblem } from '../harness/predict/sets/addresses.ts';
import { INGRESS_CONTROLLER } from '../harness/predict/matrix.ts';
import { parseRequirements } from '../requirements/index.ts';
import type { EndpointRef, Requirement, RequirementSet } from '../requirements/model.ts';
import { MayreachError } from '../source/error.ts';
import { didYouMean } from '../source/suggest.ts';
import { parseYaml } from '../source/yaml.ts';

/** What `explain` is asked, as typed. */
export interface TypedQuestion {
  readonly from: string;
  readonly to: string;
  readonly port: string;
}

const COMMAND_LINE = 'the command line';
const TYPED = { file: COMMAND_LINE, line: 0, column: 0 };

/**
 * The question as a requirement, read by the language itself: so it takes the same endpoints, ports and names, and
 * says the same when it cannot. @throws MayreachError REQUIREMENT_INVALID, USAGE
 */
export function questionOf(
  { from, to, port }: TypedQuestion,
  sets: readonly RequirementSet[],
  namespaces: readonly string[],
): Requirement {
  const declared = new Map(sets.flatMap(({ endpoints }) => [...endpoints]));
  const text = JSON.stringify({
    requirements: 'explain',
    cases: [
      {
        id: 'EXPLAIN',
        from: spelled(from, declared, namespaces),
        mayReach: spelled(to, declared, namespaces),
        on: [port],
      },
    ],
  });
  const requirement = read(text);
  const sources = declared.get(from);
  const destinations = declared.get(to);
  const placed = <T extends object>(part: T): T => ({ ...part, position: TYPED });
  return {
    ...placed(requirement),
    from: sources === undefined ? requirement.from.map(placed) : [{ ...sources, label: from }],
    to: destinations === undefined ? requirement.to.map(placed) : [{ ...destinations, label: to }],
    ...(requirement.on && { on: requirement.on.map(placed) }),
  };
}

/** Nobody typed the text that is parsed here, so places in it say nothing. */
function read(text: string): Requirement {
  try {
    const [set] = parseRequirements(text, COMMAND_LINE);
    const [requirement] = set?.requirements ?? [];
    if (requirement === undefined) throw new TypeError('one case goes in, one requirement comes out');
    return requirement;
  } catch (error) {
    if (!(error instanceof MayreachError)) throw error;
    const { message, code, hint } = error;
    const plain = message.replaceAll(new RegExp(`${COMMAND_LINE}:\\d+:\\d+`, 'g'), COMMAND_LINE);
    throw new MayreachError(plain, { code, hint, position: TYPED, cause: error });
  }
}

/** Short forms that a shell needs no quotes for, and ends as the matrix names them. A declared name is put in afterwards. */
function spelled(text: string, declared: ReadonlyMap<string, EndpointRef>, namespaces: readonly string[]): unknown {
  if (declared.has(text) || text === INGRESS_CONTROLLER) return 'outsider';
  if (text.startsWith('{')) return parseYaml(text, COMMAND_LINE)[0]?.value;
  refuseRange(text);
  const [, kind, rest] = /^(namespace|service|host|cidr):(.+)$/.exec(text) ?? [];
  if (kind !== undefined && rest !== undefined) return { [kind]: rest };
  if (addressProblem(text) === undefined) {
    return { cidr: text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}` };
  }
  if (text.includes('/') || text === 'outsider' || text === 'anyone') return text;
  return text.includes('.') ? { host: text } : { namespace: known(text, declared, namespaces) };
}

function known(text: string, declared: ReadonlyMap<string, EndpointRef>, namespaces: readonly string[]): string {
  if (namespaces.includes(text)) return text;
  throw new MayreachError(`${text} is neither a namespace nor an endpoint that a requirement file declares`, {
    code: 'ENDPOINT_SELECTS_NOTHING',
    hint:
      didYouMean(text, [...declared.keys(), ...namespaces, 'outsider', 'anyone']) ??
      'A workload is written namespace/name, all of a namespace by its name, a service service:namespace/name.',
  });
}

function refuseRange(text: string): void {
  const [first = '', last = ''] = text.split('-');
  if (addressProblem(first) !== undefined || addressProblem(last) !== undefined) return;
  throw new MayreachError(`${text} is a range of addresses, as the matrix lists it`, {
    code: 'USAGE',
    hint: `Ask about one address of it, such as ${first}, or about a CIDR.`,
  });
}
