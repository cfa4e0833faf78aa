import type { CommanderError, OutputConfiguration } from 'commander';
import { MayreachError } from '../source/error.ts';

/** Commander says nothing of its own about a mistake: each error has one form, with its code. */
export const SILENT: OutputConfiguration = { outputError: () => undefined };

/** A flag or an argument that the command does not take, as any other error: `…\n  Did you mean --cluster? [USAGE]`. */
export function usageError(error: CommanderError): MayreachError {
  const [message = '', suggestion] = error.message.replace(/^error: /u, '').split('\n');
  const hint =
    suggestion?.replace(/^\((.*)\)$/u, '$1') ??
    'mayreach --help lists the commands, mayreach COMMAND --help their options';
  return new MayreachError(message.replace(/\.$/u, ''), { code: 'USAGE', hint, cause: error });
}
