import type { ExternalAccess, ExternalList } from '../harness/plan/external.ts';
import { addressProblem, AddressSet } from '../harness/predict/sets/addresses.ts';
import { objectNameProblem } from '../requirements/read/labels.ts';
import { MayreachError } from '../source/error.ts';

/** True: every public address may be dialled. A list: only what is on it. Default: no public address. */
export type ExternalChoice = boolean | string | readonly string[];

/** @throws MayreachError USAGE for what is neither an address, nor a range, nor a host's name */
export function resolveExternal(choice: ExternalChoice = false): ExternalAccess {
  return typeof choice === 'boolean' ? choice : parseExternal([choice].flat());
}

/**
 * An allow list: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`, `api.example.com`; each text may hold several, with
 * commas between them.
 * @throws MayreachError USAGE
 */
export function parseExternal(texts: readonly string[]): ExternalList {
  const targets = [...new Set(texts.flatMap((text) => text.split(',')).map((target) => target.trim()))];
  // An empty list would allow nothing, an empty variable of a script asks for something else than it says.
  if (targets.length === 0) throw refused('', 'an empty list');
  for (const target of targets) {
    const problem = targetProblem(target);
    if (problem !== undefined) throw refused(texts.join(), problem);
  }
  const isRange = (target: string): boolean => AddressSet.tryParse(target) !== undefined;
  return {
    targets,
    hosts: new Set(targets.filter((target) => !isRange(target)).map(hostName)),
    ranges: AddressSet.of(...targets.filter(isRange)),
  };
}

/** What is wrong with one entry; undefined: nothing. */
export function targetProblem(target: string): string | undefined {
  if (target === '') return 'an entry is empty';
  if (target.includes('://')) return `"${target}" is a URL: leave out the scheme and the path`;
  if (target.includes('*')) return `"${target}" has a wildcard, which names no host: name each one`;
  // Whatever has a slash, only numbers, or colons is meant as addresses.
  if (/[/:]|^[\d.]+$/u.test(target)) {
    const problem = addressProblem(target);
    return problem !== undefined && /^[a-z\d.-]+:\d+$/iu.test(target)
      ? `"${target}" names a port, which belongs to the requirement`
      : problem;
  }
  return objectNameProblem(hostName(target)) === undefined ? undefined : `"${target}" is not the name of a host`;
}

function hostName(target: string): string {
  return target.toLowerCase().replace(/\.$/u, '');
}

function refused(list: string, problem: string): MayreachError {
  return new MayreachError(`--allow-external ${list}: ${problem}`, {
    code: 'USAGE',
    hint: 'Name addresses, ranges and hosts with commas between them, as 192.0.2.0/24,api.example.com; without a list every public address may be dialled',
  });
}
