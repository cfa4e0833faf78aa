import { MayreachError } from '../source/error.ts';
import { throwProblems, type Problem } from '../source/problems.ts';
import { parseYaml, type YamlLimits } from '../source/yaml.ts';
import { repeatedIds } from './check-run.ts';
import type { RequirementSet } from './model.ts';
import type { TakenIds } from './read/case.ts';
import { Input } from './read/input.ts';
import { readSet } from './read/set.ts';

/**
 * Reads the text of a requirement file: one set for each of its YAML documents (JSON is YAML too).
 *
 * @param file the file's path as the user gave it, for positions; nothing is read from it
 * @throws MayreachError REQUIREMENT_INVALID with every mistake of the file, each at its line and column: with several,
 *   the message lists them all and `cause` is an AggregateError of one MayreachError each. `YAML_SYNTAX` and
 *   `INPUT_TOO_LARGE` as parseYaml does.
 */
export function parseRequirements(text: string, file: string, limits?: YamlLimits): RequirementSet[] {
  const problems: Problem[] = [];
  const ids: TakenIds = new Map();
  const sets = parseYaml(text, file, limits)
    .filter(({ value }) => value !== null)
    .map((document) => {
      const positionOf = document.positionOf.bind(document);
      return readSet(new Input(document.value, [], { positionOf, problems }), file, ids);
    })
    .filter((set) => set !== null);
  throwProblems('REQUIREMENT_INVALID', [...problems, ...repeatedIds(sets)]);
  if (sets.length > 0) return sets;
  throw new MayreachError('the file is empty', {
    code: 'REQUIREMENT_INVALID',
    position: { file, line: 1, column: 1 },
    hint: 'A requirement file starts with `requirements:`, the name of its set. `mayreach init` writes a first one.',
  });
}
