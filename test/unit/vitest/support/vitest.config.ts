import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { mayreach, mayreachReporter, type MayreachOptions } from '../../../../src/vitest/index.ts';

// The config of the vitest that a test starts on a project: what a team would write, with the sources in the
// package's place.
const options = JSON.parse(process.env['TEST_OPTIONS'] ?? '{}') as MayreachOptions & { include?: string[] };
const root = path.resolve(import.meta.dirname, '../../../..');

export default defineConfig({
  plugins: [mayreach(options)],
  resolve: { alias: { mayreach: path.join(root, 'src/index.ts') } },
  test: {
    include: options.include ?? [],
    includeTaskLocation: true,
    reporters: ['default', 'json', mayreachReporter()],
    outputFile: { json: process.env['TEST_RESULTS'] ?? '' },
  },
});
