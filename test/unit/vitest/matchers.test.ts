import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { project, repository, runVitest, type Project, type RunOfVitest } from './support/run-vitest.ts';

/** Besides the example's own: each hope with what must become of it. */
const HOPES = `
import { cidr, outsider, pods, service, workload } from 'mayreach';
import { expect, test } from 'vitest';

const web = pods('shop', { app: 'web' });
const api = service('shop/api');

test('not, where it does', async () => {
  await expect(web).not.toReach(api, 8080);
});
test('reach, where it does not', async () => {
  await expect(outsider()).toReach(api, 9090);
});
test('a port that the service does not have', async () => {
  await expect(web).toReach(api, 80);
});
test('no pods', async () => {
  await expect(pods('shop', { app: 'wep' })).toReach(api, 8080);
});
test('no endpoint', async () => {
  await expect('shop/web' as never).toReach(api, 8080);
});
test('nonsense for a port', async () => {
  await expect(web).not.toReach(api, '80 80');
});
test('nonsense twice', async () => {
  await expect(web).toReach({ service: 'api' } as never, 0);
});
test('no destination', async () => {
  await expect(web).not.toReach(undefined as never);
});
test('all declared ports: one of them is not open', async () => {
  await expect(web).toReach(api);
});
test('every port', async () => {
  await expect(outsider()).not.toReach(workload('shop/api'));
  await expect(outsider()).toReach('shop/web', 'http');
  await expect(web).not.toReach(cidr('203.0.113.0/24'));
});
`;

let made: Project;
let seen: RunOfVitest;
beforeAll(async () => {
  made = project({});
  cpSync(path.join(repository, 'examples/team-vitest'), made.root, {
    recursive: true,
    filter: (file) => !/mayreach-report|vitest\.config/u.test(file),
  });
  writeFileSync(path.join(made.root, 'test/hopes.test.ts'), HOPES);
  seen = await runVitest(made.root, { options: { include: ['test/**/*.test.ts'] } });
});
afterAll(() => made.remove());

const of = (name: string): { status: string; message: string } => {
  const found = seen.tests.get(name);
  if (found === undefined) throw new Error(`there is no test ${name} in ${[...seen.tests.keys()].join(', ')}`);
  return found;
};
const lineOf = (text: string): number => HOPES.slice(0, HOPES.indexOf(text)).split('\n').length;

describe('the example of a team', () => {
  test.each(['web asks the api', 'the admin port of the api is for nobody', 'the tenth of a kind is free'])(
    '%s',
    (name) => {
      expect(of(name).status).toBe('passed');
    },
  );

  test('its requirements are tests beside them', () => {
    expect(readFileSync(path.join(made.root, 'net.reach.yaml'), 'utf8')).toContain('TEAM-3');
    expect(of('TEAM-3: outsider may not reach shop/api').status).toBe('passed');
  });
});

describe('toReach', () => {
  test('passes with what is so', () => {
    expect(of('every port')).toMatchObject({ status: 'passed', message: '' });
  });

  test.each([
    ['not, where it does', 'expect(web).not.toReach(api, 8080)', /violated in 1 of 1 cell[\s\S]*allowed by shop\/web/u],
    ['reach, where it does not', 'expect(outsider()).toReach(api, 9090)', /predicted denied/u],
    ['a port that the service does not have', 'expect(web).toReach(api, 80)', /has no port 80\n.*8080.*PORT_UNKNOWN/u],
    ['no pods', "expect(pods('shop', { app: 'wep' }))", /selects nothing[\s\S]*Did you mean app=web/u],
    ['no endpoint', "expect('shop/web' as never)", /toReach expects an endpoint/u],
    [
      'nonsense for a port',
      "not.toReach(api, '80 80')",
      /^MayreachError: .*hopes\.test\.ts:\d+:\d+: .*80 80.*\[REQUIREMENT_INVALID\]$/mu,
    ],
    [
      'nonsense twice',
      "toReach({ service: 'api' } as never, 0)",
      /"api" is not a service[\s\S]*hopes\.test\.ts:\d+:\d+: 0 is not a port.*\[REQUIREMENT_INVALID\]/u,
    ],
    ['no destination', 'toReach(undefined as never)', /toReach expects an endpoint/u],
    ['all declared ports: one of them is not open', 'expect(web).toReach(api);', /TCP\/9090/u],
  ])('fails: %s', (name, line, message) => {
    const test = of(name);
    expect(test.status).toBe('failed');
    expect(test.message).toMatch(message);
    expect(test.message).toContain(`hopes.test.ts:${lineOf(line)}:`);
    expect(test.message).not.toMatch(/worker\/matchers|replay:/u);
  });
});
