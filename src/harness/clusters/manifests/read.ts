import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, isAbsolute, normalize } from 'node:path';
import { MayreachError } from '../../../source/error.ts';
import type { Position } from '../../../source/position.ts';
import { buildInventory } from '../../inventory/build.ts';
import type { Inventory, Note } from '../../inventory/model.ts';
import type { SourceObject } from '../../inventory/objects.ts';
import { decode, sha256, type ManifestFile } from './decode.ts';
import { readDocuments } from './documents.ts';
import { listFiles, orUnreadable } from './walk.ts';

export interface ManifestPath {
  /** A file, a folder, or `-` for stdin. */
  readonly path: string;
  /** Where a requirement file names it: then it is relative to that file's folder, else to the working directory. */
  readonly position?: Position;
}

/** What is piped in, as `process.stdin` is. */
export type Input = AsyncIterable<Uint8Array | string>;

export interface ReadManifests {
  readonly inventory: Inventory;
  /** The files that hold Kubernetes objects, in the order of reading. */
  readonly files: readonly ManifestFile[];
}

const STDIN = '-';
const MAX_BYTES = 256 * 2 ** 20;
const MOST_NAMED = 5;
const KUSTOMIZATION = /^kustomization\.ya?ml$/;

/**
 * One inventory of all manifests of a run. A file that several paths lead to is read once; files that hold no
 * Kubernetes objects are skipped with a note.
 * @param input read at most once, and only if a path is `-`; default: `process.stdin`
 * @throws MayreachError FILE_NOT_FOUND, FILE_UNREADABLE, YAML_SYNTAX, INPUT_TOO_LARGE, MANIFEST_INVALID,
 *   OBJECT_CONFLICT
 */
export async function readManifests(paths: readonly ManifestPath[], input?: Input): Promise<ReadManifests> {
  const reading = new Reading();
  for (const { path, position } of paths) {
    if (path === STDIN) await reading.addInput(input ?? process.stdin);
    else for (const file of await listFiles(locate(path, position), position)) await reading.addFile(file);
  }
  return reading.finish();
}

function locate(path: string, position: Position | undefined): string {
  return position === undefined || isAbsolute(path) ? normalize(path) : join(dirname(position.file), path);
}

class Reading {
  readonly #objects: SourceObject[] = [];
  readonly #files: ManifestFile[] = [];
  readonly #seen = new Set<string>();
  readonly #skipped: string[] = [];
  #hasKustomization = false;

  async addInput(input: Input): Promise<void> {
    if (this.#seen.has(STDIN)) return;
    this.#seen.add(STDIN);
    await this.#addStream(input, 'stdin');
  }

  async #addStream(input: Input, name: string): Promise<void> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of input) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      length += bytes.length;
      refuseLarge(length, name);
      chunks.push(bytes);
    }
    if (chunks.every(isBlank)) throw nothingCame(name);
    this.#add(Buffer.concat(chunks), name);
  }

  async addFile(path: string): Promise<void> {
    const info = await orUnreadable(path, stat(path));
    // A pipe or a device has no place of its own, and no size.
    if (!info.isFile()) return orUnreadable(path, this.#addStream(createReadStream(path), path));
    const real = await orUnreadable(path, realpath(path));
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    refuseLarge(info.size, path);
    this.#add(await orUnreadable(path, readFile(path)), path);
  }

  #add(bytes: Uint8Array, path: string): void {
    if (KUSTOMIZATION.test(basename(path))) this.#hasKustomization = true;
    const text = decode(bytes, path);
    const objects = text === undefined ? undefined : readDocuments(text, path);
    if (objects === undefined) {
      this.#skipped.push(path);
      return;
    }
    this.#files.push({ path, sha256: sha256(bytes) });
    // One by one: spreading a list of 100,000 into arguments overflows the stack.
    for (const object of objects) this.#objects.push(object);
  }

  finish(): ReadManifests {
    const inventory = this.#build();
    const notes = [...this.#notes(), ...inventory.notes];
    return { inventory: { ...inventory, notes }, files: this.#files };
  }

  #build(): Inventory {
    try {
      return buildInventory(this.#objects);
    } catch (error) {
      // Patches look like objects that are incomplete, or that contradict what they patch.
      if (!(error instanceof MayreachError) || !this.#hasKustomization) throw error;
      const { message, code, position } = error;
      const hint =
        'There is a kustomization among the files: build it, as in `kubectl kustomize … | mayreach run --manifests - …`.';
      throw new MayreachError(message, { code, position, hint, cause: error });
    }
  }

  #notes(): Note[] {
    if (this.#skipped.length === 0) return this.#files.length > 0 ? [] : [{ text: 'no manifests found' }];
    const others = this.#skipped.length - MOST_NAMED;
    const named = this.#skipped.slice(0, MOST_NAMED).join(', ');
    return [{ text: `skipped, no Kubernetes objects in them: ${named}${others > 0 ? ` and ${others} more` : ''}` }];
  }
}

function isBlank(chunk: Uint8Array): boolean {
  return chunk.every((byte) => byte <= 0x20);
}

/** Whoever writes into a pipe and fails leaves it empty, and a shell without `pipefail` tells nobody. */
function nothingCame(name: string): MayreachError {
  return new MayreachError('nothing came, and manifests were to be read from there', {
    code: 'MANIFEST_INVALID',
    position: { file: name, line: 0, column: 0 },
    hint: 'Look at what writes there: it may have failed.',
  });
}

function refuseLarge(bytes: number, file: string): void {
  if (bytes <= MAX_BYTES) return;
  throw new MayreachError(`${file} has more than ${MAX_BYTES / 2 ** 20} MiB`, {
    code: 'INPUT_TOO_LARGE',
    position: { file, line: 0, column: 0 },
    hint: 'Split it, or leave out what is no manifest.',
  });
}
