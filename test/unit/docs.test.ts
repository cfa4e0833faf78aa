import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const pages = ['README.md', 'CONTRIBUTING.md', 'examples/README.md']
  .concat(readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`))
  .filter((name) => name.endsWith('.md'));

describe('what the documents say is still so', () => {
  test('snippets are cut from files that tests run', () => {
    const snippets = [
      ...read('README.md').matchAll(/<!-- cut from (?<file>\S+) -->\n```\w+\n(?<text>[\s\S]*?)```/gu),
    ].map(({ groups }) => ({ file: groups?.['file'] ?? '', text: groups?.['text'] ?? '' }));
    expect(snippets.length).toBeGreaterThan(0);
    for (const { file, text } of snippets) expect(read(file), file).toContain(text);
  });

  test('each error code has its line in docs/errors.md, and no other has', () => {
    const codes = [...read('src/source/error.ts').matchAll(/^ {2}\| '(\w+)'/gmu)].map(([, code]) => code);
    const documented = [...read('docs/errors.md').matchAll(/^\| `(\w+)` \|/gmu)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    expect(documented).toEqual(codes);
  });

  test.each(pages)('%s links to places that are there', (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)(?<file>[^)#]*)(?:#(?<anchor>[^)]*))?\)/gu)];
    for (const { groups } of targets) {
      const file = groups?.['file'] ? path.join(path.dirname(page), groups['file']) : page;
      expect(existsSync(path.join(root, file)), `${page} -> ${file}`).toBe(true);
      const anchor = groups?.['anchor'];
      if (anchor !== undefined) expect(anchorsOf(read(file)), `${page} -> ${file}`).toContain(anchor);
    }
  });
});

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gmu)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
