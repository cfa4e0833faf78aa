import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { evidenceSchema } from '../../src/harness/evidence/schema.ts';

const root = path.resolve(import.meta.dirname, '../..');
const out = mkdtempSync(path.join(tmpdir(), 'mayreach-examples-'));
afterAll(() => rmSync(out, { recursive: true }));

function mayreach(...args: string[]) {
  return spawnSync(process.execPath, ['src/cli/main.ts', ...args], { cwd: root, encoding: 'utf8' });
}

/** Exit status, verdicts by id, and the rules of what was found besides. */
function run(example: string) {
  const folder = path.join(out, example);
  const { status, stderr } = mayreach('run', `examples/${example}`, '--out', folder);
  if (status === null || status > 2) throw new Error(stderr);
  const { requirements, findings } = evidenceSchema.parse(
    JSON.parse(readFileSync(path.join(folder, 'evidence.json'), 'utf8')),
  );
  return {
    status,
    verdicts: Object.fromEntries(requirements.map(({ id, verdict }) => [id, verdict])),
    findings: findings.map(({ rule, object }) => `${rule} ${object ?? ''}`),
    failing: findings.filter(({ fails }) => fails),
  };
}

/** `from -> to: connections`, without namespaces and kinds. */
function matrix(example: string): string[] {
  const { stdout, stderr, status } = mayreach('matrix', `examples/${example}`, '--format', 'json');
  if (status !== 0) throw new Error(stderr);
  const rows = JSON.parse(stdout) as { from: string; to: string; connections: string }[];
  const short = (id: string): string => id.replace(/^.*\/|\[.*\]$/gu, '').replace(/\[.*$/u, '');
  return rows.map(({ from, to, connections }) => `${short(from)} -> ${short(to)}: ${connections}`);
}

describe('examples/shop', () => {
  test('is all met', () => {
    const { status, verdicts, failing } = run('shop');
    expect(status).toBe(0);
    expect(Object.keys(verdicts)).toEqual(['SHOP-1', 'SHOP-2', 'SHOP-3', 'SHOP-4', 'SHOP-5', 'SHOP-6', 'otherwise']);
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['met']));
    expect(failing).toEqual([]);
  });

  test('allows what its cases name, and nothing else', () => {
    expect(new Set(matrix('shop'))).toEqual(
      new Set([
        'web -> api: TCP 3000',
        'web -> statsd: UDP 8125',
        'api -> postgres: TCP 5432',
        'api -> statsd: UDP 8125',
        'report -> postgres: TCP 5432',
        '0.0.0.0-255.255.255.255 -> web: TCP 8080',
      ]),
    );
  });
});

test('examples/broken shows three violations, and the policy that selects nothing', () => {
  const { status, verdicts, findings } = run('broken');
  expect(status).toBe(1);
  expect(verdicts).toEqual({
    'BROKEN-1': 'violated',
    'BROKEN-2': 'violated',
    'BROKEN-3': 'violated',
    'BROKEN-4': 'met',
  });
  expect(findings).toContainEqual(expect.stringMatching(/selects-nothing data\/no-egress$/u));
});

describe('examples/online-boutique', () => {
  test('is all met', () => {
    const { status, verdicts, failing } = run('online-boutique');
    expect(status).toBe(0);
    expect(Object.keys(verdicts)).toHaveLength(8);
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['met']));
    expect(failing).toEqual([]);
  });

  test('allows the communication paths of the demo, and nothing else', () => {
    const frontend = [
      'adservice: TCP 9555',
      'cartservice: TCP 7070',
      'checkoutservice: TCP 5050',
      'currencyservice: TCP 7000',
      'productcatalogservice: TCP 3550',
      'recommendationservice: TCP 8080',
      'shippingservice: TCP 50051',
    ];
    const checkout = [
      'cartservice: TCP 7070',
      'currencyservice: TCP 7000',
      'emailservice: TCP 8080',
      'paymentservice: TCP 50051',
      'productcatalogservice: TCP 3550',
      'shippingservice: TCP 50051',
    ];
    expect(new Set(matrix('online-boutique'))).toEqual(
      new Set([
        ...frontend.map((to) => `frontend -> ${to}`),
        ...checkout.map((to) => `checkoutservice -> ${to}`),
        'recommendationservice -> productcatalogservice: TCP 3550',
        'cartservice -> redis-cart: TCP 6379',
        'loadgenerator -> frontend: TCP 8080',
        '0.0.0.0-255.255.255.255 -> frontend: TCP 8080',
      ]),
    );
  });
});

test("examples/team-vitest's requirements are met", () => {
  const { status, verdicts } = run('team-vitest');
  expect(status).toBe(0);
  expect(verdicts).toEqual({ 'TEAM-1': 'met', 'TEAM-2': 'met', 'TEAM-3': 'met' });
});
