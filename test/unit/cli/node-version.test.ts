import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkNodeVersion } from '../../../src/cli/node-version.ts';

describe('the Node that runs the command', () => {
  test.each(['v22.22.0', 'v22.23.1', 'v24.0.0', 'v26.1.0'])('%s will do', (version) => {
    expect(() => checkNodeVersion(version)).not.toThrow();
  });

  test.each(['v18.20.8', 'v20.20.2', 'v22.21.9'])('%s is told that it is too old', (version) => {
    expect(() => checkNodeVersion(version)).toThrow(
      expect.objectContaining({
        code: 'NODE_TOO_OLD',
        message: `mayreach needs Node 22.22 or newer, and this is ${version}`,
      }),
    );
  });

  test('is the one that the package asks for', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      engines: { node: string };
    };
    expect(engines.node).toBe('>=22.22');
  });
});
