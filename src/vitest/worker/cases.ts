import { describe, inject, test, type TestContext } from 'vitest';
import type { SuiteCase } from '../../suites/model.ts';
import { ask } from '../client.ts';
import { caseError } from '../failure.ts';

/** The body of a test that shows what a case came to. */
export type ShowCase = (context: TestContext) => void;

/** What the module that is made of a requirement file needs: its cases, already judged. */
export interface JudgedFile {
  /** The case that stands at a place of the file. */
  at(line: number, column: number): ShowCase;
  /** Registers the cases of the run that no line makes, such as coverage, if they are this file's to show. */
  others(): void;
}

/** @throws Error before any test, if the run could not judge: vitest shows it as the file's own failure */
export async function judgedFile(file: string): Promise<JudgedFile> {
  const { cases, others } = await ask(inject('mayreach'), 'cases', { file });
  const places = new Map(cases.map((entry) => [placeOf(entry), entry]));
  return {
    at: (line, column) => show(places.get(`${line}:${column}`)),
    others: () => {
      for (const { title, cases: own } of others) {
        describe(title, () => {
          for (const entry of own) test(entry.title, show(entry));
        });
      }
    },
  };
}

function placeOf({ position }: SuiteCase): string {
  return position === undefined ? '' : `${position.line}:${position.column}`;
}

/** A look-up: everything was measured before the first test began. */
function show(entry: SuiteCase | undefined): ShowCase {
  return (context) => {
    if (entry === undefined) throw new Error('the file changed while it was judged: run it again');
    if (entry.outcome === 'skipped') context.skip(entry.message);
    if (entry.outcome !== 'passed') throw caseError(entry);
  };
}
