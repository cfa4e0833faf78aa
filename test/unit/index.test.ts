import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest';
import * as api from '../../src/index.ts';
import * as forVitest from '../../src/vitest/index.ts';

const root = path.resolve(import.meta.dirname, '../..');
const SHOP = path.relative(process.cwd(), path.join(root, 'examples/shop'));
const MANIFESTS = path.join(SHOP, 'manifests');

const { mayNotReach, mayReach, outsider, pods, requirements, run, service } = api;

describe('what the package exports', () => {
  // Names that code out there imports: adding one is a line here, taking one away is a new major version.
  test('mayreach', () => {
    expect(Object.keys(api).sort()).toEqual([
      'MayreachError',
      'PROTOCOLS',
      'anyone',
      'checkRun',
      'cidr',
      'evidenceSchema',
      'exitStatus',
      'formatEndpoint',
      'formatPosition',
      'formatSelector',
      'host',
      'mayNotReach',
      'mayReach',
      'namespaces',
      'outsider',
      'parseRequirements',
      'pods',
      'requirements',
      'run',
      'selects',
      'service',
      'standingOf',
      'suitesOf',
      'terminalSummary',
      'workload',
      'writeReports',
    ]);
  });

  test('mayreach/vitest', () => {
    expect(Object.keys(forVitest).sort()).toEqual(['mayreach', 'mayreachReporter']);
  });
});

