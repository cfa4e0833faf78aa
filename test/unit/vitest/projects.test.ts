import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { project, repository, run, type Project } from './support/run-vitest.ts';

const PLUGIN = path.join(repository, 'src/vitest/index.ts');
const FILES = {
  'k8s/web.yaml': `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
`,
  'net.reach.yaml': `
requirements: net
manifests: ./k8s
cases: [{id: NET-1, from: outsider, mayReach: shop/web}]
`,
  'test/other.test.ts': `import { expect, test } from 'vitest'; test('adds', () => { expect(1 + 1).toBe(2); });`,
};

describe('in a config with projects', () => {
  const made: Project[] = [];
  afterAll(() => made.forEach((each) => each.remove()));

  const runOn = async (plugins: string, projects: string): Promise<{ status: number | null; output: string }> => {
    const each = project(FILES);
    made.push(each);
    const config = path.join(each.root, 'vitest.config.mjs');
    writeFileSync(
      config,
      `import { mayreach } from ${JSON.stringify(PLUGIN)};\nexport default { plugins: ${plugins}, test: { projects: ${projects} } };\n`,
    );
    const { status, stdout, stderr } = await run(
      [
        path.join(repository, 'node_modules/vitest/vitest.mjs'),
        ...['run', '--root', each.root, '--config', config, '--reporter', 'verbose'],
      ],
      { NO_COLOR: '1' },
    );
    return { status, output: stdout + stderr };
  };
  const UNIT = "{ test: { name: 'unit', include: ['test/*.test.ts'] } }";

  test('a plugin that none of them has is refused: no requirement would be judged, and all would pass', async () => {
    const { status, output } = await runOn('[mayreach()]', `[${UNIT}]`);
    expect(status).toBe(1);
    expect(output).toContain('no project of `test.projects` has the mayreach plugin');
  });

  test('one project has the plugin, and the requirement files with it', async () => {
    const NET = "{ plugins: [mayreach()], test: { name: 'net', include: [] } }";
    const { status, output } = await runOn('[]', `[${UNIT}, ${NET}]`);
    expect(output).toContain('net.reach.yaml > NET-1');
    expect(output).toContain('test/other.test.ts > adds');
    expect(status).toBe(0);
  });
});
