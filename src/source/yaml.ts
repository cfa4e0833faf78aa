import type { Position } from './position.ts';

export type Path = readonly (string | number)[];

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
  /** Most nodes that aliases may unfold to. Default 1,000,000. */
  readonly maxNodes?: number;
}
