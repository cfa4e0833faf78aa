import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdit } from '../../../../src/harness/explain/edits.ts';
import { Changes, type Change } from '../../../../src/harness/explain/change.ts';
import { changeLines } from '../../../../src/harness/explain/change-text.ts';
import { nameOf } from '../../../../src/harness/explain/story.ts';
import type { Inventory, Workload } from '../../../../src/harness/inventory/model.ts';
import { AddressSet } from '../../../../src/harness/predict/sets/addresses.ts';
import { ConnectionSet } from '../../../../src/harness/predict/sets/connections.ts';
import type { Decision, Party } from '../../../../src/harness/predict/model.ts';
import { outsider } from '../../../../src/harness/predict/ends/outsider.ts';
import { createPredictor } from '../../../../src/harness/predict/predictor.ts';
import { settledPolicies } from '../predict/admin/fixtures.ts';
import { inventory, policy, workload } from '../predict/fixtures.ts';
import { ADDRESSES, knownInventories } from '../predict/arbitraries.ts';
import { oracleAllows, type End, type World } from '../predict/oracle.ts';
import { POINTS, type Point } from '../predict/points.ts';

/** Every pod on a node of its own: a node and its own pods are exempt. */
function apart(inventory: Inventory): Inventory {
  return {
    ...inventory,
    workloads: inventory.workloads.map((workload) => ({
      ...workload,
      pods: workload.pods.map((pod) => ({ ...pod, node: workload.name })),
    })),
  };
}

function worldOf({ namespaces }: Inventory): World {
  return {
    addressOf: ({ pods }) => pods[0]?.addresses[0] ?? '10.200.200.200',
    labelsOf: (name) =>
      namespaces.find((namespace) => namespace.name === name)?.labels ?? { 'kubernetes.io/metadata.name': name },
    sharesNode: () => false,
  };
}

const world = fc
  .tuple(knownInventories, settledPolicies)
  .map(([known, adminPolicies]): Inventory => ({ ...apart(known), adminPolicies }));

function endOf(party: Party): End {
  return party.kind === 'workload' ? { workload: party.workload } : { address: addressOf(party) };
}

function addressOf({ addresses }: Party & { kind: 'addresses' }): string {
  return addresses.ranges()[0]?.split('-')[0] ?? '';
}

/** What the naive oracle says, with the edits made. */
function allowedWith(
  inventory: Inventory,
  changes: readonly Change[],
  from: Party,
  to: Party,
  { protocol, port }: Point,
): boolean {
  const edited = changes.reduce(
    (before, { edit }) => (edit === undefined ? before : applyEdit(before, edit)),
    inventory,
  );
  return oracleAllows(edited, worldOf(inventory), endOf(from), endOf(to), protocol, port);
}

function decisionOf(inventory: Inventory, from: Party, to: Party, { protocol, port }: Point): Decision | undefined {
  const predictor = createPredictor(inventory);
  if (from.kind === 'addresses') {
    return to.kind === 'addresses'
      ? undefined
      : predictor.fromAddresses(from.addresses, to.workload)[0]?.prediction.decide(protocol, port);
  }
  return to.kind === 'addresses'
    ? predictor.toAddresses(from.workload, to.addresses)[0]?.prediction.decide(protocol, port)
    : predictor.between(from.workload, to.workload).decide(protocol, port);
}

function partiesOf({ workloads }: Inventory): readonly Party[] {
  return [
    ...[...workloads, outsider()].map((workload): Party => ({ kind: 'workload', workload })),
    ...ADDRESSES.map((address): Party => ({ kind: 'addresses', addresses: AddressSet.of(address) })),
  ];
}

const pick = fc.record({ from: fc.nat(), to: fc.nat(), point: fc.constantFrom(...POINTS) });

/** Runs a test on denied connections of random topologies. */
function onDenied(
  test: (inventory: Inventory, from: Party, to: Party, point: Point, changes: readonly Change[]) => void,
  numRuns: number,
): void {
  let tested = 0;
  fc.assert(
    fc.property(world, fc.array(pick, { minLength: 24, maxLength: 24 }), (inventory, picks) => {
      const parties = partiesOf(inventory);
      for (const { from: a, to: b, point } of picks) {
        const [from, to] = [parties[a % parties.length], parties[b % (inventory.workloads.length + 1)]];
        if (from === undefined || to === undefined) continue;
        const [source, target] = a % 2 === 0 ? [from, to] : [to, from];
        const decision = decisionOf(inventory, source, target, point);
        if (decision?.outcome !== 'denied') continue;
        // What stays unknown at the other end no change of this one settles.
        if ([decision.egress, decision.ingress].some(({ outcome }) => outcome === 'unknown')) continue;
        tested += 1;
        const connections = ConnectionSet.port(point.protocol, point.port);
        test(inventory, source, target, point, new Changes(inventory).for(source, target, connections, decision));
      }
    }),
    { numRuns },
  );
  expect(tested).toBeGreaterThan(numRuns / 2);
}

