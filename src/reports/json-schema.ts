import { z } from 'zod';
import { EVIDENCE_SCHEMA, evidenceSchema } from '../harness/evidence/schema.ts';

/** The JSON Schema (draft 2020-12) of `evidence.json`, published as `mayreach/schema/evidence.schema.json`. */
export function evidenceJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(evidenceSchema, { target: 'draft-2020-12' });
  return {
    $schema,
    title: `The record of one mayreach run (${EVIDENCE_SCHEMA})`,
    description:
      'Requirements, predictions, observations, verdicts and findings of one run, with the times and identities behind them.',
    ...rest,
  };
}
