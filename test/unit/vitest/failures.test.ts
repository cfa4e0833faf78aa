import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { project, repository, runVitest, type Project, type RunOfVitest } from './support/run-vitest.ts';

const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
`;
const ANOTHER_TEST = `import { expect, test } from 'vitest'; test('adds', () => { expect(1 + 1).toBe(2); });`;

describe('a failure points at its own line', () => {
  let seen: RunOfVitest;
  beforeAll(async () => {
    seen = await runVitest(path.join(repository, 'examples/broken'));
  });

  test('in the terminal, with the file as code frame', () => {
    expect(seen.status).toBe(1);
    expect(seen.output).toContain(' ❯ broken.reach.yaml:18:5\n');
    expect(seen.output).toMatch(/18\| {3}- id: BROKEN-1 .*\n +\| {5}\^/u);
    expect(seen.output).not.toContain('cases.ts');
  });

  test('in the stack that other reporters take', () => {
    const { message, location } = seen.tests.get('BROKEN-2: stranger may not reach api') ?? {};
    expect(message).toContain(`\n    at ${path.join(repository, 'examples/broken/broken.reach.yaml')}:24:5`);
    expect(location).toEqual({ line: 24, column: 5 });
  });

  test('and a case that passes has its location as well', () => {
    expect(seen.tests.get('BROKEN-4: web may reach shop/api[Service] on http')).toMatchObject({
      status: 'passed',
      location: { line: 37, column: 5 },
    });
  });

  test('the summary is the command’s', () => {
    expect(seen.stdout).toMatch(/^failed {2}4 requirements: 1 met, 3 violated/mu);
    expect(seen.stdout).toContain('Who reaches whom');
  });
});

describe('what keeps a run from being judged', () => {
  let projects: Project[] = [];
  const runOn = (files: Record<string, string>, settings?: Parameters<typeof runVitest>[1]): Promise<RunOfVitest> => {
    const made = project(files);
    projects.push(made);
    return runVitest(made.root, settings);
  };
  afterAll(() => {
    projects.forEach((each) => each.remove());
    projects = [];
  });

  test('mistakes in a requirement file, each with its place; other tests run', async () => {
    const { status, output, results, tests } = await runOn(
      {
        'k8s/web.yaml': MANIFESTS,
        'net.reach.yaml': [
          'requirements: net',
          'manifests: ./k8s',
          'cases:',
          '  - {id: A, from: outsider, mayNotReech: shop/web}',
          '  - {id: B, form: outsider, mayNotReach: shop/web}',
        ].join('\n'),
        'test/other.test.ts': ANOTHER_TEST,
      },
      { options: { include: ['test/**/*.test.ts'] } },
    );
    expect(status).toBe(1);
    expect(output).toContain('mayNotReech');
    expect(output).toMatch(/net\.reach\.yaml:5:\d+: /u);
    expect(output).toMatch(/ ❯ net\.reach\.yaml:4:\d+\n/u);
    expect(output).not.toMatch(/src\/|dist\//u);
    expect(tests.get('adds')?.status).toBe('passed');
    expect(results.testResults.find(({ name }) => name.endsWith('net.reach.yaml'))?.message).toContain(
      '[REQUIREMENT_INVALID]',
    );
  });

  test('manifests that are not there: the line that names them', async () => {
    const { status, output } = await runOn({
      'net.reach.yaml': 'requirements: net\nmanifests: ./k9s\ncases: [{id: A, from: outsider, mayNotReach: shop/web}]',
    });
    expect(status).toBe(1);
    expect(output).toContain('[FILE_NOT_FOUND]');
    expect(output).toMatch(/ ❯ net\.reach\.yaml:2:12\n/u);
  });

  test('k3s without Docker: one clear message, and other tests run', async () => {
    const { status, output, tests } = await runOn(
      {
        'k8s/web.yaml': MANIFESTS,
        'net.reach.yaml':
          'requirements: net\nmanifests: ./k8s\ncases: [{id: A, from: outsider, mayNotReach: shop/web}]',
        'test/other.test.ts': ANOTHER_TEST,
      },
      {
        options: { cluster: 'k3s', include: ['test/**/*.test.ts'] },
        env: { DOCKER_HOST: 'tcp://127.0.0.1:1', TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1' },
      },
    );
    expect(status).toBe(1);
    expect(output).toContain('[DOCKER_UNREACHABLE]');
    expect(output).not.toMatch(/src\/|dist\//u);
    expect(tests.get('adds')?.status).toBe('passed');
  });
});