describe('the smallest change', () => {
  it('lets the connection through, and each of its parts is needed', () => {
    onDenied((inventory, from, to, point, changes) => {
      expect(changes.length).toBeGreaterThan(0);
      for (const { edit } of changes) expect(edit, told(from, to, point, changes)).toBeDefined();
      expect([allowedWith(inventory, changes, from, to, point), told(from, to, point, changes)]).toEqual([
        true,
        told(from, to, point, changes),
      ]);
      for (const left of changes) {
        const others = changes.filter((change) => change !== left);
        expect(allowedWith(inventory, others, from, to, point)).toBe(false);
      }
    }, 150);
  });

  it('closes nothing, and opens what it says and no more', () => {
    onDenied((inventory, from, to, point, changes) => {
      const parties = partiesOf(inventory);
      for (const a of parties) {
        for (const b of parties) {
          if (a.kind === 'addresses' && b.kind === 'addresses') continue;
          for (const at of [point, ...POINTS.slice(0, 6)]) {
            const before = allowedWith(inventory, [], a, b, at);
            const after = allowedWith(inventory, changes, a, b, at);
            if (before) expect(after).toBe(true);
            // Where an outsider is met is not known: what was unknown does not count as opened.
            if (before || !after || decisionOf(inventory, a, b, at)?.outcome === 'unknown') continue;
            const isTold = isAsked(a, b, at) || changes.some((change) => tells(change, a, b, at));
            expect([isTold, nameOf(a), nameOf(b), at, told(from, to, point, changes)]).toEqual([
              true,
              nameOf(a),
              nameOf(b),
              at,
              told(from, to, point, changes),
            ]);
          }
        }
      }

      function isAsked(a: Party, b: Party, at: Point): boolean {
        return isSame(a, from) && isSame(b, to) && at.protocol === point.protocol && at.port === point.port;
      }
    }, 25);
  });

  it('opens nothing that labels could keep out', () => {
    onDenied((_inventory, _from, _to, _point, changes) => {
      for (const { end, edit, opens } of changes) {
        if (edit === undefined || end.subject === outsider()) continue;
        for (const { from, to } of opens) {
          const [subject, peer] = end.direction === 'egress' ? [from, to] : [to, from];
          expect(twinsOf(end.subject, _inventory)).toContain(subject);
          if (end.peer.kind === 'workload' && !end.peer.workload.hostNetwork) {
            expect(twinsOf(end.peer.workload, _inventory)).toContain(peer);
          }
        }
      }
    }, 150);
  });
});

/** For the message of a failure. */
function told(from: Party, to: Party, { protocol, port }: Point, changes: readonly Change[]): string {
  return [`${nameOf(from)} to ${nameOf(to)} ${protocol} ${port}`, ...changes.flatMap(changeLines)].join('\n');
}

describe('a change that would close something', () => {
  it('is none, though it lets the least through: a policy of its own would isolate the next rollout', () => {
    const [web, next, other, db] = [
      workload('shop/web', { app: 'web', 'pod-template-hash': 'a' }),
      workload('shop/web-next', { app: 'web', 'pod-template-hash': 'b' }),
      workload('shop/other', { app: 'other', 'pod-template-hash': 'a' }),
      workload('shop/db', { app: 'db' }),
    ];
    const shut = policy('shop/shut', {
      podSelector: { matchLabels: { 'pod-template-hash': 'a' } },
      policyTypes: ['Egress'],
    });
    const found = inventory({ workloads: [web, next, other, db], policies: [shut] });
    const decision = createPredictor(found).between(web, db).decide('TCP', 80);
    const [from, to] = [web, db].map((one): Party => ({ kind: 'workload', workload: one }));
    if (from === undefined || to === undefined) throw new RangeError('two ends');
    const [change] = new Changes(found).for(from, to, ConnectionSet.port('TCP', 80), decision);
    expect(change?.edit?.kind).toBe('rule');
    expect(change?.opens.map(({ from: who, to: whom }) => `${who} to ${whom}`)).toEqual([`${other.id} to ${db.id}`]);
  });
});

function tells({ opens }: Change, a: Party, b: Party, { protocol, port }: Point): boolean {
  return opens.some(
    ({ from, to, connections }) => isNamed(from, a) && isNamed(to, b) && connections.contains(protocol, port),
  );
}

function isNamed(name: string, party: Party): boolean {
  if (party.kind === 'workload') return name === party.workload.id;
  const address = addressOf(party);
  return name.split(', ').some((text) => {
    if (!text.includes('-')) return AddressSet.tryParse(text)?.contains(address) === true;
    const [first = '', last = ''] = text.split('-');
    return AddressSet.tryParse(first) !== undefined && isBetween(address, first, last);
  });
}

function isBetween(address: string, first: string, last: string): boolean {
  if (address.includes(':') !== first.includes(':')) return false;
  if (address.includes(':')) return true;
  const number = (text: string): number => text.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return number(first) <= number(address) && number(address) <= number(last);
}

function isSame(a: Party, b: Party): boolean {
  if (a.kind === 'addresses' || b.kind === 'addresses') {
    return a.kind === b.kind && a.kind === 'addresses' && b.kind === 'addresses' && a.addresses.equals(b.addresses);
  }
  return a.workload === b.workload;
}

/** Workloads of the same namespace and labels. */
function twinsOf({ namespace, labels }: Workload, { workloads }: Inventory): readonly string[] {
  const key = (of: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(of).sort());
  const twins = workloads.filter((one) => one.namespace === namespace && key(one.labels) === key(labels));
  return [...twins.map(({ id }) => id), outsider().id].filter((id) => id !== 'outsider' || namespace === '(outsider)');
}
