// Bundles the command: 450 files of ours and 900 of the Kubernetes client take a second and a half to load, these few a
// third of that. The library, which others load a part of, stays as it is compiled.
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { rolldown } from 'rolldown';

/** The one dependency that is bundled: of it the command needs a hundredth, and it has no way in to that alone. */
const BUNDLED = '@kubernetes/client-node';
/** Its models of every kind: no file does anything but define what others may ask for. */
const WITHOUT_EFFECTS = join(BUNDLED, 'dist', 'gen') + sep;

/** Writes `folder`/mayreach.js and what it loads. */
export async function bundleCommand(folder) {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const external = Object.keys(dependencies).filter((name) => name !== BUNDLED);
  const bundle = await rolldown({
    input: { mayreach: 'src/cli/main.ts' },
    platform: 'node',
    external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
    treeshake: { moduleSideEffects: (id) => !id.includes(WITHOUT_EFFECTS) },
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
