import type { Evidence } from '../../harness/evidence/schema.ts';
import { formatLine } from '../../source/position.ts';
import { count, milliseconds, outcomeWords } from '../../suites/wording.ts';
import { each, html, type Content, type Markup } from './html.ts';
import { disclosure, facts, scrolling, section } from './parts.ts';
import { reading } from './reading.ts';

/** How the verdicts came about, and what they cannot show. */
export function record({ cluster, inventory }: Evidence): Markup {
  const { changes, canaries, images, plugin } = cluster;
  return section('record', 'How this was measured', [
    html`<h3>Method</h3>
      ${bullets(methodOf(cluster))}
      <h3>Limits</h3>
      ${bullets(limitsOf(cluster))}`,
    facts([
      ['Stopped', cluster.stopped],
      ['Settling', settlingWords(cluster)],
      ['Observing', observingWords(cluster)],
      ['Clock', clockWords(cluster)],
      ['Probe image', imageWords(images.probe, images.probeIds)],
      ['k3s image', imageWords(images.k3s, images.k3sId === undefined ? [] : [images.k3sId])],
      ['Plugin seen by', plugin.seenBy?.join(', ')],
    ]),
    canaries.length > 0 && canaryTable(canaries),
    changes.length > 0 && [html`<h3>Changed while it was observed</h3>`, bullets(changes)],
    reading(cluster),
    inventory.notes.length > 0 && notes(inventory.notes),
  ]);
}

function bullets(lines: readonly Content[]): Markup {
  return html`<ul class="plain">
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;
}

function settlingWords({ settling }: Evidence['cluster']): string | undefined {
  if (settling === undefined) return undefined;
  const { settled, durationMs, sweeps } = settling;
  return `${settled ? 'settled' : 'not settled'} after ${milliseconds(durationMs)}, ${count(sweeps, 'sweep')}`;
}

function observingWords({ observing }: Evidence['cluster']): string | undefined {
  if (observing === undefined) return undefined;
  const { cells, attempts, durationMs } = observing;
  return `${count(cells, 'cell')}, ${count(attempts, 'attempt')} in ${milliseconds(durationMs)}`;
}

function clockWords({ clockSkewMs }: Evidence['cluster']): string | undefined {
  if (clockSkewMs === undefined) return undefined;
  return clockSkewMs === 0
    ? "the cluster's agrees with the tester's"
    : `the cluster's is ${milliseconds(Math.abs(clockSkewMs))} ${clockSkewMs > 0 ? 'ahead of' : 'behind'} the tester's`;
}

function methodOf({ probed, source }: Evidence['cluster']): string[] {
  const predicted =
    'Predicted: the policies are evaluated as exact sets of connections, as the Kubernetes documentation defines NetworkPolicy.';
  if (!probed) return [predicted, 'Nothing was observed: whether a network enforces these policies is not shown here.'];
  const who = source === 'k3s' ? 'stand-ins of every workload' : 'probe pods that carry the workloads’ labels';
  return [
    predicted,
    `Observed: ${who} connect to each other; every cell is tried at least twice from fresh source ports, and who answers says who it is.`,
    'A “blocked” counts only with its control: the same listener answered an allowed peer in the same window. Without it the cell is inconclusive.',
    'A canary of the run’s own shows, per node, that a policy put in place is enforced and that lifting it opens again.',
  ];
}

/** The name, and what it meant that day. */
function imageWords(name: string | undefined, ids: readonly string[] = []): string | undefined {
  return name === undefined || ids.length === 0 ? name : `${name} (${ids.join(', ')})`;
}

const UNPROVED = {
  'not-verified': 'Which cluster answered is not proved: the certificate of its API server was not verified.',
  none: 'Which cluster answered is not proved: its API server was spoken to without TLS.',
};

function limitsOf({ probed, tls }: Evidence['cluster']): string[] {
  const always = [
    ...(tls === undefined ? [] : [UNPROVED[tls]]),
    'A port range that is predicted is exact; a range that is observed was tried at declared ports and at both ends.',
  ];
  if (!probed)
    return ['Predictions rest on the files alone; labels that controllers or webhooks add are not seen.', ...always];
  return [
    'Only new connections were tried: established ones may outlive a policy.',
    'SCTP and ICMP cannot be tried and are listed as untested.',
    'What was observed holds for the window above.',
    ...always,
  ];
}

function canaryTable(canaries: Evidence['cluster']['canaries']): Markup {
  const table = html`<table>
    <thead>
      <tr>
        <th scope="col">Node</th>
        <th scope="col">Enforces</th>
        <th scope="col">Phases</th>
      </tr>
    </thead>
    <tbody>
      ${canaries.map(
        ({ node, enforced, text, phases }) =>
          html`<tr>
            <td>${node}</td>
            <td><span class="badge ${enforced ? 'met' : 'fails'}">${enforced ? '✓ yes' : '✗ no'}</span></td>
            <td>
              ${text}
              <ul class="plain">
                ${phases.map((phase) => html`<li>${phase.phase}, ${phase.protocol} ${phase.direction}: ${outcomeWords(phase.outcome)} after ${milliseconds(phase.latencyMs)}</li>`)}
              </ul>
            </td>
          </tr> `,
      )}
    </tbody>
  </table>`;
  return html`<h3>Enforcement canary</h3>
    ${scrolling('Enforcement canary', table)}`;
}

function notes(entries: Evidence['inventory']['notes']): Markup {
  const lines = entries.map(({ text, position }) => [text, position && html` <code>${formatLine(position)}</code>`]);
  return disclosure(`${count(entries.length, 'note')} on the inventory`, bullets(lines));
}

/** Commands and hashes by which somebody else can check this report. */
export function reproduce({ run, cluster, inventory }: Evidence, evidenceSha256: string | undefined): Markup {
  const read = [
    ...(run.requirementFiles ?? []).map((file) => ({ ...file, what: 'requirements' })),
    ...inventory.files.map((file) => ({ ...file, what: 'manifests' })),
  ];
  const files = html`<table class="cells">
    <thead>
      <tr>
        <th scope="col">File</th>
        <th scope="col">Holds</th>
        <th scope="col">SHA-256</th>
      </tr>
    </thead>
    <tbody>
      ${each(
        read,
        ({ path, sha256, what }) =>
          html`<tr>
            <td>${path}</td>
            <td>${what}</td>
            <td>${sha256 === undefined ? 'code: see the commit' : html`<code>${sha256}</code>`}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
  return section('reproduce', 'Reproduce and verify', [
    html`<p>The command of this run:</p>
      <pre>${run.command.map(quoted).join(' ')}</pre>`,
    facts([
      ['mayreach, SHA-256 of its code', run.tool.sha256 && html`<code>${run.tool.sha256}</code>`],
      ['evidence.json, SHA-256', evidenceSha256 && html`<code>${evidenceSha256}</code>`],
      ['probe agent, SHA-256', cluster.agentSha256 && html`<code>${cluster.agentSha256}</code>`],
      ['cluster CA', cluster.caFingerprint && html`<code>${cluster.caFingerprint}</code>`],
    ]),
    read.length > 0 && disclosure(`${count(read.length, 'input file')} with SHA-256`, files),
    html`<p>
      This page is made of evidence.json: keep both. <code>sha256sum evidence.json</code> shows whether it is the record
      that this page was made of; whoever can change both can change the hash, so note it where the tester cannot write,
      or sign the file.
    </p>`,
    html`<div class="sign">
      <div>Tester, date</div>
      <div>Reviewer, date</div>
      <div>Approved by, date</div>
    </div>`,
  ]);
}

/** As a shell would need it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
