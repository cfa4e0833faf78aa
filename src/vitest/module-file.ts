import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a module of this folder by its name without extension: `.ts` in a checkout, `.js` in the package. */
export function moduleFile(name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url));
}
