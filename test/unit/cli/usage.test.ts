import { Command, CommanderError, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { checkNotEmpty, SILENT, usageError } from '../../../src/cli/usage.ts';

/** What a command that takes `--cluster` and one argument says of these. */
function complaint(...argv: readonly string[]): string {
  const command = new Command('run')
    .argument('<path>')
    .addOption(new Option('--cluster <where>').choices(['manifests', 'k3s']))
    .exitOverride()
    .configureOutput(SILENT);
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return usageError(error).format();
    throw error;
  }
  return 'nothing';
}

describe('a mistake on the command line', () => {
  it('has its code, as any other error, and the nearest flag', () => {
    expect(complaint('.', '--clustre', 'k3s')).toBe("unknown option '--clustre'\n  Did you mean --cluster? [USAGE]");
  });

  it('names what could have stood there', () => {
    expect(complaint('.', '--cluster', 'minikube')).toMatch(
      /^option '--cluster <where>' argument 'minikube' is invalid. Allowed choices are manifests, k3s\n {2}.*\[USAGE\]$/u,
    );
  });

  it('points to the help where nothing is near', () => {
    expect(complaint()).toMatch(/^missing required argument 'path'\n {2}mayreach --help .* \[USAGE\]$/u);
  });
});

describe('an empty argument', () => {
  const problem = (...args: readonly string[]) => {
    try {
      checkNotEmpty(args);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each([
    [['run', 'examples/shop', '--out', ''], 'the argument after --out is empty'],
    [['run', '', '--out', 'x'], 'the argument after run is empty'],
    [[''], 'the first argument is empty'],
    [['run', '--manifests='], '--manifests= is empty'],
  ])('%j is refused', (args, told) => {
    expect(problem(...args)).toBe(told);
  });

  it('is not one that has a value, or stands for stdin', () => {
    expect(problem('run', '.', '--manifests', '-', '--out=x', '--annotate', 'owner=', '--probe')).toBeUndefined();
  });
});
