// Compiles src/ to dist/, and makes the command executable. `--if-stale`: only if something changed since.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, rmSync, statSync } from 'node:fs';

// npx runs `prepare` before it runs the checkout's own command: it must not wait for a build that is there.
if (process.argv.includes('--if-stale') && !isStale()) process.exit();

rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit', shell: process.platform === 'win32' });
// As it is, not as the compiler would print it: its hash is in the evidence.
copyFileSync('src/harness/probe/agent/agent.js', 'dist/harness/probe/agent/agent.js');
chmodSync('dist/cli/main.js', 0o755);

/** Folders count as well: a file that is gone changes its folder. */
function isStale() {
  const built = statSync('dist/cli/main.js', { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync('src', { recursive: true }).map((name) => `src/${name}`);
  const inputs = ['src', 'scripts/build.mjs', 'tsconfig.json', 'tsconfig.build.json', ...sources];
  return inputs.some((path) => statSync(path).mtimeMs > built);
}
