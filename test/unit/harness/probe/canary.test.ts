import { beforeEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../../../../src/harness/evidence/schema.ts';
import { runCanary, type CanaryOptions, type CanaryPair } from '../../../../src/harness/probe/canary.ts';
import type { Clock } from '../../../../src/harness/probe/clock.ts';
import type { Observation, Probe, ProbePod, Prober } from '../../../../src/harness/probe/model.ts';

const pod = (id: string, node: string): ProbePod => ({
  id: `${id}@${node}`,
  namespace: id,
  name: `${id}-${node}`,
  uid: `${id}@${node}`,
  node,
  addresses: [`${id}@${node}`],
  listening: { TCP: [8080], UDP: [8053] },
});
const pair = (node: string): CanaryPair => ({ node, canary: pod('canary', node), peer: pod('peer', node) });

let now: number;
let deniedAt: number | undefined;
let liftedAt: number | undefined;
const clock: Clock = {
  now: () => now,
  pause: (ms) => {
    now += ms;
    return Promise.resolve();
  },
};
const actions = {
  applyDeny: () => {
    deniedAt = now;
    return Promise.resolve();
  },
  liftDeny: () => {
    liftedAt = now;
    return Promise.resolve();
  },
};
beforeEach(() => {
  [now, deniedAt, liftedAt] = [1_700_000_000_000, undefined, undefined];
});

/** A network of which each cell's outcome is a function of the policy's age; a look takes 20 ms. */
const network = (outcome: (probe: Probe, denied: boolean, ageMs: number) => Outcome): Prober => ({
  close: () => Promise.resolve(),
  resolve: () => Promise.resolve([]),
  measure(probes) {
    const at = new Date(now).toISOString();
    const denied = deniedAt !== undefined && liftedAt === undefined;
    const age = now - (liftedAt ?? deniedAt ?? now);
    now += 20;
    const observe = (probe: Probe): [string, Observation] => {
      const seen = outcome(probe, denied, age);
      return [probe.key, { key: probe.key, outcome: seen, attempts: [{ at, durationMs: 1, outcome: seen }] }];
    };
    const empty = { health: new Map(), startedAt: at, endedAt: at, durationMs: 20, attempts: probes.length };
    return Promise.resolve({ ...empty, observations: new Map(probes.map(observe)) });
  },
});
const run = (prober: Prober, pairs = [pair('n1')], more: Partial<CanaryOptions> = {}) =>
  runCanary(prober, pairs, actions, { signal: new AbortController().signal, clock, ...more });

describe('a network that enforces', () => {
  const enforcing = network((_, denied, age) =>
    denied ? (age >= 300 ? 'timed-out' : 'open') : age >= 200 || !liftedAt ? 'open' : 'refused',
  );

  test('shows all three phases, for TCP and UDP, in both directions, on each node', async () => {
    const { canaries, slowestMs } = await run(enforcing, [pair('n1'), pair('n2')]);
    expect(canaries.map(({ node, enforced }) => [node, enforced])).toEqual([
      ['n1', true],
      ['n2', true],
    ]);
    const shown =
      canaries[0]?.phases.map(({ phase, protocol, direction }) => `${phase} ${protocol} ${direction}`) ?? [];
    expect(new Set(shown).size).toBe(12);
    expect(canaries[0]?.text).toMatch(
      /^the network enforces policies on node n1: denied after 0\.3 s, open again after 0\.2 s$/,
    );
    expect(slowestMs).toBeGreaterThanOrEqual(300);
    expect(slowestMs).toBeLessThan(400);
  });

  test('dials the canary from its peer for ingress, and the peer from the canary for egress', async () => {
    const dialled = new Map<string, Probe>();
    const prober = network((probe) => (dialled.set(probe.key, probe), 'open'));
    await run(prober);
    expect(dialled.get('canary n1 ingress TCP')).toMatchObject({
      from: 'peer@n1',
      responders: ['canary@n1'],
      port: 8080,
    });
    expect(dialled.get('canary n1 egress UDP')).toMatchObject({
      from: 'canary@n1',
      responders: ['peer@n1'],
      port: 8053,
    });
  });
});

test('a network that does not enforce is said not to, after the deadline, and the policy is lifted', async () => {
  const { canaries, slowestMs } = await run(network(() => 'open'));
  expect(canaries[0]).toMatchObject({ node: 'n1', enforced: false });
  expect(canaries[0]?.text).toMatch(/^the network does not enforce policies on node n1: still open after 10\.\d s/);
  expect(liftedAt).toBeDefined();
  expect(slowestMs).toBeLessThan(100); // of what was shown
});

test('one direction or protocol that is not enforced is named', async () => {
  const partly = network(({ key }, denied) => (denied && !key.endsWith('egress UDP') ? 'timed-out' : 'open'));
  const { canaries } = await run(partly);
  expect(canaries[0]?.enforced).toBe(false);
  expect(canaries[0]?.text).toContain('(UDP egress)');
});

test('one silent look does not pass for a denial', async () => {
  let looks = 0;
  const stalled = network((_, denied) => (denied && (looks += 1) <= 4 ? 'timed-out' : 'open'));
  const { canaries } = await run(stalled);
  expect(canaries[0]?.enforced).toBe(false);
});

test.each([0, 1])('a network that flickers does not pass for one that enforces (%i)', async (parity) => {
  let looks = 0;
  const { canaries } = await run(
    network(({ key }, denied) => {
      if (!denied || !key.endsWith('ingress TCP')) return denied ? 'timed-out' : 'open';
      looks += 1;
      return looks % 2 === parity ? 'open' : 'timed-out';
    }),
  );
  expect(canaries[0]?.enforced).toBe(false);
});

test('a canary that is not open before any policy proves nothing', async () => {
  const { canaries } = await run(network(() => 'timed-out'));
  expect(canaries[0]?.enforced).toBe(false);
  expect(canaries[0]?.text).toContain('enforcement was not measured, the canary was timed-out before any policy');
});

test('a denial that outlives its policy is not the policy', async () => {
  const stuck = network(() => (deniedAt === undefined ? 'open' : 'refused'));
  const { canaries } = await run(stuck);
  expect(canaries[0]?.enforced).toBe(false);
  expect(canaries[0]?.text).toContain('after its policy was removed');
});

test('an abort while denied still lifts the policy', async () => {
  const failing: Prober = { ...network(() => 'open') };
  failing.measure = (probes, options) =>
    deniedAt === undefined ? network(() => 'open').measure(probes, options) : Promise.reject(new Error('aborted'));
  await expect(run(failing)).rejects.toThrow('aborted');
  expect(liftedAt).toBeDefined();
});
