import type { JudgedMutant, MutationResult } from '../../harness/mutate/model.ts';
import { formatPosition } from '../../source/position.ts';
import { count, list } from '../../suites/wording.ts';
import { printable, printableLine } from '../printable.ts';
import { painter, wrap, type Paint, type TerminalOptions } from '../terminal/style.ts';
import { endNames } from './json.ts';
import { casesYaml } from './yaml.ts';

/** The result for people: each survivor, the cases that would catch them, and the score in the last line. */
export function mutationText(result: MutationResult, options: TerminalOptions): string {
  const paint = painter(options.color);
  const lines = [
    ...blindLines(result, paint),
    ...survivorLines(result, options, paint),
    ...caseLines(result, paint),
    ...unknownLines(result, options, paint),
    scoreLine(result, paint),
  ];
  return `${lines.join('\n')}\n`;
}

function blindLines({ blind }: MutationResult, paint: Paint): readonly string[] {
  if (blind.length === 0) return [];
  const ids = list(
    blind.map(({ id }) => printableLine(id)),
    5,
  );
  const verb = blind.length === 1 ? 'is' : 'are';
  return [paint('yellow', `! ${ids} ${verb} not met by the policies as they are, and can notice nothing`), ''];
}

type Survivor = JudgedMutant & { readonly outcome: 'survived' };

function survivorLines({ mutants }: MutationResult, options: TerminalOptions, paint: Paint): readonly string[] {
  const survivors = mutants.filter((one): one is Survivor => one.outcome === 'survived');
  if (survivors.length === 0) return [];
  return [
    paint('bold', 'No requirement notices'),
    '',
    ...survivors.flatMap(({ mutant, change, caughtBy }) => {
      const effect = `${changeText(change)}: ${caughtBy.id} would notice`;
      return [
        ...mutantLines(mutant, options, paint),
        ...wrap(printableLine(effect), options, 4).map((line) => `    ${paint('dim', line)}`),
      ];
    }),
    '',
  ];
}

/** Where it is, and what it is. */
function mutantLines(
  { policy: { kind, name }, description, position }: JudgedMutant['mutant'],
  options: TerminalOptions,
  paint: Paint,
  indent = 2,
): readonly string[] {
  const [start, inner] = [' '.repeat(indent), ' '.repeat(indent + 2)];
  const what = `${kind === 'NetworkPolicy' ? 'policy ' : ''}${name}, ${description}`;
  return [
    `${start}${paint('dim', printableLine(formatPosition(position)))}`,
    ...wrap(printableLine(what), options, inner.length).map((line) => `${inner}${line}`),
  ];
}

function changeText({ from, to, opened, closed }: Survivor['change']): string {
  const does = opened.isEmpty ? 'no longer reaches' : 'then reaches';
  const set = opened.isEmpty ? closed : opened;
  const on = set.isAll ? 'every protocol and port' : set.format();
  return `${endText(from)} ${does} ${endText(to)} on ${on}`;
}

const WHOLE = '0.0.0.0-255.255.255.255';

function endText(end: Survivor['change']['from']): string {
  const names = endNames(end);
  return names === WHOLE ? 'every IPv4 address' : list(names.split(', '));
}

function caseLines({ cases }: MutationResult, paint: Paint): readonly string[] {
  if (cases.length === 0) return [];
  const title = `${count(cases.length, 'case')} that would, to go under \`cases:\` where ${cases.length === 1 ? 'it is' : 'they are'} meant`;
  return [paint('bold', title), '', ...casesYaml(cases, '  ').map(printable), ''];
}

type Unknown = JudgedMutant & { readonly outcome: 'unknown' };

function unknownLines({ mutants }: MutationResult, options: TerminalOptions, paint: Paint): readonly string[] {
  const unknown = mutants.filter((one): one is Unknown => one.outcome === 'unknown');
  if (unknown.length === 0) return [];
  return [
    paint('yellow', `! not judged, and not counted: what ${count(unknown.length, 'mutant')} would change is not known`),
    '',
    ...[...Map.groupBy(unknown, ({ why }) => why)].flatMap(([why, all]) => [
      ...wrap(printableLine(why), options, 2).map((line) => `  ${line}`),
      ...all.flatMap(({ mutant }) => mutantLines(mutant, options, paint, 4)),
      '',
    ]),
  ];
}

function scoreLine({ mutants, killed, survived, score }: MutationResult, paint: Paint): string {
  const equivalent = mutants.filter(({ outcome }) => outcome === 'equivalent').length;
  const rest = `${count(equivalent, 'mutant')} of ${mutants.length.toLocaleString('en-US')} ${equivalent === 1 ? 'changes' : 'change'} nothing and ${equivalent === 1 ? 'is' : 'are'} not counted`;
  if (score === null) return `${paint(['bold', 'yellow'], 'no score')}  ${rest}`;
  const color = survived === 0 ? 'green' : 'yellow';
  const head = paint(['bold', color], `mutation score ${Math.floor(score)} %`);
  return `${head}  ${killed.toLocaleString('en-US')} of ${count(killed + survived, 'mutant')} noticed  ${paint('dim', `(${rest})`)}`;
}
