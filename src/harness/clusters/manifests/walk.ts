import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { MayreachError } from '../../../source/error.ts';
import type { Position } from '../../../source/position.ts';
import { didYouMean } from '../../../source/suggest.ts';
import { urlInPlaceOfPath } from '../../../source/url.ts';

const EXTENSIONS = ['.yaml', '.yml', '.json'];
const REQUIREMENTS = /\.reach\.ya?ml$/i;
/** Besides hidden ones: folders of which no file is a manifest that somebody wrote. */
const SKIPPED_FOLDERS = ['node_modules', 'mayreach-report'];

/**
 * The manifest files at `path`: itself, or all below a folder, sorted, each once however many links lead to it.
 * Hidden files and folders, `node_modules`, reports and requirement files are left out.
 * @throws MayreachError FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function listFiles(path: string, namedAt?: Position): Promise<string[]> {
  const info = await inspect(path, namedAt);
  if (!info.isDirectory()) return [path];
  const files: string[] = [];
  await collect(path, new Set(), files);
  return files;
}

async function collect(folder: string, visited: Set<string>, files: string[]): Promise<void> {
  const real = await realpath(folder);
  if (visited.has(real)) return;
  visited.add(real);
  const names = await orUnreadable(folder, readdir(folder));
  for (const name of names.sort()) {
    if (name.startsWith('.') || SKIPPED_FOLDERS.includes(name)) continue;
    const path = join(folder, name);
    const info = await inspect(path);
    if (info.isDirectory()) await collect(path, visited, files);
    else if (EXTENSIONS.includes(extname(name).toLowerCase()) && !REQUIREMENTS.test(name)) files.push(path);
  }
}

async function inspect(path: string, namedAt?: Position): ReturnType<typeof stat> {
  try {
    return await stat(path);
  } catch (error) {
    if (!isMissing(error)) return orUnreadable(path, Promise.reject(error as Error));
    const url = urlInPlaceOfPath(path);
    throw new MayreachError(url?.message ?? `${path} does not exist`, {
      code: 'FILE_NOT_FOUND',
      position: namedAt,
      hint: url?.hint ?? (await suggest(path)) ?? 'Name a file or a folder with manifests, or - for stdin.',
      cause: error,
    });
  }
}

/** The nearest name in the folder that does exist. */
async function suggest(path: string): Promise<string | undefined> {
  const folder = dirname(path);
  try {
    return didYouMean(
      basename(path),
      (await readdir(folder)).filter((name) => !name.startsWith('.')),
    );
  } catch (error) {
    if (!isMissing(error)) return undefined;
    return folder === path ? undefined : ((await suggest(folder)) ?? `The folder ${folder} does not exist either.`);
  }
}

/** @throws MayreachError FILE_UNREADABLE in place of what the system said */
export async function orUnreadable<Result>(path: string, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof MayreachError) throw error;
    throw new MayreachError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'FILE_UNREADABLE',
      cause: error,
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
