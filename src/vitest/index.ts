/** mayreach in vitest: requirements as tests, a matcher for tests written by hand, and the summary as a reporter. */
import './matcher-types.ts';

export { mayreach } from './plugin.ts';
export { mayreachReporter } from './reporter.ts';
export type { MayreachOptions } from './options.ts';
