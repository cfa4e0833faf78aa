import { setUpWithCanary } from './field-with-canary.ts';
import { setUpWithoutCanary } from './field-without-canary.ts';
import type { Field, FieldOptions } from './field-model.ts';
import type { RunOptions } from './options.ts';

/** Places the pods of the run and attaches to them. What was created is in the ledger, whatever happens. */
export function setUpField(options: FieldOptions, run: RunOptions): Promise<Field> {
  return options.canaryFirst ? setUpWithCanary(options, run) : setUpWithoutCanary(options, run);
}
