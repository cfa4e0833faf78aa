import { describe, expect, it } from 'vitest';
import { evidenceSchema } from '../../../src/harness/evidence/schema.ts';
import { htmlReport } from '../../../src/reports/html/report.ts';
import { junitXml } from '../../../src/reports/junit.ts';
import { terminalSummary } from '../../../src/reports/terminal/summary.ts';
import { GOLDEN } from './fixtures/golden.ts';

// After a change that is meant: npx vitest run --project unit test/unit/reports/golden.test.ts -u, then read the diff.
function golden(name: string): string {
  return `../../golden/${name}`;
}

describe.each(Object.entries(GOLDEN))('%s', (name, evidence) => {
  it('is a record that the schema takes', () => {
    expect(evidenceSchema.safeParse(evidence).error).toBeUndefined();
  });

  it('in a terminal with colour', async () => {
    const text = terminalSummary(evidence, { color: true, width: 100, isTty: true });
    await expect(text).toMatchFileSnapshot(golden(`${name}.terminal.ansi`));
  });

  it('through a pipe', async () => {
    const text = terminalSummary(evidence, { color: false, width: 80, isTty: false });
    await expect(text).toMatchFileSnapshot(golden(`${name}.terminal.txt`));
  });

  it('as JUnit', async () => {
    await expect([...junitXml(evidence)].join('')).toMatchFileSnapshot(golden(`${name}.junit.xml`));
  });

  it('as HTML', async () => {
    const text = [...htmlReport(evidence, { evidenceSha256: 'e5'.repeat(32) })].join('');
    await expect(text).toMatchFileSnapshot(golden(`${name}.html`));
  });
});
