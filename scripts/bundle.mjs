// Bundles the command: 450 files of ours and 1,500 of its dependencies take a second and a half to load, these few a
// third of that. The library, which others load a part of, stays as it is compiled.
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Not bundled: what is loaded for an ephemeral cluster only, and has native parts. */
const EXTERNAL = /testcontainers/u;
/** Its modules do nothing but define what others may ask for: what nobody asks for is left out. */
const WITHOUT_EFFECTS = /[/\\]node_modules[/\\]@kubernetes[/\\]client-node[/\\]/u;

/** Writes `folder`/mayreach.js and what it loads. */
export async function bundleCommand(folder) {
  const bundle = await rolldown({
    input: { mayreach: 'src/cli/main.ts' },
    platform: 'node',
    external: EXTERNAL,
    treeshake: { moduleSideEffects: [{ test: WITHOUT_EFFECTS, sideEffects: false }] },
  });
  const { output } = await bundle.write({ dir: folder, entryFileNames: '[name].js', chunkFileNames: '[name].js' });
  await bundle.close();
  // Beside the module that reads it, as in the sources. As it is: its hash is in the evidence.
  copyFileSync('src/harness/probe/agent/agent.js', join(folder, 'agent.js'));
  writeFileSync(join(folder, 'LICENSES.txt'), licenses(output.flatMap(({ moduleIds = [] }) => moduleIds)));
}

/** The licenses of everything that is bundled and not ours. */
function licenses(modules) {
  const inPackage = /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/u;
  const folders = new Set(modules.flatMap((id) => inPackage.exec(id)?.[0] ?? []));
  return [...folders].sort().map(licenseOf).join('\n');
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/iu.test(entry));
  const text = file !== undefined && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '';
  return `${name} ${version}, ${license}\n\n${text.trim()}\n\n${'-'.repeat(80)}\n`;
}
