import type { Evidence, EvidenceCoverage, EvidenceFinding } from '../harness/evidence/schema.ts';
import { formatLine, type Position } from '../source/position.ts';
import type { CaseOutcome, Suite, SuiteCase } from './model.ts';
import { count, list } from './wording.ts';

type Direction = EvidenceCoverage['direction'];

/** What a case would say if no finding spoke of it. */
interface Judged {
  readonly outcome: CaseOutcome;
  readonly message?: string;
  readonly details: readonly string[];
  readonly position?: Position;
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/**
 * Coverage as cases: each namespace and each workload in each direction, each policy, and every finding that is not
 * about one of these. All are reported; a case fails only where one of its findings does.
 */
export function coverageSuites(evidence: Evidence): Suite[] {
  const findings = new FindingsByObject(evidence.findings);
  const suites: Suite[] = [
    { id: 'coverage/namespaces', title: 'Coverage of namespaces', cases: namespaceCases(evidence, findings) },
    { id: 'coverage/workloads', title: 'Coverage of workloads', cases: workloadCases(evidence, findings) },
    {
      id: 'coverage/policies',
      title: 'Policies that do something, for someone',
      cases: policyCases(evidence, findings),
    },
  ];
  suites.push({ id: 'findings', title: 'Other findings', cases: findings.rest().map(findingCase) });
  return suites.filter(({ cases }) => cases.length > 0);
}

function namespaceCases({ inventory, coverage }: Evidence, findings: FindingsByObject): SuiteCase[] {
  const rows = Map.groupBy(coverage, ({ namespace, direction }) => `${direction} ${namespace}`);
  const names = new Set([...inventory.namespaces.map(({ name }) => name), ...coverage.map((row) => row.namespace)]);
  return [...names].flatMap((name) =>
    DIRECTIONS.map((direction) =>
      weighed(
        {
          id: `coverage/namespaces/${name}/${direction}`,
          title: `namespace ${name}: every workload is isolated for ${direction}`,
          classname: 'mayreach.coverage.namespaces',
        },
        ofNamespace(rows.get(`${direction} ${name}`) ?? []),
        findings.take(name, direction),
      ),
    ),
  );
}

function ofNamespace(rows: readonly EvidenceCoverage[]): Judged {
  if (rows.length === 0) return { outcome: 'skipped', message: 'no workload runs in it', details: [] };
  const open = rows.filter((row) => ofWorkload(row).outcome !== 'passed' && !excepted(row));
  const details = [`${rows.length - open.length} of ${count(rows.length, 'workload')} isolated or excepted`];
  const placed = placeOf(open[0] ?? rows[0]);
  if (open.length === 0) return { outcome: 'passed', details, ...placed };
  const message = `not isolated: ${list(open.map(({ object }) => object))}`;
  const named = open.map(({ object }) => `not isolated: ${object}`);
  return { outcome: 'skipped', message, details: [...details, ...named], ...placed };
}

function workloadCases({ coverage }: Evidence, findings: FindingsByObject): SuiteCase[] {
  return coverage.map((row) =>
    weighed(
      {
        id: `coverage/workloads/${row.object}/${row.direction}`,
        title: `${row.object} is isolated for ${row.direction}`,
        classname: 'mayreach.coverage.workloads',
      },
      { ...ofWorkload(row), ...placeOf(row) },
      findings.take(row.object, row.direction),
    ),
  );
}

/** CI systems show a case beside its file, a case that passed as well. */
function placeOf(row: EvidenceCoverage | undefined): Pick<Judged, 'position'> {
  return row?.position === undefined ? {} : { position: row.position };
}

function excepted({ exception }: EvidenceCoverage): boolean {
  return exception?.ended === false;
}

function ofWorkload({ isolatedBy, hostNetwork, exception, direction }: EvidenceCoverage): Judged {
  if (hostNetwork) {
    const message = 'on the host network, where policies do not apply';
    return { outcome: 'skipped', message, details: [message] };
  }
  if (isolatedBy.length > 0) {
    const details = isolatedBy.map(({ policy, position }) => `isolated by ${policy} (${formatLine(position)})`);
    return { outcome: 'passed', details };
  }
  const details = [`no policy selects it for ${direction}`];
  if (exception === undefined)
    return { outcome: 'skipped', message: `no policy isolates it for ${direction}`, details };
  const { because, approvedBy, until, ended } = exception;
  const message = `${ended ? 'its exception ended on' : 'excepted until'} ${until}, approved by ${approvedBy}: ${because}`;
  return { outcome: 'skipped', message, details };
}

function policyCases({ inventory }: Evidence, findings: FindingsByObject): SuiteCase[] {
  return inventory.policies.map(({ id, directions, selects, position }) =>
    weighed(
      {
        id: `coverage/policies/${id}`,
        title: `policy ${id} selects workloads and is not open to everyone`,
        classname: 'mayreach.coverage.policies',
      },
      selects.length === 0
        ? { outcome: 'skipped', message: 'it selects no workload', details: [], position }
        : { outcome: 'passed', details: [`selects ${list(selects)} for ${directions.join(' and ')}`], position },
      findings.take(id),
    ),
  );
}

function findingCase(finding: EvidenceFinding, index: number): SuiteCase {
  const { rule, object, direction } = finding;
  const about = [object, direction].filter((part) => part !== undefined).join(' ');
  return weighed(
    {
      id: `findings/${rule}/${about === '' ? String(index + 1) : about}`,
      title: about === '' ? `${rule} (finding ${index + 1})` : `${rule}: ${about}`,
      classname: `mayreach.findings.${rule}`,
    },
    { outcome: 'passed', details: [] },
    [finding],
  );
}

/** The case, once its findings have spoken: one that fails makes it fail, any other is reported as skipped. */
function weighed(
  name: Pick<SuiteCase, 'id' | 'title' | 'classname'>,
  judged: Judged,
  findings: readonly EvidenceFinding[],
): SuiteCase {
  const failing = findings.filter(({ fails }) => fails);
  const worst = failing.length > 0 ? failing : findings;
  const position = worst[0]?.requiredBy ?? worst[0]?.position ?? judged.position;
  const message = worst.length > 0 ? worst.map((finding) => finding.message).join('; ') : judged.message;
  const outcome = failing.length > 0 ? 'failed' : findings.length > 0 ? 'skipped' : judged.outcome;
  return {
    ...name,
    ...(position === undefined ? {} : { position }),
    outcome,
    ...(message === undefined ? {} : { message }),
    details: [...judged.details, ...findings.flatMap(findingLines)],
    facts: findings.map(({ rule, severity }) => [severity, rule]),
  };
}

function findingLines({ rule, severity, message, position, requiredBy, exception, fails }: EvidenceFinding): string[] {
  const lines = [`${severity} ${rule}: ${message}${position === undefined ? '' : ` (${formatLine(position)})`}`];
  if (requiredBy !== undefined) lines.push(`  asked for at ${formatLine(requiredBy)}`);
  if (exception !== undefined) {
    const { because, approvedBy, until, ended } = exception;
    lines.push(`  exception ${ended ? 'ended on' : 'until'} ${until}, approved by ${approvedBy}: ${because}`);
  }
  if (!fails) lines.push('  reported only: no audit block makes it fail');
  return lines;
}

/** Hands out each finding once, to the case that is about the same object. */
class FindingsByObject {
  readonly #findings: readonly EvidenceFinding[];
  readonly #index: ReadonlyMap<string | undefined, readonly EvidenceFinding[]>;
  readonly #taken = new Set<EvidenceFinding>();

  constructor(findings: readonly EvidenceFinding[]) {
    this.#findings = findings;
    this.#index = Map.groupBy(findings, ({ object }) => object);
  }

  /** Those about the object; with a direction, those of that direction. */
  take(object: string, direction?: Direction): EvidenceFinding[] {
    const all = this.#index.get(object) ?? [];
    const found = all.filter((finding) => direction === undefined || finding.direction === direction);
    for (const finding of found) this.#taken.add(finding);
    return found;
  }

  /** Those that nobody took, in their order. */
  rest(): EvidenceFinding[] {
    return this.#findings.filter((finding) => !this.#taken.has(finding));
  }
}
