import { parseRequirements } from '../requirements/index.ts';
import type { Requirement } from '../requirements/model.ts';
import { MayreachError } from '../source/error.ts';
import { requirementTitle } from '../suites/requirements.ts';
import { encodeMappings, type Segment } from './source-map.ts';

export interface CompileOptions {
  /** The module's absolute path. */
  readonly id: string;
  /** The file as messages call it. */
  readonly file: string;
  /** Specifier of the worker's module `cases`. */
  readonly casesModule: string;
  /** Ids that are judged; absent: all. */
  readonly only?: readonly string[] | undefined;
}

export interface Compiled {
  readonly code: string;
  /** A source map, version 3, as JSON. */
  readonly map: string;
}

/**
 * A requirement file as a test module. Every line of the module belongs to the same line of the file, and each case's
 * `test(…)` stands where the case does: so failures, locations and `vitest net.reach.yaml:12` mean the file's lines.
 *
 * A file with mistakes becomes a module without tests: asking for its cases fails, with the mistake's place.
 */
export function compileRequirements(text: string, { id, file, casesModule, only }: CompileOptions): Compiled {
  const lines = text.split(/\r\n|\r|\n/).map(() => new Line());
  const head = [
    'import { test } from "vitest";',
    `import { judgedFile } from ${JSON.stringify(casesModule)};`,
    `const reach = await judgedFile(${JSON.stringify(id)});`,
  ];
  lines[0]?.add(1, head.join(' '));
  for (const requirement of requirementsOf(text, file)) {
    if (only?.includes(requirement.id) === false) continue;
    const { line, column } = requirement.position;
    lines[line - 1]?.add(
      column,
      `test(${JSON.stringify(requirementTitle(requirement))}, reach.at(${line}, ${column}));`,
    );
  }
  lines.at(-1)?.add(1, 'reach.others();');
  return {
    code: `${lines.map(({ code }) => code).join('\n')}\n`,
    map: JSON.stringify({
      version: 3,
      file: id,
      sources: [id],
      sourcesContent: [text],
      names: [],
      mappings: encodeMappings(lines.map(({ segments }) => segments)),
    }),
  };
}

function requirementsOf(text: string, file: string): readonly Requirement[] {
  try {
    return parseRequirements(text, file).flatMap(({ requirements }) => requirements);
  } catch (error) {
    // The run reads the same file and says what is wrong with it.
    if (error instanceof MayreachError) return [];
    throw error;
  }
}

/** One line of the module, and which columns of the file's line its parts belong to. */
class Line {
  code = '';
  readonly segments: Segment[] = [];

  /** Puts code at the column (from 1) where it belongs, or behind what is there already. */
  add(column: number, code: string): void {
    this.code = this.code.padEnd(column - 1);
    this.segments.push([this.code.length, column - 1]);
    this.code += code;
  }
}
