import type { Evidence } from '../harness/evidence/schema.ts';
import { coverageSuites } from './coverage.ts';
import type { Suite, SuiteCase } from './model.ts';
import { requirementSuites } from './requirements.ts';

/** Each makes suites of the evidence; a step of the audit is one more entry. */
const MAKERS: readonly ((evidence: Evidence) => Suite[])[] = [requirementSuites, coverageSuites];

/**
 * The cases of a run, for every front end alike. Ids and titles are unique over all suites: GitLab drops the second
 * of two cases that share a name.
 */
export function suitesOf(evidence: Evidence): Suite[] {
  const ids = new Set<string>();
  const titles = new Set<string>();
  const unique = (entry: SuiteCase): SuiteCase => ({
    ...entry,
    id: distinct(entry.id, ids),
    title: distinct(entry.title, titles),
  });
  return MAKERS.flatMap((make) => make(evidence)).map((suite) => ({ ...suite, cases: suite.cases.map(unique) }));
}

function distinct(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name} (${n})`;
  taken.add(free);
  return free;
}
