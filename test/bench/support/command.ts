import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const MAIN = join(ROOT, 'dist/bin/mayreach.js');

/** The compiled command, as users run it; compiled anew where a source is newer. */
export function compiledCommand(): string {
  if (isStale())
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  return MAIN;
}

function isStale(): boolean {
  const built = statSync(MAIN, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return globSync('src/**/*.{ts,js}', { cwd: ROOT }).some((file) => statSync(join(ROOT, file)).mtimeMs > built);
}
