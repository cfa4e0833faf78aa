import type { Evidence } from '../harness/evidence/schema.ts';
import type { CaseOutcome, Suite, SuiteCase } from '../suites/model.ts';
import { suitesOf } from '../suites/suites.ts';
import { xmlAttributes, xmlText } from './xml.ts';

type Outcomes = Readonly<Record<CaseOutcome, number>>;

/**
 * `junit.xml`, in pieces. GitLab reads a case's name, class, file and time and the content of failure, error, skipped
 * and system-out; Jenkins reads timestamps, and properties when asked. So everything is said in each of these places:
 * https://docs.gitlab.com/ci/testing/unit_test_reports/, https://plugins.jenkins.io/junit/
 */
export function* junitXml(evidence: Evidence): Generator<string> {
  const { run } = evidence;
  const suites = suitesOf(evidence);
  const outcomes = tally(suites.flatMap(({ cases }) => cases));
  const seconds = (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites${xmlAttributes({ name: 'mayreach', ...totals(outcomes), time: time(seconds), timestamp: run.startedAt })}>\n`;
  const properties = runFacts(evidence);
  for (const suite of suites) yield* suiteXml(suite, run.startedAt, properties);
  yield '</testsuites>\n';
}

function* suiteXml(
  { id, title, cases }: Suite,
  startedAt: string,
  properties: readonly (readonly [string, string])[],
): Generator<string> {
  const seconds = cases.reduce((sum, { durationMs = 0 }) => sum + durationMs / 1000, 0);
  const timestamp =
    cases
      .map(({ at }) => at)
      .filter((at) => at !== undefined)
      .sort()[0] ?? startedAt;
  const file = cases.find(({ position }) => position !== undefined)?.position?.file;
  const attributes = { name: title, id, ...totals(tally(cases)), time: time(seconds), timestamp, file };
  yield `  <testsuite${xmlAttributes(attributes)}>\n`;
  yield propertiesXml(properties, '    ');
  for (const entry of cases) yield caseXml(entry, timestamp);
  yield `    <system-out>${xmlText(properties.map(([name, value]) => `${name}: ${value}`).join('\n'))}</system-out>\n`;
  yield '  </testsuite>\n';
}

function caseXml(entry: SuiteCase, suiteTimestamp: string): string {
  const { id, title, classname, position, durationMs = 0, at, facts, details } = entry;
  const properties: (readonly [string, string])[] = [['id', id]];
  if (position !== undefined) properties.push(['line', String(position.line)]);
  const attributes = {
    name: title,
    classname,
    file: position?.file,
    time: time(durationMs / 1000),
    timestamp: at ?? suiteTimestamp,
  };
  return [
    `    <testcase${xmlAttributes(attributes)}>\n`,
    propertiesXml([...properties, ...facts], '      '),
    resultXml(entry),
    details.length === 0 ? '' : `      <system-out>${xmlText(details.join('\n'))}</system-out>\n`,
    '    </testcase>\n',
  ].join('');
}

function resultXml({ outcome, message = '', details }: SuiteCase): string {
  if (outcome === 'passed') return '';
  const tag = { failed: 'failure', errored: 'error', skipped: 'skipped' }[outcome];
  const type = { failed: 'violated', errored: 'inconclusive', skipped: undefined }[outcome];
  // The content holds the message again: GitLab shows the content alone.
  const content = outcome === 'skipped' ? [message] : [message, '', ...details];
  return `      <${tag}${xmlAttributes({ message, type })}>${xmlText(content.join('\n'))}</${tag}>\n`;
}

function propertiesXml(properties: readonly (readonly [string, string])[], indent: string): string {
  const lines = properties.map(([name, value]) => `${indent}  <property${xmlAttributes({ name, value })}/>\n`);
  return `${indent}<properties>\n${lines.join('')}${indent}</properties>\n`;
}

function runFacts({ run, cluster }: Evidence): [string, string][] {
  const { plugin } = cluster;
  const facts: [string, string | undefined][] = [
    ['run', run.id],
    ['tool', `${run.tool.name} ${run.tool.version}`],
    ['command', run.command.join(' ')],
    ['started', run.startedAt],
    ['ended', run.endedAt],
    ['commit', run.git && `${run.git.commit}${run.git.dirty ? ' (with uncommitted changes)' : ''}`],
    ['ci', run.ci],
    ['user', run.user],
    ['user in the cluster', cluster.user],
    ...Object.entries(cluster.annotations ?? {}).map(([key, value]): [string, string] => [`annotation ${key}`, value]),
    ['cluster', cluster.source],
    ['observed', cluster.probed ? 'yes' : 'no: every verdict is predicted'],
    ['server', cluster.server],
    ['server proved by TLS', cluster.tls && `no: ${cluster.tls}`],
    ['cluster uid', cluster.uid],
    ['network plugin', plugin.version === undefined ? plugin.name : `${plugin.name} ${plugin.version}`],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function tally(cases: readonly SuiteCase[]): Outcomes {
  const outcomes = { passed: 0, failed: 0, errored: 0, skipped: 0 };
  for (const { outcome } of cases) outcomes[outcome] += 1;
  return outcomes;
}

function totals({ passed, failed, errored, skipped }: Outcomes): Record<string, number> {
  return { tests: passed + failed + errored + skipped, failures: failed, errors: errored, skipped };
}

function time(seconds: number): string {
  return (Number.isFinite(seconds) ? Math.max(0, seconds) : 0).toFixed(3);
}
