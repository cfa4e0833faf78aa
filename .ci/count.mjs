// One line for all suites: `N passed, N failed`. Usage: count.mjs FOLDER [FAILED-STEP...]
// Reads vitest's unit.json and e2e.json in FOLDER. A suite without a record, or one that failed without a failing
// test (a file that did not load, an error outside the tests), counts as one failure; so does any other failed step.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...failedSteps] = process.argv.slice(2);
const suites = ['unit', 'e2e'];
let passed = 0;
let failed = 0;

for (const suite of suites) {
  const { passed: good, failed: bad, skipped } = countSuite(suite);
  passed += good;
  failed += bad;
  console.log(`${suite}: ${good} passed, ${bad} failed, ${skipped} skipped`);
}
for (const step of failedSteps.filter((name) => !suites.includes(name))) {
  failed += 1;
  console.log(`${step}: failed`);
}
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

function countSuite(suite) {
  const file = join(folder, `${suite}.json`);
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  const notLoaded = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some(({ status: outcome }) => outcome === 'failed'),
  );
  const counted = numFailedTests + notLoaded.length;
  // A suite in which nothing passed did not run, whatever it says.
  const unexplained = counted === 0 && (failedSteps.includes(suite) || numPassedTests === 0);
  return { passed: numPassedTests, failed: counted + (unexplained ? 1 : 0), skipped: numPendingTests };
}
