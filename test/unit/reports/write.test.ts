import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeAtomically, writeReports } from '../../../src/reports/write.ts';
import { mixed } from './fixtures/mixed.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mayreach-write-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function* failing(): Generator<string> {
  yield 'half a report';
  throw new Error('a defect of a report');
}

describe('writeAtomically', () => {
  it('writes every piece and says what it wrote', async () => {
    const path = join(folder, 'new', 'file.txt');
    const pieces = Array.from({ length: 3000 }, (_, n) => `${n} ä `.repeat(200));
    const written = await writeAtomically(path, pieces);
    const content = await readFile(path);
    expect(content.toString()).toBe(pieces.join(''));
    expect(written).toEqual({
      path,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
  });

  it('leaves the file before, and nothing else, when a report fails half way', async () => {
    const path = join(folder, 'report.html');
    await writeFile(path, 'the run before');
    await expect(writeAtomically(path, failing())).rejects.toThrow('a defect of a report');
    expect(await readFile(path, 'utf8')).toBe('the run before');
    expect(await readdir(folder)).toEqual(['report.html']);
  });

  it('names the path that cannot be written', async () => {
    await writeFile(join(folder, 'taken'), '');
    const path = join(folder, 'taken', 'evidence.json');
    await expect(writeAtomically(path, ['x'])).rejects.toMatchObject({
      code: 'REPORT_UNWRITABLE',
      message: expect.stringContaining(path) as string,
    });
  });
});

describe('writeAtomically in folders', () => {
  it('makes those that are missing, for all reports at once', async () => {
    const made = join(folder, 'a', 'b');
    await Promise.all(['x', 'y', 'z'].map((name) => writeAtomically(join(made, name), [name])));
    expect((await readdir(made)).sort()).toEqual(['x', 'y', 'z']);
  });

  it.runIf(process.platform === 'linux')('gives up where a folder that is there takes none in it', async () => {
    await expect(writeAtomically('/proc/mayreach/evidence.json', ['x'])).rejects.toMatchObject({
      code: 'REPORT_UNWRITABLE',
      message: expect.stringContaining('/proc/mayreach/evidence.json') as string,
    });
  });
});

describe('writeReports', () => {
  it('writes the three files, and the page carries the hash of the record', async () => {
    const written = await writeReports(mixed(), folder);
    expect((await readdir(folder)).sort()).toEqual(['evidence.json', 'junit.xml', 'report.html']);
    expect(written.map(({ path }) => path)).toEqual(
      ['evidence.json', 'junit.xml', 'report.html'].map((name) => join(folder, name)),
    );
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain(written[0]?.sha256);
  });
});
