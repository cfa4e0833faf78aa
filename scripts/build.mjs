// Compiles src/ to dist/ as the library, and bundles the command. `--if-stale`: only if something changed since.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { bundleCommand } from './bundle.mjs';

const COMMAND = 'dist/bin/mayreach.js';

// npx runs `prepare` before it runs the checkout's own command: it must not wait for a build that is there.
if (process.argv.includes('--if-stale') && !isStale()) process.exit();

rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit', shell: process.platform === 'win32' });
// As it is, not as the compiler would print it: its hash is in the evidence.
copyFileSync('src/harness/probe/agent/agent.js', 'dist/harness/probe/agent/agent.js');
await bundleCommand('dist/bin');
chmodSync(COMMAND, 0o755);

/** Folders count as well: a file that is gone changes its folder. The lock: what is bundled besides src. */
function isStale() {
  const built = statSync(COMMAND, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync('src', { recursive: true }).map((name) => `src/${name}`);
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  const inputs = ['src', 'scripts/build.mjs', 'scripts/bundle.mjs', ...settings, ...sources];
  return inputs.some((path) => statSync(path).mtimeMs > built);
}
