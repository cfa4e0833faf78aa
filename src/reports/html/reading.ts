import type { Evidence } from '../../harness/evidence/schema.ts';
import { count } from '../../suites/wording.ts';
import { each, html, type Content } from './html.ts';
import { disclosure, scrolling } from './parts.ts';

/** What was read of a live cluster, with which rights, and what the run could not clean up. */
export function reading({ lists = [], rights = [], leftBehind = [] }: Evidence['cluster']): Content {
  return [
    leftBehind.length > 0 &&
      html`<h3>Left behind</h3>
        <p>The run could not remove these objects of its own: remove them by hand.</p>
        <ul class="plain">
          ${leftBehind.map((object) => html`<li>${object}</li>`)}
        </ul>`,
    lists.length > 0 && disclosure(`${count(lists.length, 'list call')}, all pages read`, listTable(lists)),
    rights.length > 0 && disclosure(`${count(rights.length, 'right')} asked for before the run`, rightTable(rights)),
  ];
}

function listTable(lists: NonNullable<Evidence['cluster']['lists']>): Content {
  const row = ({ path, resourceVersion, items, pages, sha256 }: (typeof lists)[number]): Content =>
    html`<tr>
      <td><code>${path}</code></td>
      <td>${resourceVersion}</td>
      <td>${items}</td>
      <td>${pages}</td>
      <td><code>${sha256}</code></td>
    </tr>`;
  const table = html`<table class="cells">
    <thead>
      <tr>
        <th scope="col">List</th>
        <th scope="col">Resource version</th>
        <th scope="col">Items</th>
        <th scope="col">Pages</th>
        <th scope="col">SHA-256</th>
      </tr>
    </thead>
    <tbody>
      ${each(lists, row)}
    </tbody>
  </table>`;
  return scrolling('List calls', table);
}

function rightTable(rights: NonNullable<Evidence['cluster']['rights']>): Content {
  const row = ({ verb, resource, namespace, allowed, optional }: (typeof rights)[number]): Content =>
    html`<tr>
      <td>${verb}</td>
      <td>${resource}</td>
      <td>${namespace ?? 'every namespace'}</td>
      <td>
        <span class="badge ${allowed ? 'met' : optional ? 'untested' : 'fails'}"
          >${allowed ? '✓ allowed' : '✗ refused'}</span
        >
        ${!allowed && optional && ' done without'}
      </td>
    </tr>`;
  const table = html`<table class="cells">
    <thead>
      <tr>
        <th scope="col">Verb</th>
        <th scope="col">Resource</th>
        <th scope="col">Namespace</th>
        <th scope="col">Answer</th>
      </tr>
    </thead>
    <tbody>
      ${each(rights, row)}
    </tbody>
  </table>`;
  return scrolling('Rights', table);
}
