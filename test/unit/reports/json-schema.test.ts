import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { evidenceJsonSchema } from '../../../src/reports/json-schema.ts';

it('schema/evidence.schema.json is current (else: node scripts/evidence-schema.mjs)', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../../schema/evidence.schema.json', import.meta.url), 'utf8'),
  );
  expect(published).toEqual(evidenceJsonSchema());
});
