import type { Evidence } from '../../harness/evidence/schema.ts';
import { formatLine } from '../../source/position.ts';
import { count, milliseconds, outcomeWords } from '../../suites/wording.ts';
import { html, type Content, type Markup } from './html.ts';
import { facts, scrolling } from './parts.ts';

/** How the verdicts came about, and what they cannot show. */
export function record(evidence: Evidence): Markup {
  const { cluster, inventory } = evidence;
  const { settling, observing, changes, canaries } = cluster;
  return html`<section aria-labelledby="record">
    <h2 id="record">How this was measured</h2>
    <h3>Method</h3>
    <ul class="plain">
      ${methodOf(cluster).map((line) => html`<li>${line}</li>`)}
    </ul>
    <h3>Limits</h3>
    <ul class="plain">
      ${limitsOf(cluster).map((line) => html`<li>${line}</li>`)}
    </ul>
    ${facts([
      [
        'Settling',
        settling &&
          `${settling.settled ? 'settled' : 'not settled'} after ${milliseconds(settling.durationMs)}, ${count(settling.sweeps, 'sweep')}`,
      ],
      [
        'Observing',
        observing &&
          `${count(observing.cells, 'cell')}, ${count(observing.attempts, 'attempt')} in ${milliseconds(observing.durationMs)}`,
      ],
      ['Probe image', cluster.images.probe],
      ['k3s image', cluster.images.k3s],
      [
        'Clock',
        cluster.clockSkewMs === undefined
          ? undefined
          : `the cluster's differs from the tester's by ${milliseconds(cluster.clockSkewMs)}`,
      ],
      ['Plugin seen by', cluster.plugin.seenBy?.join(', ')],
    ])}
    ${canaries.length > 0 && canaryTable(canaries)}
    ${
      changes.length > 0 &&
      html`<h3>Changed while it was observed</h3>
        <ul class="plain">
          ${changes.map((change) => html`<li>${change}</li>`)}
        </ul>`
    }
    ${inventory.notes.length > 0 && notes(inventory.notes)}
  </section>`;
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

function limitsOf({ probed }: Evidence['cluster']): string[] {
  const always = [
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
  const lines = entries.map(
    ({ text, position }) => html`<li>${text}${position && html` <code>${formatLine(position)}</code>`}</li>`,
  );
  return html`<details>
    <summary>${count(entries.length, 'note')} on the inventory</summary>
    <ul class="plain">
      ${lines}
    </ul>
  </details>`;
}

/** Commands and hashes by which somebody else can check this report. */
export function reproduce({ run, cluster, inventory }: Evidence, evidenceSha256: string | undefined): Markup {
  const hashes: Content[] = inventory.files.map(
    ({ path, sha256 }) =>
      html`<tr>
        <td>${path}</td>
        <td><code>${sha256}</code></td>
      </tr> `,
  );
  return html`<section aria-labelledby="reproduce">
    <h2 id="reproduce">Reproduce and verify</h2>
    <p>The command of this run:</p>
    <pre>${run.command.map(quoted).join(' ')}</pre>
    ${facts([
      ['evidence.json, SHA-256', evidenceSha256 && html`<code>${evidenceSha256}</code>`],
      ['probe agent, SHA-256', cluster.agentSha256 && html`<code>${cluster.agentSha256}</code>`],
      ['cluster CA', cluster.caFingerprint && html`<code>${cluster.caFingerprint}</code>`],
    ])}
    ${
      hashes.length > 0 &&
      html`<details>
        <summary>${count(hashes.length, 'input file')} with SHA-256</summary>
        <table class="cells">
          <tbody>
            ${hashes}
          </tbody>
        </table>
      </details>`
    }
    <div class="sign">
      <div>Tester, date</div>
      <div>Reviewer, date</div>
      <div>Approved by, date</div>
    </div>
  </section>`;
}

/** As a shell would need it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
