import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder that this code runs from: `dist` of the package, `src` of a checkout. */
const OWN = fileURLToPath(new URL('..', import.meta.url));

/**
 * SHA-256, in hex, over the tool's own code as it lies on the disk. It is that of the lines `sha256sum` prints for the
 * files, sorted by their names as bytes: anybody can repeat it with a shell.
 */
export function toolSha256(folder = OWN): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.[jt]s$/u.test(name) && !name.endsWith('.d.ts'));
  const lines = names.sort().map((name) => `${sha256(readFileSync(`${folder}/${name}`))}  ./${name}\n`);
  return sha256(lines.join(''));
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
