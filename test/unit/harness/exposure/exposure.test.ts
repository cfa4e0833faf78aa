import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Direction } from '../../../../src/requirements/model.ts';
import { formatSelector } from '../../../../src/requirements/selector.ts';
import { exposuresOf, type Exposure, type ExposureEntry } from '../../../../src/harness/exposure/exposure.ts';
import type { Inventory, Workload } from '../../../../src/harness/inventory/model.ts';
import { settledPolicies } from '../predict/admin/fixtures.ts';
import { knownInventories } from '../predict/arbitraries.ts';
import { inventory, namespace, pod, policy, unmodelled, workload } from '../predict/fixtures.ts';
import { labelsMatch, oracleAllows, type World } from '../predict/oracle.ts';
import { POINTS, type Point } from '../predict/points.ts';

const NAME = 'kubernetes.io/metadata.name';
const value = fc.constantFrom('x', 'y', 'z', 'unheard-of', undefined);

/** A pod that is in no input: in a namespace that is there, in one that a selector may name, or in another. */
const stranger = fc.record({
  namespace: fc.constantFrom('a', 'b', 'c', 'elsewhere'),
  env: value,
  app: value,
  tier: value,
  other: value,
  address: fc.constantFrom('10.9.9.9', '10.1.0.1', '172.20.0.1', '192.168.7.7'),
  http: fc.option(fc.constantFrom(1, 53, 79, 80, 81, 443, 8080, 65535)),
});

type Made = typeof stranger extends fc.Arbitrary<infer T> ? T : never;
type Stranger = ReturnType<typeof workloadOf>;

function workloadOf({ namespace: ns, http, address, app, tier, other }: Made) {
  const labels = Object.fromEntries(
    Object.entries({ app, tier, other }).flatMap(([key, text]) => (text === undefined ? [] : [[key, text] as const])),
  );
  const ports =
    http === null ? [] : (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({ name: 'http', protocol, port: http }));
  return workload(`${ns}/stranger`, labels, { ports, pods: [pod(address, 'elsewhere')] });
}

/** The labels of a namespace that is there are what they are; a new one may have any. */
function worldOf({ namespaces }: Inventory, env: string | undefined): World {
  const labelsOf: World['labelsOf'] = (name) =>
    namespaces.find((one) => one.name === name)?.labels ?? { [NAME]: name, ...(env !== undefined && { env }) };
  return { addressOf: ({ pods }) => pods[0]?.addresses[0] ?? '', labelsOf, sharesNode: () => false };
}

/** Nothing is asked of the policies that would select the stranger. */
function oneSided(found: Inventory, direction: Direction): Inventory {
  const other = direction === 'egress' ? 'ingress' : 'egress';
  return {
    ...found,
    policies: found.policies.map((one) => ({
      ...one,
      directions: one.directions.filter((kept) => kept === direction),
    })),
    adminPolicies: found.adminPolicies.map((one) => ({ ...one, [other]: [] })),
  };
}

function entryFor({ entries }: Exposure, who: Stranger, world: World): ExposureEntry | undefined {
  const meant = entries.filter(
    ({ general, namespaces, pods }) =>
      !general && labelsMatch(namespaces, world.labelsOf(who.namespace)) && labelsMatch(pods, who.labels),
  );
  expect(meant.length, 'at most one entry that is not general selects a pod').toBeLessThan(2);
  return meant[0] ?? entries.find(({ general }) => general);
}

function outcomeAt(entry: ExposureEntry | undefined, who: Stranger, direction: Direction, point: Point): string {
  const { protocol, port } = point;
  const named = (entry?.named ?? []).find(
    (one) =>
      direction === 'egress' &&
      one.connections.contains(protocol, port) &&
      who.ports.some((own) => own.name === one.name && own.protocol === protocol && own.port === port),
  );
  if (named !== undefined) return named.outcome;
  if (entry?.allowed.contains(protocol, port) === true) return 'allowed';
  return entry?.unknown.contains(protocol, port) === true ? 'unknown' : 'denied';
}

