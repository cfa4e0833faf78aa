import type { CommanderError, OutputConfiguration } from 'commander';
import { MayreachError } from '../source/error.ts';

/** Commander says nothing of its own about a mistake: each error has one form, with its code. */
export const SILENT: OutputConfiguration = { outputError: () => undefined };

/** An empty argument is a variable that is not set: taken for a path, it would be the folder that one is in. */
export function checkNotEmpty(args: readonly string[]): void {
  const index = args.findIndex((arg) => /^(?:--[\w-]+=)?$/u.test(arg));
  const empty = args[index];
  if (empty === undefined) return;
  const before = args[index - 1];
  const what = empty !== '' ? empty : before === undefined ? 'the first argument' : `the argument after ${before}`;
  throw new MayreachError(`${what} is empty`, {
    code: 'USAGE',
    hint: 'Name a value, or leave it out; is a variable not set?',
  });
}

/** A flag or an argument that the command does not take, as any other error: `…\n  Did you mean --cluster? [USAGE]`. */
export function usageError(error: CommanderError): MayreachError {
  const [message = '', suggestion] = error.message.replace(/^error: /u, '').split('\n');
  const hint =
    suggestion?.replace(/^\((.*)\)$/u, '$1') ??
    'mayreach --help lists the commands, mayreach COMMAND --help their options';
  return new MayreachError(message.replace(/\.$/u, ''), { code: 'USAGE', hint, cause: error });
}
