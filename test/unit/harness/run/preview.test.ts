import { expect, it } from 'vitest';
import { preview } from './preview-scene.ts';

it('names the namespaces, the stand-ins, and whom none may stand for', () => {
  const { namespaces, standIns, refused, owner } = preview();
  expect(namespaces).toEqual(['mayreach-RUN-canary', 'mayreach-RUN-outsider']);
  expect(standIns.map(({ namespace, standsFor }) => `${namespace}: ${standsFor}`)).toEqual([
    'shop: shop/web[Deployment]',
    'shop: shop/api[Deployment]',
    'data: data/db[Deployment]',
  ]);
  expect(standIns[0]?.name).toMatch(/^mayreach-RUN-web-deployment-[0-9a-f]{8}-p$/u);
  expect(refused.map(({ party }) => party)).toEqual(['data/peer[Deployment]']);
  expect(refused[0]?.text).toContain('publishNotReadyAddresses');
  expect(owner).toEqual({
    name: 'mayreach-RUN',
    namespaces: ['mayreach-RUN-canary', 'mayreach-RUN-outsider', 'shop', 'data'],
  });
});

it('counts the connections: each cell that is tried, and the controls of its listener', () => {
  // The cell, and the listener's answer to its own pod.
  expect(preview({ only: ['MAY'] }).dials).toMatchObject({
    total: 2,
    bySource: { connections: 1 },
    byDestination: { who: 'shop/api[Deployment]', connections: 2 },
    attempts: 2,
  });
  // Two cells, itself, and an allowed peer: nothing isolates db, so web is allowed and a control itself.
  expect(preview({ only: ['NOT'] }).dials).toMatchObject({
    total: 3,
    byDestination: { who: 'data/db[Deployment]', connections: 3 },
  });
  expect(preview({ only: ['UNSAFE'] }).dials).toMatchObject({ total: 0 });
  expect(preview({ only: ['UNSAFE'] }).dials).not.toHaveProperty('bySource');
});

it('tells who has most', () => {
  const { dials } = preview();
  // MAY (and SERVICE, which is the same connection), NOT, PRIVATE.
  expect(dials.bySource).toEqual({ who: 'shop/web[Deployment]', connections: 3 });
  expect(dials.atOnce).toEqual({ total: 1024, perSource: 256, perListener: 32 });
  expect(dials).not.toHaveProperty('perSecond');
  expect(preview({ maxRate: 50 }).dials.perSecond).toBe(50);
});

it('dials a public address with --allow-external alone, and says so of a host whose addresses nobody knows yet', () => {
  const refused = preview();
  expect(refused.external).toEqual([
    {
      target: '203.0.113.7/32',
      dialled: 'no',
      why: '203.0.113.7 is a public address, and none is dialled without --allow-external',
    },
    { target: '10.9.9.9/32', dialled: 'yes' },
    { target: 'api.example.com', dialled: 'if-private' },
  ]);
  const allowed = preview({ allowExternal: true });
  expect(allowed.external.map(({ dialled }) => dialled)).toEqual(['yes', 'yes', 'yes']);
  // From web, and from the outsider, which no policy isolates.
  expect(allowed.dials.total).toBe(refused.dials.total + 2);
  expect(allowed.names).toEqual(['api.example.com']);
});

it('dials with a list what is on it, and a host whose addresses may turn out to be', () => {
  const told = (list: string) => {
    const { external, names, dials } = preview({ allowExternal: list });
    return { dialled: external.map(({ dialled }) => dialled), names, total: dials.total };
  };
  const without = preview().dials.total;
  // The private address is not on it: its connection and its control are not made.
  expect(told('203.0.113.7')).toEqual({
    dialled: ['yes', 'no', 'if-listed'],
    names: ['api.example.com'],
    total: without,
  });
  expect(told('elsewhere.example.com')).toEqual({ dialled: ['no', 'no', 'no'], names: [], total: without - 4 });
  expect(told('api.example.com').dialled).toEqual(['no', 'no', 'yes']);
  const why = preview({ allowExternal: 'elsewhere.example.com' }).untried.map((untried) => untried.why);
  expect(why).toContain('10.9.9.9 is not on the list of --allow-external');
  expect(why).toContain('api.example.com is not on the list of --allow-external');
});

it('dials services themselves with --to real alone', () => {
  expect(preview().realServices).toEqual([]);
  const real = preview({ toReal: true, only: ['SERVICE'] });
  expect(real.realServices).toEqual(['shop/api[Service]']);
  expect(real.dials.byDestination?.connections).toBe(2);
});

it('says what stays predicted or untested, why, and of which requirements', () => {
  expect(preview().untried.map(({ verdict, cells, requirements }) => [verdict, cells, ...requirements])).toEqual([
    ['predicted', 1, 'UNSAFE'],
    ['untested', 1, 'PUBLIC'],
    ['untested', 1, 'SCTP'],
    ['inconclusive', 0, 'NOBODY'],
  ]);
  expect(preview({ only: ['MAY'] }).untried).toEqual([]);
});

it('asks for rights in the cluster and where stand-ins go, and has pods on no more nodes than carry one', () => {
  const { rights, optionalRights, runPods } = preview({ nodeCount: 20 });
  expect(rights.filter(({ namespace }) => namespace === undefined)).toContainEqual({
    verb: 'create',
    resource: 'namespaces',
  });
  expect(new Set(rights.map(({ namespace }) => namespace))).toEqual(
    new Set([undefined, 'mayreach-RUN-canary', 'mayreach-RUN-outsider', 'shop', 'data']),
  );
  expect(rights).toContainEqual({ verb: 'create', resource: 'pods/attach', namespace: 'data' });
  expect(optionalRights).toContainEqual({ verb: 'delete', resource: 'priorityclasses.scheduling.k8s.io' });
  expect(optionalRights).toContainEqual({ verb: 'get', resource: 'pods/log', namespace: 'data' });
  expect(runPods.nodes).toBe(3);
});
