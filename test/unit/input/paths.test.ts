import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInput } from '../../../src/input/paths.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mayreach-input-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('a PATH', () => {
  it('is requirements or manifests, by the name of a file and by what a folder holds', async () => {
    const file = join(folder, 'a.reach.yaml');
    const text =
      'requirements: a\nmanifests: ./k8s\ncases: [{id: A-1, from: a/b, mayReach: a/c, on: [80], because: x}]\n';
    await writeFile(file, text);
    for (const path of [file, folder]) {
      const { sets, manifests } = await readInput([path], []);
      expect(sets.map(({ name }) => name)).toEqual(['a']);
      expect(sets[0]?.sha256).toBe(createHash('sha256').update(text).digest('hex'));
      expect(manifests.map(({ path: named }) => named)).toEqual(['./k8s']);
    }
    const other = join(folder, 'p.yaml');
    await writeFile(other, '');
    expect(await readInput([other], [])).toEqual({ sets: [], manifests: [{ path: other }] });
  });

  it('is read as UTF-8, and refused in another encoding', async () => {
    const file = join(folder, 'a.reach.yaml');
    const text = 'requirements: caf\u00e9\naudit: {defaultDeny: [ingress]}\n';
    await writeFile(file, `\uFEFF${text}`);
    expect((await readInput([file], [])).sets.map(({ name }) => name)).toEqual(['caf\u00e9']);
    for (const bytes of [Buffer.from(text, 'latin1'), Buffer.from(`\uFEFF${text}`, 'utf16le')]) {
      await writeFile(file, bytes);
      await expect(readInput([file], [])).rejects.toMatchObject({
        code: 'FILE_UNREADABLE',
        message: `${file} is not text in UTF-8`,
      });
    }
  });

  it('may be stdin, or anything else that can be read', async () => {
    const { manifests } = await readInput(['-', '/dev/null'], ['-']);
    expect(manifests.map(({ path }) => path)).toEqual(['-', '/dev/null']);
  });

  it('that is not there is named, with the nearest that is', async () => {
    await writeFile(join(folder, 'web.yaml'), '');
    await expect(readInput([join(folder, 'wep.yaml')], [])).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      hint: `Did you mean ${join(folder, 'web.yaml')}?`,
    });
  });
});
