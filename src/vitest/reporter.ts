import type { ProvidedContext } from 'vitest';
import type { Reporter, Vitest } from 'vitest/node';
import { terminalOptions } from '../reports/terminal/style.ts';
import { terminalSummary } from '../reports/terminal/summary.ts';
import type { RunRecord } from './channel.ts';
import { ask } from './client.ts';

/**
 * Prints what `mayreach run` prints, once all tests are done: verdicts, the matrix, each failure's story. To be used
 * beside another reporter: `reporters: ['default', mayreachReporter()]`.
 */
export function mayreachReporter(): Reporter {
  let vitest: Vitest | undefined;
  return {
    onInit: (instance) => {
      vitest = instance;
    },
    onTestRunEnd: async () => {
      for (const project of vitest?.projects ?? []) {
        const record = await recordOf(project.getProvidedContext());
        if (record === null) continue;
        process.stdout.write(`\n${terminalSummary(record.evidence, terminalOptions(process.stdout, process.env))}`);
        process.stderr.write(`evidence: ${record.files.join(', ')}\n`);
      }
    },
  };
}

/** Null for a project without the plugin, or whose tests asked for nothing. */
async function recordOf({ mayreach }: Partial<ProvidedContext>): Promise<RunRecord | null> {
  return mayreach === undefined ? null : ask(mayreach, 'evidence', {}).catch(() => null);
}
