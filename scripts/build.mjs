// Compiles src/ to dist/, and makes the command executable.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit', shell: process.platform === 'win32' });
// As it is, not as the compiler would print it: its hash is in the evidence.
copyFileSync('src/harness/probe/agent/agent.js', 'dist/harness/probe/agent/agent.js');
chmodSync('dist/cli/main.js', 0o755);

// npm links a package's commands for others, not for itself: without the link, npx would first install the checkout.
if (process.platform !== 'win32') {
  const link = 'node_modules/.bin/mayreach';
  mkdirSync('node_modules/.bin', { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../dist/cli/main.js', link);
}
