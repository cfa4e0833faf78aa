import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { allowExternalOption, toldExternal, type ExternalWords } from '../../../src/cli/allow-external.ts';

/** What a command line comes to, where these paths are on the disk. */
function told(argv: readonly string[], there: readonly string[] = []): unknown {
  const command = new Command('run').argument('[path...]').addOption(allowExternalOption()).exitOverride();
  command.parse(argv, { from: 'user' });
  const { allowExternal } = command.opts<{ allowExternal?: ExternalWords }>();
  const { access, paths } = toldExternal(allowExternal, command.args, (path) => there.includes(path));
  return { paths, access: typeof access === 'boolean' ? access : access.targets };
}
const FILE = 'net.reach.yaml';

describe('--allow-external', () => {
  it('is no, everything, or a list, which may be given in parts', () => {
    expect(told([FILE])).toEqual({ paths: [FILE], access: false });
    expect(told([FILE, '--allow-external'])).toEqual({ paths: [FILE], access: true });
    const parts = ['--allow-external', '192.0.2.0/24,api.example.com', '--allow-external=2001:db8::/32'];
    const list = ['192.0.2.0/24', 'api.example.com', '2001:db8::/32'];
    expect(told([FILE, ...parts])).toEqual({ paths: [FILE], access: list });
  });

  it.each([FILE, 'examples/shop', '.', './a.b'])('before the PATH %s is what it was without targets', (path) => {
    expect(told(['--allow-external', path], ['examples/shop', '.', './a.b'])).toEqual({ paths: [path], access: true });
  });

  it('is unclear before what is a path and a host name, and a list where another PATH is named', () => {
    const argv = ['--allow-external', 'api.example.com'];
    expect(() => told(argv, ['api.example.com'])).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringContaining('and a path that is there') as string,
      }),
    );
    expect(told([FILE, ...argv], ['api.example.com'])).toEqual({ paths: [FILE], access: ['api.example.com'] });
  });

  it.each([
    [['--allow-external', '10.0.0.0/33'], 'the prefix length of "10.0.0.0/33" is more than 32'],
    [['--allow-external', ''], 'an entry is empty'],
    [['--allow-external='], 'an entry is empty'],
    [['--allow-external', 'examples/shopp'], '"examples/shopp" has no prefix length'],
    [['--allow-external', 'a.example,', '--allow-external', 'b.example'], 'an entry is empty'],
    [['--allow-external', '--allow-external', 'a.example'], '--allow-external stands there alone, and with a.example'],
  ])('refuses %j', (argv, message) => {
    expect(() => told([FILE, ...argv])).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) as string }),
    );
  });
});
