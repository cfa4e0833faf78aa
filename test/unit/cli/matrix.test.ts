import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

function matrix(...args: readonly string[]) {
  return spawnSync(process.execPath, [path.join(root, 'src/cli/main.ts'), 'matrix', 'examples/shop', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
}

describe('mayreach matrix', () => {
  test('lists the inventory alone, and --exposure what is not in it, under keys of its own', () => {
    const plain = JSON.parse(matrix('--format', 'json').stdout) as readonly object[];
    expect(new Set(plain.map((row) => Object.keys(row).join()))).toEqual(new Set(['from,to,connections']));
    const { stdout, status } = matrix('--exposure', '--format', 'json');
    expect(status).toBe(0);
    const rows = JSON.parse(stdout) as readonly Record<string, string>[];
    expect(
      rows.filter(({ workload, direction }) => workload === 'shop/web[Deployment]' && direction === 'ingress'),
    ).toEqual([
      { workload: 'shop/web[Deployment]', direction: 'ingress', namespaces: '*', pods: '*', connections: 'TCP 8080' },
    ]);
    expect(rows.filter(({ workload }) => workload === 'data/postgres[StatefulSet]')).toEqual([
      {
        workload: 'data/postgres[StatefulSet]',
        direction: 'ingress',
        namespaces: 'kubernetes.io/metadata.name=shop',
        pods: 'app in (api,report)',
        connections: 'TCP 5432',
      },
    ]);
  });
});
