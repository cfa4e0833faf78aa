import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Evidence } from '../harness/evidence/schema.ts';
import { MayreachError } from '../source/error.ts';
import { evidenceJson } from './evidence-json.ts';
import { htmlReport } from './html/report.ts';
import { junitXml } from './junit.ts';

/** Pieces are gathered to this many characters before they are written. */
const BUFFER = 1 << 20;

export interface WrittenFile {
  readonly path: string;
  /** Hex, of the bytes as written. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Writes `evidence.json`, `junit.xml` and `report.html` into the folder, which is made if it is not there.
 * Each file is whole or, if something fails, as it was before. Throws REPORT_UNWRITABLE with the path.
 */
export async function writeReports(evidence: Evidence, folder: string): Promise<WrittenFile[]> {
  const [record, junit] = await Promise.all([
    writeAtomically(join(folder, 'evidence.json'), evidenceJson(evidence)),
    writeAtomically(join(folder, 'junit.xml'), junitXml(evidence)),
  ]);
  return [
    record,
    junit,
    await writeAtomically(join(folder, 'report.html'), htmlReport(evidence, { evidenceSha256: record.sha256 })),
  ];
}

/** Writes the pieces to a temporary file beside `path` and renames it: nobody ever reads half a report. */
export async function writeAtomically(path: string, pieces: Iterable<string>): Promise<WrittenFile> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await makeFolder(folder);
    const { sha256, bytes } = await writePieces(temporary, pieces);
    await rename(temporary, path);
    return { path, sha256, bytes };
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (!isSystemError(error)) throw error;
    throw new MayreachError(`cannot write ${path}: ${error.message}`, {
      code: 'REPORT_UNWRITABLE',
      hint: 'Name a folder that can be written with --out DIR.',
      cause: error,
    });
  }
}

/**
 * The folder, and those above it. Node's own `recursive` asks without end where a folder that is there takes none in it
 * (as in /proc, with ENOENT): here each is asked for once.
 */
async function makeFolder(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() === true) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch(async (error: unknown) => {
    // Another report of the same run may have made it meanwhile.
    if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) throw error;
  });
}

async function writePieces(path: string, pieces: Iterable<string>): Promise<Pick<WrittenFile, 'sha256' | 'bytes'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx');
  try {
    for (const chunk of gathered(pieces)) {
      const data = Buffer.from(chunk, 'utf8');
      hash.update(data);
      bytes += data.length;
      await file.writeFile(data);
    }
    // A rename must not become durable before the content that it names.
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

function* gathered(pieces: Iterable<string>): Generator<string> {
  let buffer: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    buffer.push(piece);
    length += piece.length;
    if (length >= BUFFER) {
      yield buffer.join('');
      [buffer, length] = [[], 0];
    }
  }
  if (length > 0) yield buffer.join('');
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
