import {
  constructFromEvents,
  CORE_SCHEMA,
  mergeTag,
  parseEvents,
  YAMLException,
  type Event,
  type Schema,
} from 'js-yaml';
import { countSeparators, splitDocuments } from './documents.ts';
import { MayreachError } from './error.ts';
import { IndentedText } from './indented-text.ts';
import { KUBECTL_SCHEMA } from './kubectl-scalars.ts';
import { LineIndex } from './lines.ts';
import { buildPlaces, findPlace, type Path, type Place, type Places } from './places.ts';
import type { Position } from './position.ts';

/** One document of a YAML (or JSON) text, with the place of every value in it. */
export interface YamlDocument {
  /** Plain data under the core schema (no dates, no binary); `null` for an empty document. */
  readonly value: unknown;
  /** Where the document's content starts. */
  readonly position: Position;
  /**
   * Where the value at `path` stands; `key` asks for its key instead. A path that is not there gives the place of
   * its nearest parent that is.
   */
  positionOf(path: Path, which?: 'key' | 'value'): Position;
}

export interface YamlLimits {
  /** Longest text, characters. Default 64 Mi. */
  readonly maxLength?: number;
  /** Most lines and separators (`,`, `[`, `{`, `- `) of one document: what its memory grows with. Default 4,000,000. */
  readonly maxValues?: number;
  /** Most values of one document with aliases once its aliases are unfolded. Default 1,000,000. */
  readonly maxNodes?: number;
  /** Most documents. Default 100,000. */
  readonly maxDocuments?: number;
}

/** How plain scalars are read: by YAML 1.2's core schema (the default), or as kubectl reads them. */
export interface YamlOptions extends YamlLimits {
  readonly scalars?: 'core' | 'kubectl';
}

const DEFAULT_LIMITS: Required<YamlLimits> = {
  maxLength: 64 * 2 ** 20,
  maxValues: 4_000_000,
  maxNodes: 1_000_000,
  maxDocuments: 100_000,
};
const SCHEMAS = { core: CORE_SCHEMA.withTags(mergeTag), kubectl: KUBECTL_SCHEMA };
const MAX_DEPTH = 100;
/** Up to this length the parser's events are kept for positions (some ten times the text); beyond, it parses again. */
const KEEP_EVENTS_LENGTH = 4 * 2 ** 20;

/**
 * Reads a YAML or JSON text of any number of documents: YAML 1.2's core schema with merge keys (`<<`), so dates stay
 * strings. Within quotes and brackets no line needs any indentation, as with kubectl. Only a text without content
 * (nothing but comments) has no documents at all.
 *
 * @throws MayreachError `YAML_SYNTAX` at the place of the fault, a duplicate key among them; `INPUT_TOO_LARGE` for
 *   texts, nestings and unfolded aliases beyond the limits.
 */
export function parseYaml(text: string, file: string, options: YamlOptions = {}): YamlDocument[] {
  const { maxLength, maxValues, maxNodes, maxDocuments } = { ...DEFAULT_LIMITS, ...options };
  if (text.length > maxLength) {
    throw new MayreachError(`${text.length} characters of YAML are more than the limit of ${maxLength}`, {
      code: 'INPUT_TOO_LARGE',
      position: { file, line: 1, column: 1 },
      hint: 'Split the file, or leave out what mayreach does not read.',
    });
  }
  const source: Source = {
    file,
    lines: new LineIndex(text),
    keepsEvents: text.length <= KEEP_EVENTS_LENGTH,
    schema: SCHEMAS[options.scalars ?? 'core'],
  };
  const parts = splitDocuments(text);
  const excess = parts[maxDocuments];
  if (excess !== undefined) {
    throw new MayreachError(`${parts.length} documents are more than the limit of ${maxDocuments}`, {
      code: 'INPUT_TOO_LARGE',
      position: { file, ...source.lines.at(excess.start) },
      hint: 'Split the file, or leave out what mayreach does not read.',
    });
  }
  const documents: YamlDocument[] = [];
  for (const { start, end } of parts) {
    const part = new Part(source, text.slice(start, end), start);
    part.checkLength(maxValues);
    for (const [index, value] of part.read(maxNodes).entries()) documents.push(new PlacedDocument(part, index, value));
  }
  return documents;
}

interface Source {
  readonly file: string;
  readonly lines: LineIndex;
  readonly keepsEvents: boolean;
  readonly schema: Schema;
}

/** A stretch of the text that is parsed in one go: as a rule one document, so that memory follows the largest. */
class Part {
  readonly #source: Source;
  readonly #content: IndentedText;
  readonly #offset: number;
  #events: Event[] | undefined;
  #places: Places | undefined;

