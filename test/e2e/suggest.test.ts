/** What is suggested from requirements alone holds on a network: the demo's policies are left out, ours take their place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exitStatus } from '../../src/harness/evidence/exit.ts';
import { mayreach, type CliRun } from './support/cli.ts';
import { triedCells } from './support/evidence.ts';
import { workspace, type Workspace } from './support/workspace.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/online-boutique');
const read = (file: string): string => readFileSync(join(EXAMPLE, file), 'utf8');

let files: Workspace;
let suggested: CliRun;
let run: CliRun;

beforeAll(async () => {
  files = workspace(read('online-boutique.reach.yaml'), [read('manifests/workloads.yaml')]);
  const policies = join(files.folder, 'manifests', 'policies.yaml');
  suggested = await mayreach(['suggest', files.requirements, '--out-file', policies], { out: files.out });
  run = await mayreach(['run', files.requirements, '--cluster', 'k3s'], { out: files.out });
});
afterAll(() => files.remove());

test('every requirement of the demo is met, as observed', () => {
  expect(suggested.exit, suggested.stderr).toBe(0);
  expect(run.exit, run.stderr).toBe(0);
  const evidence = run.evidence();
  expect(exitStatus(evidence)).toBe(0);
  expect(evidence.inventory.policies.map(({ id }) => id)).toContain('boutique/allow-frontend');
  expect(new Set(evidence.requirements.map(({ id, verdict }) => `${id} ${verdict}`))).toEqual(
    new Set([...Array.from({ length: 7 }, (_, index) => `OB-${index + 1} met`), 'otherwise met']),
  );
});

test('names are resolved and ports answer through the suggested rules', () => {
  const cells = triedCells(run.evidence(), 'OB-3');
  expect(new Set(cells.map(({ via }) => via))).toEqual(new Set(['service-name', 'service-address']));
  expect(new Set(cells.map(({ observed }) => observed))).toEqual(new Set(['open']));
});
