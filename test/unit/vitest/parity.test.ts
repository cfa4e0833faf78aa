import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { evidenceSchema, type Evidence } from '../../../src/harness/evidence/schema.ts';
import type { CaseOutcome } from '../../../src/suites/model.ts';
import { suitesOf } from '../../../src/suites/suites.ts';
import { repository, run, runVitest } from './support/run-vitest.ts';

const out = mkdtempSync(path.join(tmpdir(), 'mayreach-parity-'));
afterAll(() => rmSync(out, { recursive: true }));

/** What vitest calls an outcome. */
const STATUS: Readonly<Record<CaseOutcome, string>> = {
  passed: 'passed',
  failed: 'failed',
  errored: 'failed',
  skipped: 'skipped',
};

async function byCommand(example: string): Promise<Evidence> {
  const folder = path.join(out, example);
  const { status, stderr } = await run(['src/cli/main.ts', 'run', `examples/${example}`, '--out', folder]);
  if (status === null || status > 2) throw new Error(stderr);
  return evidenceSchema.parse(JSON.parse(readFileSync(path.join(folder, 'evidence.json'), 'utf8')));
}

describe('the command and vitest say the same', () => {
  test.each(['shop', 'broken', 'online-boutique'])('of examples/%s', async (example) => {
    const evidence = await byCommand(example);
    const { tests, evidence: ofVitest } = await runVitest(path.join(repository, 'examples', example));

    const cases = suitesOf(evidence).flatMap((suite) =>
      suite.cases.map((entry) => ({
        ...entry,
        name: suite.id.startsWith('requirements/') ? entry.title : `${suite.title} > ${entry.title}`,
      })),
    );
    expect(cases.length).toBeGreaterThan(10);
    expect(Object.fromEntries([...tests].map(([name, { status }]) => [name, status]))).toEqual(
      Object.fromEntries(cases.map(({ name, outcome }) => [name, STATUS[outcome]])),
    );
    for (const { name, outcome, message, details } of cases.filter((entry) => STATUS[entry.outcome] === 'failed')) {
      const shown = tests.get(name)?.message ?? '';
      expect(shown).toContain(message);
      for (const line of details.slice(0, 3)) expect(shown).toContain(line);
      expect(shown).toContain(outcome === 'errored' ? 'Inconclusive:' : 'Violated:');
    }

    // The record is the same but for when, by what command and in what run it was made.
    expect({ ...ofVitest(), run: evidence.run }).toEqual(evidence);
  });
});
