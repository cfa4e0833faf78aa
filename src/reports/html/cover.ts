import { exitStatus } from '../../harness/evidence/exit.ts';
import type { Evidence } from '../../harness/evidence/schema.ts';
import { count } from '../../suites/wording.ts';
import { countsOf, STANDINGS, type Counts } from '../counts.ts';
import { STANDING_MARKS } from '../marks.ts';
import { html, type Content, type Markup } from './html.ts';
import { facts, link } from './parts.ts';

/** The first page: what came of it, of what, when, by whom, and what it can and cannot show. */
export function cover(evidence: Evidence): Markup {
  const counts = countsOf(evidence);
  const [kind, title, text] = outcomeOf(evidence, counts);
  return html` <header>
    <a class="skip" href="#verdicts">Skip to the verdicts</a>
    <h1>Network segmentation: ${setNames(evidence)}</h1>
    <p class="soft">mayreach ${evidence.run.tool.version}, run ${evidence.run.id}, ${utc(evidence.run.startedAt)}</p>
    <div class="banner ${kind}">
      <strong><span aria-hidden="true">${STANDING_MARKS[kind]}</span> ${title}</strong>
      <p>${text}</p>
    </div>
    <ul class="tiles">
      ${tiles(counts)}
    </ul>
    ${scope(evidence, counts)}
    <nav aria-label="Sections">
      <ul>
        ${SECTIONS.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
      </ul>
    </nav>
  </header>`;
}

const SECTIONS = [
  ['steps', 'Step by step'],
  ['verdicts', 'Verdicts'],
  ['matrix', 'Who reaches whom'],
  ['failures', 'Failures'],
  ['coverage', 'Coverage'],
  ['findings', 'Findings'],
  ['record', 'How this was measured'],
  ['reproduce', 'Reproduce and verify'],
] as const;

type BannerKind = 'met' | 'violated' | 'inconclusive';

function outcomeOf(evidence: Evidence, counts: Counts): [BannerKind, string, string] {
  const { requirements, standings, failingFindings, observed } = counts;
  const status = exitStatus(evidence);
  const basis =
    observed === requirements
      ? 'Every verdict rests on observed traffic.'
      : observed === 0
        ? 'Every verdict is predicted from the policies; no traffic was sent.'
        : `${observed} of ${count(requirements, 'verdict')} rest on observed traffic, the others are predicted.`;
  if (status === 1) {
    const parts = [
      standings.violated > 0 ? `${count(standings.violated, 'requirement')} violated` : '',
      standings.expired > 0 ? `${count(standings.expired, 'requirement')} expired` : '',
      failingFindings > 0 ? count(failingFindings, 'finding') + (failingFindings === 1 ? ' fails' : ' fail') : '',
    ].filter(Boolean);
    return ['violated', parts.join(', '), basis];
  }
  if (status === 2) {
    const open = standings.inconclusive + standings.untested;
    return ['inconclusive', `Not proven: ${count(open, 'requirement')} could not be told`, basis];
  }
  if (requirements === 0) return ['met', 'Nothing was required', 'This run holds no requirement.'];
  const accepted = standings.accepted > 0 ? `, ${standings.accepted} violated by leave` : '';
  return ['met', `${count(standings.met, 'requirement')} met${accepted}`, basis];
}

function tiles({ standings, requirements, cells, observedCells }: Counts): Content {
  const shown = STANDINGS.filter(
    (standing) => standings[standing] > 0 || (standing !== 'expired' && standing !== 'accepted'),
  );
  return [
    ...shown.map(
      (standing) =>
        html`<li class="${standing}${standings[standing] === 0 ? ' zero' : ''}">
          <b>${standings[standing]}</b>${STANDING_MARKS[standing]} ${standing}
        </li>`,
    ),
    html`<li><b>${requirements}</b>requirements</li>`,
    html`<li><b>${cells.toLocaleString('en-US')}</b>cells, ${observedCells.toLocaleString('en-US')} observed</li>`,
  ];
}

function scope({ run, cluster, inventory, requirements }: Evidence, counts: Counts): Markup {
  const { plugin } = cluster;
  const files = [...new Set(requirements.map(({ position }) => position.file))];
  return facts([
    ['Scope', `${count(counts.requirements, 'requirement')} in ${files.join(', ')}`],
    [
      'Inventory',
      `${count(inventory.namespaces.length, 'namespace')}, ${count(inventory.workloads.length, 'workload')}, ` +
        `${count(inventory.services.length, 'service')}, ${count(inventory.policies.length, 'policy', 'policies')}`,
    ],
    ['Cluster', clusterWords(cluster)],
    ['Cluster identity', cluster.uid && html`kube-system UID <code>${cluster.uid}</code>`],
    ['Network plugin', [plugin.name, plugin.version].filter(Boolean).join(' ')],
    ['Window', `${utc(run.startedAt)} to ${utc(run.endedAt)} (${seconds(run)})`],
    ['Tester', run.user],
    ['Known to the cluster as', cluster.user],
    ['Marked in the cluster', annotationWords(cluster.annotations)],
    ['CI job', run.ci && link(run.ci)],
    ['Commit', run.git && html`<code>${run.git.commit}</code>${run.git.dirty && ' with uncommitted changes'}`],
  ]);
}

function annotationWords(annotations: Evidence['cluster']['annotations'] = {}): string {
  return Object.entries(annotations)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

function clusterWords({ source, context, server, version, probed }: Evidence['cluster']): string {
  const names = { manifests: 'manifests (no cluster)', k3s: 'an ephemeral k3s', kubeconfig: 'a running cluster' };
  const details = [context && `context ${context}`, server, version].filter((part) => part !== undefined);
  const traffic = probed ? 'traffic was sent' : 'no traffic was sent';
  return [names[source], ...details, traffic].join(', ');
}

function setNames({ requirements }: Evidence): string {
  const sets = [...new Set(requirements.map(({ set }) => set))];
  if (sets.length === 0) return 'no requirements';
  return sets.length > 4 ? `${sets.slice(0, 4).join(', ')} and ${sets.length - 4} more` : sets.join(', ');
}

/** `2026-11-20 10:00:00 UTC`. */
export function utc(timestamp: string): string {
  return timestamp.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/u, '$1 $2 UTC');
}

function seconds({ startedAt, endedAt }: Evidence['run']): string {
  return `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
}
