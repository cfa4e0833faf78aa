import { addressProblem } from '../harness/predict/addresses.ts';
import { INGRESS_CONTROLLER } from '../harness/predict/matrix.ts';
import { parseRequirements } from '../requirements/index.ts';
import type { EndpointRef, Requirement, RequirementSet } from '../requirements/model.ts';
import { MayreachError } from '../source/error.ts';
import { parseYaml } from '../source/yaml.ts';

/** What `explain` is asked, as typed. */
export interface TypedQuestion {
  readonly from: string;
  readonly to: string;
  readonly port: string;
}

const COMMAND_LINE = 'the command line';

/**
 * The question as a requirement, read by the language itself: so it takes the same endpoints, ports and names, and
 * says the same when it cannot. @throws MayreachError REQUIREMENT_INVALID, USAGE
 */
export function questionOf({ from, to, port }: TypedQuestion, sets: readonly RequirementSet[]): Requirement {
  const declared = new Map(sets.flatMap(({ endpoints }) => [...endpoints]));
  const text = JSON.stringify({
    requirements: 'explain',
    cases: [{ id: 'EXPLAIN', from: spelled(from, declared), mayReach: spelled(to, declared), on: [port] }],
  });
  const [set] = parseRequirements(text, COMMAND_LINE);
  const [requirement] = set?.requirements ?? [];
  if (requirement === undefined) throw new TypeError('one case goes in, one requirement comes out');
  const sources = declared.get(from);
  const destinations = declared.get(to);
  return {
    ...requirement,
    ...(sources === undefined ? {} : { from: [sources] }),
    ...(destinations === undefined ? {} : { to: [destinations] }),
  };
}

/** Short forms that a shell needs no quotes for, and ends as the matrix names them. A declared name is put in afterwards. */
function spelled(text: string, declared: ReadonlyMap<string, EndpointRef>): unknown {
  if (declared.has(text) || text === INGRESS_CONTROLLER) return 'outsider';
  if (text.startsWith('{')) return parseYaml(text, COMMAND_LINE)[0]?.value;
  refuseRange(text);
  const [, kind, rest] = /^(service|host|cidr):(.+)$/.exec(text) ?? [];
  if (kind !== undefined && rest !== undefined) return { [kind]: rest };
  if (addressProblem(text) === undefined) {
    return { cidr: text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}` };
  }
  return text.includes('.') && !text.includes('/') ? { host: text } : text;
}

function refuseRange(text: string): void {
  const [first = '', last = ''] = text.split('-');
  if (addressProblem(first) !== undefined || addressProblem(last) !== undefined) return;
  throw new MayreachError(`${text} is a range of addresses, as the matrix lists it`, {
    code: 'USAGE',
    hint: `Ask about one address of it, such as ${first}, or about a CIDR.`,
  });
}