describe('run', () => {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

  test('says how to repeat a requirement, as a shell reads it', async () => {
    const sets = [requirements('t', {}, [mayReach('A 1', outsider(), pods('shop', { app: 'web' }))])];
    const {
      requirements: [one],
    } = await run({ sets, manifests: [MANIFESTS], allowExternal: true });
    expect(one?.replay).toMatch(/ --only 'A 1' --allow-external --manifests /u);
    const listed = await run({ sets, manifests: [MANIFESTS], allowExternal: ['192.0.2.0/24', 'a.example'] });
    expect(listed.requirements[0]?.replay).toContain(' --allow-external=192.0.2.0/24,a.example ');
  });

  test('asks with `only` for these requirements, not for what an audit block demands', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'mayreach-'));
    folders.push(folder);
    const file = path.join(folder, 'a.reach.yaml');
    const text = `requirements: a
manifests: ${path.resolve(MANIFESTS)}
cases: [{id: A, from: shop/web, mayReach: {service: shop/api}, on: [http]}]
audit: {critical: [{namespaces: {no: such}, because: card data}]}`;
    writeFileSync(file, text);
    const [all, alone] = await Promise.all([run({ paths: [file] }), run({ paths: [file], only: ['A'] })]);
    const missing = ({ findings }: api.Evidence) =>
      findings.filter(({ rule }) => rule === 'critical-namespace-missing');
    expect(all.requirements.map(({ verdict }) => verdict)).toEqual(['met']);
    expect([missing(all), api.exitStatus(all)]).toMatchObject([[{ fails: true, severity: 'error' }], 1]);
    expect([missing(alone), api.exitStatus(alone)]).toMatchObject([[{ fails: false, severity: 'warning' }], 0]);
  });

  test('judges files as the command does', async () => {
    const evidence = await run({ paths: [SHOP] });
    expect(evidence.requirements.map(({ id, verdict }) => [id, verdict])).toContainEqual(['SHOP-1', 'met']);
    expect(api.exitStatus(evidence)).toBe(0);
    expect(api.suitesOf(evidence)[0]?.title).toBe('Requirements of shop');
    expect(api.suitesOf(evidence).flatMap(({ cases }) => cases.filter(({ position }) => !position))).toEqual([]);
  });

  test('judges what builders made; a failure is at the line that made it', async () => {
    const set = requirements('made', {}, [
      mayReach('M-1', outsider(), 'shop/web', { on: 'http' }),
      mayReach('M-2', outsider(), service('shop/api')),
    ]);
    const evidence = await run({ sets: [set], manifests: [MANIFESTS] });
    expect(evidence.requirements.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['M-1', 'met'],
      ['M-2', 'violated'],
    ]);
    const here = readFileSync(import.meta.filename, 'utf8').split('\n');
    const { position } = evidence.requirements[1] ?? {};
    expect(position?.file).toBe(path.relative(process.cwd(), import.meta.filename));
    expect(here[(position?.line ?? 0) - 1]).toContain("mayReach('M-2'");
    expect(api.exitStatus(evidence)).toBe(1);
  });

  test('reads the manifests that a set names, once', async () => {
    const manifests = path.relative(import.meta.dirname, path.join(root, 'examples/shop/manifests'));
    const set = requirements('made', { manifests }, [mayNotReach('M-1', outsider(), 'shop/api')]);
    const evidence = await run({ sets: [set], manifests: [MANIFESTS] });
    expect(evidence.requirements[0]?.verdict).toBe('met');
    const paths = evidence.inventory.files.map(({ path: file }) => path.resolve(file));
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('writes nothing by itself', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'mayreach-api-'));
    folders.push(folder);
    const evidence = await run({ paths: [SHOP], out: path.join(folder, 'never') });
    const files = await api.writeReports(evidence, path.join(folder, 'out'));
    expect(files.map(({ path: file }) => path.relative(folder, file))).toEqual([
      'out/evidence.json',
      'out/junit.xml',
      'out/report.html',
    ]);
    expect(() => readFileSync(path.join(folder, 'never', 'evidence.json'))).toThrow('ENOENT');
  });

  test.each([
    ['nothing to judge', {}, 'USAGE', /no requirements/u],
    ['a cluster that there is not', { paths: [SHOP], cluster: 'k3d' as 'k3s' }, 'USAGE', /k3d/u],
    ['an id that there is not', { paths: [SHOP], only: ['SHOP-11'] }, 'USAGE', /SHOP-11/u],
    ['a timeout that is none', { paths: [SHOP], timeoutMs: 5 }, 'USAGE', /a timeout of 5/u],
    ['a path that leads nowhere', { paths: [`${SHOP}s`] }, 'FILE_NOT_FOUND', /shops/u],
  ])('refuses %s', async (_what, settings, code, message) => {
    const refused = run(settings);
    await expect(refused).rejects.toMatchObject({ name: 'MayreachError', code });
    await expect(refused).rejects.toThrow(message);
  });

  test('an id twice, in a file and in code', async () => {
    const set = requirements('made', {}, [mayReach('SHOP-1', outsider(), 'shop/web')]);
    await expect(run({ paths: [SHOP], sets: [set] })).rejects.toMatchObject({ code: 'REQUIREMENT_INVALID' });
  });

  test('stops where it is told to', async () => {
    const signal = AbortSignal.abort(new api.MayreachError('enough', { code: 'INTERRUPTED' }));
    await expect(run({ paths: [SHOP], cluster: 'k3s', signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

test('types say what is wrong before anything runs', () => {
  const never = (): unknown => [
    // @ts-expect-error a cluster that there is not
    run({ paths: [SHOP], cluster: 'k3d' }),
    // @ts-expect-error `keep` is of k3s
    run({ paths: [SHOP], cluster: { source: 'kubeconfig', keep: true } }),
    // @ts-expect-error a selector's values are texts
    pods('shop', { app: 1 }),
    // @ts-expect-error one statement goes one way
    mayReach('A', outsider()),
    // @ts-expect-error only endpoints reach anything
    expect('shop/web').toReach('shop/api'),
    // @ts-expect-error ports are numbers and texts
    expect(outsider()).toReach('shop/api', { port: 80 }),
    // @ts-expect-error an option that there is not
    forVitest.mayreach({ clusters: 'k3s' }),
    expect(outsider()).not.toReach(service('shop/api'), [8080, 'http', '53/udp']),
    expectTypeOf(expect(outsider()).toReach('shop/api')).toEqualTypeOf<Promise<void>>(),
    run({ paths: [SHOP], cluster: { source: 'k3s', args: ['--disable-network-policy'] } }),
  ];
  expectTypeOf(never).toBeFunction();
  expectTypeOf(run).returns.resolves.toEqualTypeOf<api.Evidence>();
  expectTypeOf<api.EvidenceRequirement['verdict']>().toEqualTypeOf<api.Verdict>();
});
