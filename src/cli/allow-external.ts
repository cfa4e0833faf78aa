import { existsSync } from 'node:fs';
import { Option } from 'commander';
import type { ExternalAccess } from '../harness/plan/external.ts';
import { parseExternal, targetProblem } from '../input/external.ts';
import { MayreachError } from '../source/error.ts';

/** What was typed behind the flag, each time; true: nothing. An unset variable leaves an empty text, which is something. */
export type ExternalWords = readonly (string | true)[];

export function allowExternalOption(): Option {
  return new Option(
    '--allow-external [targets]',
    'let probes dial public addresses; with targets (192.0.2.0/24,api.example.com) only these, private or public; repeatable',
  )
    .preset(true)
    .argParser((value: string | true, known: ExternalWords | undefined): ExternalWords => [...(known ?? []), value]);
}

export interface ToldExternal {
  readonly access: ExternalAccess;
  readonly paths: readonly string[];
}

/**
 * The flag was there before it took targets, so that `--allow-external examples/shop` names a PATH, as it always did:
 * what is no list and is there on the disk. What could be both is a mistake unless another PATH is named: that a list
 * is taken for a path must not open everything.
 * @throws MayreachError USAGE
 */
export function toldExternal(
  words: ExternalWords | undefined,
  paths: readonly string[],
  exists: (path: string) => boolean = existsSync,
): ToldExternal {
  if (words === undefined) return { access: false, paths };
  const named = words.filter((word) => word !== true);
  const places = named.filter((word) => word !== '' && exists(word));
  const swallowed = named.filter((word) => FILE.test(word) || (places.includes(word) && !isList(word)));
  const ambiguous = places.find((word) => !swallowed.includes(word));
  if (ambiguous !== undefined && paths.length + swallowed.length === 0) throw unclear(ambiguous);
  const targets = named.filter((word) => !swallowed.includes(word));
  const everything = words.length > targets.length;
  if (everything && targets.length > 0) throw contradictory(targets);
  return { access: everything || parseExternal(targets), paths: [...paths, ...swallowed] };
}

/** No host is called so. */
const FILE = /\.(?:ya?ml|json)$/iu;

function isList(word: string): boolean {
  return word.split(',').every((part) => targetProblem(part.trim()) === undefined);
}

function unclear(word: string): MayreachError {
  return new MayreachError(`--allow-external ${word}: that is a host's name, and a path that is there`, {
    code: 'USAGE',
    hint: `For the path write ./${word} before the flag; for the host name a PATH as well`,
  });
}

function contradictory(targets: readonly string[]): MayreachError {
  return new MayreachError(`--allow-external stands there alone, and with ${targets.join()}`, {
    code: 'USAGE',
    hint: 'Alone it lets every public address be dialled, with targets only these: choose one of the two',
  });
}
