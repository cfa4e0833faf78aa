import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve, relative } from 'node:path';
import { checkRun, parseRequirements } from '../requirements/index.ts';
import type { RequirementSet } from '../requirements/model.ts';
import type { ManifestPath } from '../harness/run/options.ts';
import { MayreachError } from '../source/error.ts';
import { nearest } from '../source/suggest.ts';
import { urlInPlaceOfPath } from '../source/url.ts';

/** What the PATH arguments and `--manifests` come to. */
export interface Input {
  readonly sets: readonly RequirementSet[];
  readonly manifests: readonly ManifestPath[];
}

const REQUIREMENT_FILE = /\.reach\.ya?ml$/;

/** A file is requirements by its ending; any other YAML or JSON is manifests. */
export function isRequirementFile(path: string): boolean {
  return REQUIREMENT_FILE.test(path);
}

/**
 * A PATH is a requirement file or a folder; a folder without requirement files is manifests.
 * @throws MayreachError FILE_NOT_FOUND, FILE_UNREADABLE, and what the requirement files are found guilty of
 */
export async function readInput(paths: readonly string[], manifests: readonly string[]): Promise<Input> {
  const files: string[] = [];
  const folders: ManifestPath[] = manifests.map((path) => ({ path }));
  for (const path of paths) {
    const found = path === '-' ? [] : await requirementFiles(path);
    if (found.length > 0) files.push(...found);
    else folders.push({ path });
  }
  const sets = (await Promise.all([...new Set(files)].map(readSets))).flat();
  checkRun(sets);
  return { sets, manifests: manifestPaths(folders, sets) };
}

/** The paths, and those that the sets name: each place once. */
export function manifestPaths(
  paths: readonly ManifestPath[],
  sets: readonly RequirementSet[],
): readonly ManifestPath[] {
  return unique([...paths, ...sets.flatMap((set) => set.manifests)]);
}

async function requirementFiles(path: string): Promise<readonly string[]> {
  const facts = await stat(path).catch(async (cause: unknown) => {
    throw await notFound(path, cause);
  });
  // Besides files, a shell's `<(helm template …)` is a pipe with a name.
  if (!facts.isDirectory()) return isRequirementFile(path) ? [path] : [];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && isRequirementFile(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(path, file).split(/[\\/]/).some(isPassedOver))
    .sort();
}

function isPassedOver(segment: string): boolean {
  return segment === 'node_modules' || (segment.startsWith('.') && segment.length > 1);
}

async function readSets(file: string): Promise<readonly RequirementSet[]> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new MayreachError(`cannot read ${file}`, { code: 'FILE_UNREADABLE', hint: 'Check its permissions', cause });
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return parseRequirements(utf8(bytes, file), file).map((set) => ({ ...set, sha256 }));
}

/** As vitest reads it: UTF-8, its byte order mark kept. Other bytes would come to other words than were written. */
function utf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new MayreachError(`${file} is not text in UTF-8`, {
      code: 'FILE_UNREADABLE',
      hint: 'Save it as UTF-8 (in Windows PowerShell, `>` writes UTF-16).',
      cause,
    });
  }
}

/** One folder that two files name is read once. A path in a file is relative to the file; `-` is stdin everywhere. */
function unique(paths: readonly ManifestPath[]): readonly ManifestPath[] {
  const place = ({ path, position }: ManifestPath): string =>
    path === '-' ? path : resolve(position === undefined ? '.' : dirname(position.file), path);
  return [...new Map(paths.map((entry) => [place(entry), entry])).values()];
}

async function notFound(path: string, cause: unknown): Promise<MayreachError> {
  const siblings = await readdir(dirname(resolve(path))).catch(() => []);
  const near = nearest(path.split(/[\\/]/).at(-1) ?? path, siblings);
  const url = urlInPlaceOfPath(path);
  const other =
    near === undefined ? 'Name a *.reach.yaml file or a folder.' : `Did you mean ${join(dirname(path), near)}?`;
  return new MayreachError(url?.message ?? `there is no ${path}`, {
    code: 'FILE_NOT_FOUND',
    hint: url?.hint ?? other,
    cause,
  });
}