describe('exposure and a naive oracle', () => {
  it('agree on every pod that may come, in both directions, and both ways', () => {
    let told = 0;
    fc.assert(
      fc.property(
        knownInventories,
        settledPolicies,
        fc.array(stranger, { minLength: 6, maxLength: 6 }),
        (known, admins, who) => {
          // A namespace that only selectors name may come with any labels.
          const used = new Set(known.workloads.map(({ namespace: ns }) => ns));
          const namespaces = known.namespaces.filter(({ name }) => used.has(name));
          const found = { ...known, namespaces, adminPolicies: admins };
          const { exposures } = exposuresOf(found);
          expect(exposures.length).toBe(2 * found.workloads.length);
          for (const exposure of exposures) {
            for (const one of who) told += check(found, exposure, workloadOf(one), worldOf(found, one.env));
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(told).toBeGreaterThan(500);
  });

  /** How many points are told by an entry of their own. */
  function check(found: Inventory, exposure: Exposure, who: Stranger, world: World): number {
    const { workload: own, direction } = exposure;
    const entry = entryFor(exposure, who, world);
    const sided = oneSided(found, direction);
    const [from, to] = direction === 'egress' ? [own, who] : [who, own];
    for (const point of POINTS) {
      const outcome = outcomeAt(entry, who, direction, point);
      if (outcome === 'unknown') continue;
      const allows = oracleAllows(sided, world, { workload: from }, { workload: to }, point.protocol, point.port);
      const where = [own.id, direction, who.namespace, who.labels, who.ports, point];
      expect([...where, outcome]).toEqual([...where, allows ? 'allowed' : 'denied']);
    }
    return entry !== undefined && !entry.general ? POINTS.length : 0;
  }
});

const web = workload('shop/web', { app: 'web' }, { ports: [{ name: 'http', protocol: 'TCP', port: 8080 }] });

function linesOf(parts: Partial<Inventory>, direction: Direction, of: Workload = web): readonly string[] {
  const { exposures } = exposuresOf(inventory({ workloads: [of], ...parts }));
  const found = exposures.find((one) => one.workload === of && one.direction === direction);
  return (found?.entries ?? []).map(({ namespaces, pods, allowed, unknown, named, general }) =>
    [
      general ? 'any' : `${formatSelector(namespaces)} / ${formatSelector(pods)}`,
      allowed.format(),
      ...named.map(
        ({ outcome, protocol, name, connections }) => `${outcome} ${protocol} ${name} ${connections.format()}`,
      ),
      ...(unknown.isEmpty ? [] : [`? ${unknown.format()}`]),
    ].join(': '),
  );
}

describe('what others could do', () => {
  it('is everything where nothing isolates, and nothing where all is shut', () => {
    expect(linesOf({}, 'ingress')).toEqual(['any: all']);
    expect(linesOf({ policies: [policy('shop/shut', {})] }, 'ingress')).toEqual([]);
  });

  it('is what a selector lets in that selects nobody yet, and what is open to all besides', () => {
    const spec = {
      ingress: [
        { ports: [{ port: 'http' }] },
        { from: [{ namespaceSelector: { matchLabels: { team: 'ops' } } }], ports: [{ port: 9090 }] },
      ],
    };
    expect(linesOf({ policies: [policy('shop/web', spec)] }, 'ingress')).toEqual([
      'any: TCP 8080',
      'team=ops / *: TCP 8080,9090',
    ]);
  });

  it('of a selector without namespaces is pods that come into its own', () => {
    const spec = { ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }], ports: [{ port: 80 }] }] };
    expect(linesOf({ policies: [policy('shop/web', spec)] }, 'ingress')).toEqual([`${NAME}=shop / app=api: TCP 80`]);
  });

  it('joins rules that overlap, and tells apart who is meant by one, the other, or both', () => {
    const prod = { namespaceSelector: { matchLabels: { env: 'prod' } } };
    const api = { namespaceSelector: {}, podSelector: { matchLabels: { app: 'api' } } };
    const spec = {
      ingress: [
        { from: [prod], ports: [{ port: 80 }] },
        { from: [api], ports: [{ port: 81 }] },
      ],
    };
    expect(linesOf({ policies: [policy('shop/web', spec)] }, 'ingress').toSorted()).toEqual([
      'env notin (prod) / app=api: TCP 81',
      'env=prod / app notin (api): TCP 80',
      'env=prod / app=api: TCP 80-81',
    ]);
    const same = { ingress: [{ from: [prod, { namespaceSelector: { matchLabels: { env: 'test' } } }] }] };
    expect(linesOf({ policies: [policy('shop/web', same)] }, 'ingress')).toEqual(['env in (prod,test) / *: all']);
  });

  it('names a port where only its name is known', () => {
    const spec = { egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 'metrics' }, { port: 443 }] }] };
    expect(linesOf({ policies: [policy('shop/web', spec)] }, 'egress')).toEqual([
      'any: TCP 443: allowed TCP metrics TCP 1-442,444-65535',
    ]);
  });

  it('has a namespace of the input with the labels that it has', () => {
    const spec = {
      ingress: [{ from: [{ podSelector: {} }] }, { from: [{ namespaceSelector: { matchLabels: { env: 'prod' } } }] }],
    };
    const namespaces = [namespace('shop', { env: 'test' })];
    expect(linesOf({ namespaces, policies: [policy('shop/web', spec)] }, 'ingress').toSorted()).toEqual([
      `env=prod,${NAME} notin (shop) / *: all`,
      `${NAME}=shop / *: all`,
    ]);
  });

  it('is not known where a policy is not modelled, or where an address decides', () => {
    expect(linesOf({ unmodelled: [unmodelled('shop/l7', 'shop')] }, 'ingress')).toEqual(['any: none: ? all']);
    const block = { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/9' } }], ports: [{ port: 443 }] }] };
    const found = inventory({ workloads: [web], policies: [policy('shop/web', block)] });
    expect(exposuresOf(found).notes).toContainEqual(
      expect.stringContaining('whether it covers the address of a pod elsewhere is not known') as unknown,
    );
  });
});
