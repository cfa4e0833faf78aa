import { createHash } from 'node:crypto';
import type { Evidence } from '../../harness/evidence/schema.ts';
import { cover } from './cover.ts';
import { coverageSection, findingsSection } from './coverage.ts';
import { failures } from './failures.ts';
import { html, type Markup } from './html.ts';
import { matrixSection } from './matrix.ts';
import { record, reproduce } from './record.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { steps } from './steps.ts';
import { verdicts } from './verdicts.ts';

export interface HtmlOptions {
  /** Of the evidence.json beside it, to be printed in the report. */
  readonly evidenceSha256?: string;
}

/** `report.html`, in pieces: one file that fetches nothing, for people and for paper. */
export function* htmlReport(evidence: Evidence, { evidenceSha256 }: HtmlOptions = {}): Generator<string> {
  yield `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n`;
  yield* head(`Network segmentation: ${evidence.run.id}`).pieces();
  yield `\n<style>${STYLE}</style>\n</head>\n<body>\n`;
  yield* body(evidence, evidenceSha256).pieces();
  yield `\n<script>${SCRIPT}</script>\n</body>\n</html>\n`;
}

function body(evidence: Evidence, evidenceSha256: string | undefined): Markup {
  return html`${cover(evidence)}
    <main>
      ${steps(evidence)} ${verdicts(evidence)} ${matrixSection(evidence)} ${failures(evidence)}
      ${coverageSection(evidence)} ${findingsSection(evidence)} ${record(evidence)}
      ${reproduce(evidence, evidenceSha256)}
    </main>
    <footer>
      Made by mayreach ${evidence.run.tool.version} from evidence.json alone. It is evidence toward the controls that it
      names, not a statement of compliance.
    </footer>`;
}

/** Names inside come from clusters and files: the policy lets nothing run or load but what stands here. */
function head(title: string): Markup {
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  return html`<meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
