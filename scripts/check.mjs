// Everything that can be checked without running the product. Every step runs, so one call shows all that is wrong.
import { spawnSync } from 'node:child_process';

const steps = [
  ['types', 'tsc', '--noEmit'],
  ['lint', 'eslint', '.'],
  ['format', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['imports', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src'],
];

let failed = 0;
for (const [name, command, ...args] of steps) {
  console.log(`check: ${name}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) {
    failed += 1;
    console.error(`check: ${name} failed${error ? `: ${error.message}` : ''}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
