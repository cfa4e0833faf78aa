import type { JudgedMutant, MutationResult } from '../../harness/mutate/model.ts';
import { casesYaml } from './yaml.ts';

/** The result for programs. Fields may be added under this version. */
export function mutationJson({ mutants, killed, survived, score, cases, blind }: MutationResult): string {
  const count = (outcome: JudgedMutant['outcome']): number => mutants.filter((one) => one.outcome === outcome).length;
  const result = {
    schema: 'mayreach.mutation/v1',
    score: score === null ? null : Math.floor(score * 10) / 10,
    killed,
    survived,
    equivalent: count('equivalent'),
    unknown: count('unknown'),
    mutants: mutants.map(mutantJson),
    cases: cases.map((one) => ({ ...one, yaml: casesYaml([one], '').join('\n') })),
    notMet: blind,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

function mutantJson(judged: JudgedMutant): Record<string, unknown> {
  const { mutant, outcome } = judged;
  const { kind, policy, description, position } = mutant;
  const about = { policy: policy.name, kind, description, position, outcome };
  switch (judged.outcome) {
    case 'killed':
      return { ...about, killedBy: judged.by };
    case 'survived':
      return { ...about, change: changeJson(judged.change), caughtBy: judged.caughtBy.id };
    case 'equivalent':
    case 'unknown':
      return { ...about, why: judged.why };
  }
}

type Survivor = JudgedMutant & { readonly outcome: 'survived' };

function changeJson({ from, to, opened, closed }: Survivor['change']): Record<string, unknown> {
  return {
    from: endNames(from),
    to: endNames(to),
    ...(opened.isEmpty ? {} : { opened: opened.format() }),
    ...(closed.isEmpty ? {} : { closed: closed.format() }),
  };
}

/** The workload's id, or address ranges as the matrix has them. */
export function endNames(end: Survivor['change']['from']): string {
  return end.kind === 'workload' ? end.workload.id : end.addresses.ranges().join(', ');
}
