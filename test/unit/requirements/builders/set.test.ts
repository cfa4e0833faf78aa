import { describe, expect, it } from 'vitest';
import * as built from '../../../../src/requirements/index.ts';
import { MayreachError } from '../../../../src/source/error.ts';

const {
  anyone,
  cidr,
  host,
  mayNotReach,
  mayReach,
  namespaces,
  outsider,
  parseRequirements,
  pods,
  requirements,
  service,
  workload,
} = built;

/** Everything but where it was written. */
function withoutPlaces(value: unknown): unknown {
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, withoutPlaces(each)]));
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([key]) => key !== 'position' && key !== 'file');
  return Object.fromEntries(members.map(([key, each]) => [key, withoutPlaces(each)]));
}

function failure(build: () => unknown): MayreachError {
  try {
    build();
  } catch (error) {
    if (error instanceof MayreachError) return error;
    throw error;
  }
  throw new Error('built without an error');
}

describe('requirements', () => {
  const text = `
requirements: shop
owner: team-payments
manifests: [./a, b.yaml]
endpoints:
  web: shop/web
  db: {namespace: data, pods: {app: postgres}}
  job: batch/report[CronJob]
otherwise: mayNotReach
cases:
  - {id: A, from: web, mayReach: db, on: [5432/tcp, http], because: orders, controls: [CIS], ticket: T-1}
  - {id: B, from: [outsider, {cidr: 10.0.0.0/8}], mayNotReach: [job, {service: shop/api}], expires: 2027-01-31}
  - {id: C, from: {namespaces: {env: prod}}, mayReach: {host: api.stripe.com}, on: 443}
  - id: D
    from: {namespaces: {env: prod}, pods: {matchExpressions: [{key: app, operator: Exists}]}}
    mayNotReach: anyone
    accepted: {because: legacy, approvedBy: board, until: 2027-01-31}
  - {id: E, from: shop/web, mayReach: {namespace: data}, on: any}
audit:
  critical: [{namespaces: {zone: pci}, because: card data}]
  defaultDeny: [ingress, egress]
  exceptions: [{workload: shop/web, directions: egress, because: b, approvedBy: c, until: 2027-01-31}]
`;

  function build(): built.RequirementSet {
    const web = workload('shop/web');
    const db = pods('data', { app: 'postgres' });
    const exists = { matchExpressions: [{ key: 'app', operator: 'Exists' as const }] };
    return requirements(
      'shop',
      {
        owner: 'team-payments',
        manifests: ['./a', 'b.yaml'],
        endpoints: { web, db, job: 'batch/report[CronJob]' },
        otherwise: 'mayNotReach',
        audit: {
          critical: [{ namespaces: { zone: 'pci' }, because: 'card data' }],
          defaultDeny: ['ingress', 'egress'],
          exceptions: [
            { workload: 'shop/web', directions: 'egress', because: 'b', approvedBy: 'c', until: '2027-01-31' },
          ],
        },
      },
      [
        mayReach('A', web, db, { on: ['5432/tcp', 'http'], because: 'orders', controls: ['CIS'], ticket: 'T-1' }),
        mayNotReach('B', [outsider(), cidr('10.0.0.0/8')], ['job', service('shop/api')], { expires: '2027-01-31' }),
        mayReach('C', namespaces({ env: 'prod' }), host('api.stripe.com'), { on: 443 }),
        mayNotReach('D', namespaces({ env: 'prod' }, exists), anyone(), {
          accepted: { because: 'legacy', approvedBy: 'board', until: '2027-01-31' },
        }),
        mayReach('E', 'shop/web', pods('data'), { on: 'any' }),
      ],
    );
  }

  it('makes the same objects as YAML', () => {
    const [read] = parseRequirements(text, 'f.reach.yaml');
    expect(withoutPlaces(build())).toEqual(withoutPlaces(read));
  });

  it('places each requirement at the call that made it', () => {
    const set = requirements('s', { otherwise: 'mayNotReach' }, [
      mayReach('A', 'a/b', outsider()), // the line that both positions name
    ]);
    const line = set.requirements[0]?.position.line ?? 0;
    const file = 'test/unit/requirements/builders/set.test.ts';
    expect(set.file).toBe(file);
    expect(set.requirements.map(({ position }) => position)).toEqual([
      { file, line, column: expect.any(Number) as number },
      { file, line: line - 1, column: expect.any(Number) as number },
    ]);
    expect(set.requirements[0]?.to[0]?.position).toMatchObject({ file, line });
    expect(line).toBeGreaterThan(80);
  });

  it('refuses what YAML refuses, in the same words, at the call', () => {
    const [first, second] = [mayReach('A', 'webb', 'web'), mayNotReach('A', host('a.b'), [], { on: '53/upd' })];
    const error = failure(() => requirements('s', { endpoints: { web: 'a/b' } }, [first, second]));
    const [unknown, ...others] = (error.cause as AggregateError).errors as MayreachError[];
    expect(unknown).toMatchObject({
      code: 'REQUIREMENT_INVALID',
      message: '"webb" is not an endpoint that this set declares',
      hint: 'Did you mean `web`?',
      position: first.position,
    });
    expect(others.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the id `A` is taken: first at .*set\.test\.ts:\d+:\d+$/),
      expect.stringMatching(/^`mayNotReach` must be .*, but is an empty list$/),
      '"upd" is not a protocol: it must be one of tcp, udp, sctp',
      '"a.b" is a host, which can be reached but cannot be a source',
    ]);
  });

  it('needs something to say', () => {
    expect(failure(() => requirements('s', {})).message).toContain('the set states nothing');
    expect(failure(() => requirements('s', {}, [])).message).toContain(
      '`cases` must be a list of cases, but is an empty list',
    );
  });

  it('loses nothing that is no map: a port in the place of the details', () => {
    const error = failure(() => mayReach('A', outsider(), 'shop/web', 8080 as never));
    expect(error).toMatchObject({ code: 'REQUIREMENT_INVALID', hint: 'Ports are written {on: 8080}.' });
    expect(error.position?.file).toContain('set.test.ts');
  });

  it.each([
    ['one case alone', mayReach('A', outsider(), 'shop/web'), '`cases` must be a list of cases, but is a map'],
    ['a text', 'abc', '`cases` must be a list of cases, but is "abc"'],
    ['an empty place', [null], '`cases[0]` must be a case'],
  ])('refuses %s in the place of the cases', (_, cases, message) => {
    expect(failure(() => requirements('s', {}, cases as never)).message).toContain(message);
  });
});
