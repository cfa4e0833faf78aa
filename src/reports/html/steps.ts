import type { Evidence } from '../../harness/evidence/schema.ts';
import { count, list } from '../../suites/wording.ts';
import { countsOf } from '../counts.ts';
import { each, html, type Content, type Markup } from './html.ts';
import { breakable, disclosure, place, section } from './parts.ts';

/** Names in one answer; the sections have all. */
const MOST_NAMES = 10;
const MOST_SELECTED = 50;

type Step = readonly [question: string, answer: string, where: string];

/**
 * The control "network policies are in place", as auditors test it: what this run shows of each step, and what it does
 * not. A step that nothing was done for says so.
 */
export function steps(evidence: Evidence): Markup {
  const rows = [plugin, exported, sample, rules, gaps, connectivity, changeControl, defaultDeny].map((step) =>
    step(evidence),
  );
  return section(
    'steps',
    'The control, step by step',
    html`<table>
        <thead>
          <tr>
            <th scope="col">Question</th>
            <th scope="col">What this run shows</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([question, answer, where]) =>
              html`<tr>
                <th scope="row">${question}</th>
                <td>${answer} <a href="#${where}">Where</a></td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${disclosure('What the verdicts mean', meanings())} ${policyList(evidence)}`,
  );
}

const plugin = ({ cluster }: Evidence): Step => {
  const { canaries, noCanary, probed, plugin: seen } = cluster;
  const enforcing = canaries.filter(({ enforced }) => enforced).length;
  const name = [seen.name, seen.version].filter(Boolean).join(' ');
  const shown =
    probed && canaries.length > 0
      ? `The canary showed that policies are enforced on ${enforcing} of ${count(canaries.length, 'node')}.`
      : `Not shown: ${probed ? (noCanary ?? 'no canary ran') : 'no traffic was sent'}, so whether anything enforces policies is not known.`;
  return ['1. Does the network plugin enforce policies?', `Plugin: ${name}. ${shown}`, 'record'];
};

const exported = ({ inventory, cluster }: Evidence): Step => {
  const from =
    cluster.source === 'kubeconfig'
      ? 'of the whole cluster, all pages of each list'
      : `of ${count(inventory.files.length, 'file')}, which is not what runs in a cluster`;
  const policies = count(inventory.policies.length, 'policy', 'policies');
  return ['2. Which policies are there?', `${policies} ${from}; each in full in evidence.json (raw).`, 'policies'];
};

const sample = ({ inventory }: Evidence): Step => {
  const selecting = new Set(inventory.policies.flatMap(({ selects }) => selects.map((id) => id.split('/')[0])));
  const inhabited = [...new Set(inventory.workloads.map(({ id }) => id.split('/')[0]))];
  const bare = inhabited.filter((name) => !selecting.has(name));
  const without =
    bare.length === 0
      ? ''
      : ` Without: ${list(
          bare.map((name) => name ?? ''),
          MOST_NAMES,
        )}.`;
  return [
    '3. Does each namespace have a policy that selects pods?',
    `No sample: all were looked at. ${inhabited.length - bare.length} of ${count(inhabited.length, 'namespace')} with workloads.${without}`,
    'coverage',
  ];
};

const rules = (evidence: Evidence): Step => {
  const { standings, requirements } = countsOf(evidence);
  const undocumented = evidence.findings.filter(({ rule }) => rule === 'undocumented-allow').length;
  return [
    '4. Do the rules match the documented requirements?',
    `${standings.met} of ${count(requirements, 'requirement')} met. ` +
      `${count(undocumented, 'finding')} of what policies allow and no requirement documents.`,
    'findings',
  ];
};

const gaps = ({ coverage }: Evidence): Step => {
  const excepted = coverage.filter(({ exception }) => exception !== undefined && !exception.ended).length;
  const host = coverage.filter(({ hostNetwork }) => hostNetwork).length;
  const isolated = coverage.filter(({ isolatedBy, hostNetwork }) => isolatedBy.length > 0 && !hostNetwork).length;
  return [
    '5. Which pods no policy covers?',
    `Of ${coverage.length} workload directions ${isolated} isolated, ${excepted} excepted by name, ` +
      `${host} on the host network, where policies do not apply.`,
    'coverage',
  ];
};

const connectivity = (evidence: Evidence): Step => {
  const { cells, observedCells } = countsOf(evidence);
  const { observing } = evidence.cluster;
  const tried =
    observing === undefined
      ? 'Not tried: every verdict is predicted.'
      : `${observedCells} of ${count(cells, 'cell')} observed, in ${count(observing.attempts, 'attempt')}.`;
  return ['6. Was it tried with traffic?', tried, 'verdicts'];
};

const changeControl = ({ run }: Evidence): Step => [
  '7. Are changes reviewed and approved?',
  run.git === undefined
    ? 'Not judged by this run, and no commit of the requirements is known.'
    : `Not judged by this run: take the reviews of commit ${run.git.commit}${run.git.dirty ? ', from which files differed' : ''} and before it.`,
  'reproduce',
];

const DENY_RULES = ['namespace-without-default-deny', 'default-deny-missing'];

const defaultDeny = ({ findings }: Evidence): Step => {
  const missing = findings.filter(({ rule }) => DENY_RULES.includes(rule));
  const excepted = missing.filter(({ exception }) => exception !== undefined && !exception.ended);
  const open = missing.filter((finding) => !excepted.includes(finding));
  const named = (some: typeof missing): string =>
    list(
      some.map(({ object = '', direction = '' }) => `${object} ${direction}`.trim()),
      MOST_NAMES,
    );
  return [
    '8. Is everything else denied by default?',
    [
      open.length === 0
        ? excepted.length === 0
          ? 'In every namespace, in both directions.'
          : 'In every other namespace and direction.'
        : `Not in: ${named(open)}.`,
      excepted.length === 0 ? '' : ` Excepted by name: ${named(excepted)}.`,
    ].join(''),
    'findings',
  ];
};

function meanings(): Content {
  return html`<ul class="plain">
    <li>
      <b>met</b>: the requirement holds, as its basis says: predicted from the policies, or observed with a control
    </li>
    <li><b>violated</b>: it does not, for the reason given</li>
    <li><b>inconclusive</b>: it was not measured well enough to say; neither evidence for nor against it</li>
    <li><b>untested</b>: it cannot be tried by this tool, or was not allowed to be</li>
    <li><b>accepted</b>: violated, by leave of a named person until the day given; it does not fail until then</li>
    <li><b>expired</b>: its own end date has passed: it fails until it is renewed or removed</li>
  </ul>`;
}

function policyList({ inventory: { policies } }: Evidence): Content {
  const row = ({ id, directions, selects, position }: (typeof policies)[number]): Content =>
    html`<tr>
      <td>${breakable(id)}</td>
      <td>${directions.join(', ')}</td>
      <td>${selects.length === 0 ? 'nothing' : list(selects, MOST_SELECTED)}</td>
      <td>${place(position)}</td>
    </tr>`;
  const table = html`<table class="cells">
    <thead>
      <tr>
        <th scope="col">Policy</th>
        <th scope="col">Isolates for</th>
        <th scope="col">Selects</th>
        <th scope="col">Where</th>
      </tr>
    </thead>
    <tbody>
      ${each(policies, row)}
    </tbody>
  </table>`;
  return disclosure(count(policies.length, 'policy', 'policies'), table, { id: 'policies' });
}
