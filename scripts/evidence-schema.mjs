// Writes schema/evidence.schema.json from the zod model; a test says when it is behind.
import { writeFileSync } from 'node:fs';
import { URL } from 'node:url';
import { evidenceJsonSchema } from '../src/reports/json-schema.ts';

writeFileSync(
  new URL('../schema/evidence.schema.json', import.meta.url),
  `${JSON.stringify(evidenceJsonSchema(), null, 2)}\n`,
);
