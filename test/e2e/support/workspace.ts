import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of a test's own with a requirement file and, where there are any, manifests. */
export interface Workspace {
  readonly folder: string;
  readonly requirements: string;
  /** Where reports may go. */
  readonly out: string;
  remove(): void;
}

/** Writes the files. Manifests land in one file, `manifests/all.yaml`, that the requirement file may name. */
export function workspace(requirements: string, manifests: readonly string[] = []): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'mayreach-e2e-'));
  const file = join(folder, 'net.reach.yaml');
  writeFileSync(file, requirements);
  mkdirSync(join(folder, 'manifests'));
  writeFileSync(join(folder, 'manifests', 'all.yaml'), manifests.map((text) => text.trim()).join('\n---\n'));
  return {
    folder,
    requirements: file,
    out: join(folder, 'report'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
