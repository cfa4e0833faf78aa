import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { initCommand } from '../../../src/cli/commands/init.ts';

describe('init', () => {
  it('writes no file that no command would find', async () => {
    const file = join(tmpdir(), `mayreach-init-${process.pid}.yaml`);
    await expect(initCommand().parseAsync(['--file', file], { from: 'user' })).rejects.toThrow(
      expect.objectContaining({ code: 'USAGE', hint: 'Requirement files are called NAME.reach.yaml' }),
    );
    expect(existsSync(file)).toBe(false);
  });
});
