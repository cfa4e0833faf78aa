import { resolve } from 'node:path';
import { MayreachError } from '../../source/error.ts';
import type { Position } from '../../source/position.ts';
import type { SuiteCase } from '../../suites/model.ts';
import type { FileCases, HostSettings, Questions, Refusal } from '../channel.ts';
import type { Judged, Judging } from './judging.ts';

type What = keyof Questions;
/** What a worker sends; it is one of ours, of the same version. */
export type Question = { [K in What]: { readonly what: K; readonly asks: Questions[K]['asks'] } }[What];

/** The answer to a question, judging first if nobody has asked before. */
export async function answer(
  question: Question,
  settings: HostSettings,
  run: { readonly begin: () => Judging; readonly begun: Judging | undefined },
): Promise<Questions[What]['answer']> {
  switch (question.what) {
    case 'cases':
      return casesOf(await run.begin().judged, settings, question.asks.file);
    case 'judge':
      return withoutReplay(placed(await run.begin().judge(question.asks.requirement)));
    case 'ready':
      await run.begin().judged;
      return null;
    case 'evidence': {
      const judged = await run.begun?.judged.catch(() => undefined);
      return judged === undefined ? null : { evidence: judged.evidence, files: judged.files };
    }
  }
}

function casesOf({ suites }: Judged, { paths }: HostSettings, file: string): FileCases {
  const [ofFiles, ofRun] = [true, false].map((wanted) =>
    suites.filter(({ id }) => id.startsWith('requirements/') === wanted),
  );
  const cases = (ofFiles ?? []).flatMap((suite) => suite.cases.map(placed));
  const [first] = paths;
  const isFirst = first !== undefined && resolve(first) === file;
  return {
    cases: cases.filter(({ position }) => position?.file === file),
    others: isFirst ? (ofRun ?? []).map((suite) => ({ ...suite, cases: suite.cases.map(placed) })) : [],
  };
}

function placed(entry: SuiteCase): SuiteCase {
  const { position } = entry;
  return position === undefined ? entry : { ...entry, position: absolute(position) };
}

/** No command repeats what only a test says. */
function withoutReplay(entry: SuiteCase): SuiteCase {
  return { ...entry, details: entry.details.filter((line) => !line.startsWith('replay: ')) };
}

/** Workers may have another working directory. What is no file, as stdin and live objects, has line 0 or no path. */
function absolute(position: Position): Position {
  return position.line === 0 || position.file === 'stdin' ? position : { ...position, file: resolve(position.file) };
}

/** What a worker can throw: for what a user can mend, the words of the command line. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof MayreachError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name: 'Error', text: `a defect of mayreach itself, please report it [INTERNAL]\n${text}` };
  }
  const { name, position } = error;
  const text = error.format();
  return position === undefined ? { name, text } : { name, text, position: absolute(position) };
}