  constructor(source: Source, text: string, offset: number) {
    this.#source = source;
    this.#content = new IndentedText(text);
    this.#offset = offset;
  }

  get #text(): string {
    return this.#content.text;
  }

  checkLength(maxValues: number): void {
    if (this.#text.length <= maxValues || countSeparators(this.#text) <= maxValues) return;
    throw this.#tooLarge(
      `the document has more than ${maxValues} lines and separators`,
      0,
      'Split it into several documents.',
    );
  }

  read(maxNodes: number): unknown[] {
    try {
      const events = this.#parse();
      if (events.some((event) => 'anchorStart' in event && event.anchorStart !== -1))
        this.#checkAliases(events, maxNodes);
      if (this.#source.keepsEvents) this.#events = events;
      return constructFromEvents(events, {
        source: this.#text,
        schema: this.#source.schema,
        maxTotalMergeKeys: maxNodes,
      });
    } catch (error) {
      if (error instanceof YAMLException) throw this.#syntaxError(error);
      throw error;
    }
  }

  #parse(): Event[] {
    for (;;) {
      try {
        return parseEvents(this.#text, { maxDepth: MAX_DEPTH });
      } catch (error) {
        if (!(error instanceof YAMLException) || error.reason !== 'deficient indentation') throw error;
        if (!this.#content.indent(error.mark?.position ?? 0)) throw error;
      }
    }
  }

  /** Made when first asked for: few documents of a large text ever are. */
  get places(): Places {
    if (this.#places === undefined) {
      this.#places = buildPlaces(this.#text, this.#events ?? parseEvents(this.#text, { maxDepth: MAX_DEPTH }));
      this.#events = undefined;
    }
    return this.#places;
  }

  position(offset: number): Position {
    return { file: this.#source.file, ...this.#source.lines.at(this.#offset + this.#content.original(offset)) };
  }

  /** Aliases share what they name, but whoever walks the value unfolds them: a few lines can name billions. */
  #checkAliases(events: Event[], maxNodes: number): void {
    const places = (this.#places = buildPlaces(this.#text, events));
    if (places.recursion !== undefined) {
      throw new MayreachError('an alias names the value that it stands in', {
        code: 'YAML_SYNTAX',
        position: this.position(places.recursion),
      });
    }
    for (const { at, size } of places.documents) {
      if (size <= maxNodes) continue;
      throw this.#tooLarge(`the document's aliases unfold to more than ${maxNodes} values`, at, 'Use fewer aliases.');
    }
  }

  #syntaxError(error: YAMLException): MayreachError {
    const offset = this.#offsetOf(error);
    if (error.reason.startsWith('nesting exceeded')) {
      return this.#tooLarge(`values are nested deeper than ${MAX_DEPTH} levels`, offset, 'Flatten the document.');
    }
    if (error.reason.startsWith('merge keys exceeded') || error.reason.startsWith('abnormal merge')) {
      return this.#tooLarge('merge keys (<<) unfold to too many values', offset, 'Use fewer of them.');
    }
    const repeated = error.reason === 'duplicated mapping key' ? this.places.duplicates : [];
    const duplicate = repeated.find(({ second }) => second === offset) ?? repeated[0];
    if (duplicate === undefined) {
      return new MayreachError(error.reason, { code: 'YAML_SYNTAX', position: this.position(offset), cause: error });
    }
    const first = this.position(duplicate.first);
    return new MayreachError(`the key \`${duplicate.key}\` is here twice: first at line ${first.line}`, {
      code: 'YAML_SYNTAX',
      position: this.position(duplicate.second),
      hint: 'Keep one of them.',
      cause: error,
    });
  }

  /** Of a key that is a list or a map (`{{ .Values.name }}` of a template is one) the parser names the start alone. */
  #offsetOf({ reason, mark }: YAMLException): number {
    const key = reason.includes('complex keys') ? this.places.complexKey : undefined;
    return key ?? mark?.position ?? 0;
  }

  #tooLarge(message: string, offset: number, hint: string): MayreachError {
    return new MayreachError(message, { code: 'INPUT_TOO_LARGE', position: this.position(offset), hint });
  }
}

class PlacedDocument implements YamlDocument {
  readonly value: unknown;
  readonly #part: Part;
  readonly #index: number;

  constructor(part: Part, index: number, value: unknown) {
    this.#part = part;
    this.#index = index;
    this.value = value;
  }

  get position(): Position {
    return this.positionOf([]);
  }

  positionOf(path: Path, which: 'key' | 'value' = 'value'): Position {
    const root: Place = this.#part.places.documents[this.#index] ?? { at: 0, size: 0 };
    return this.#part.position(findPlace(root, path, which));
  }
}
