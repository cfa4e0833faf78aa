import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

function explain(...args: readonly string[]) {
  return spawnSync(process.execPath, [path.join(root, 'src/cli/main.ts'), 'explain', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
}

test('a path where the port belongs is told as the port that is missing', () => {
  const { status, stderr } = explain('shop/web', 'shop/api', 'examples/shop/shop.reach.yaml');
  expect(status).toBe(3);
  expect(stderr).toContain('PORT is missing: examples/shop/shop.reach.yaml is a path');
});

test('a protocol that is none is still told as such', () => {
  const { status, stderr } = explain('shop/web', 'shop/api', '8080/tpc', 'examples/shop');
  expect(status).toBe(3);
  expect(stderr).toContain('Did you mean `tcp`?');
});
