import { expect, it } from 'vitest';
import { createLedger } from '../../../../../src/harness/clusters/standins/ledger.ts';
import { createFakeKube, refusal } from './fake-kube.ts';

const object = (name: string, kind = 'ConfigMap') => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop' },
});
const path = '/api/v1/namespaces/shop/configmaps/a';

it('writes an object down before the cluster has it', async () => {
  const seen: number[] = [];
  const kube = createFakeKube({
    admit: (asked) => {
      seen.push(ledger.entries.length);
      return asked;
    },
  });
  const ledger = createLedger(kube, 'run');
  await ledger.create(object('a'));
  expect(seen).toEqual([1]);
  expect(kube.objects.get(path)?.metadata.annotations).toEqual({ 'mayreach.dev/run': 'run' });
});

it('puts on each object who runs this and why, and nothing of that in place of its own', async () => {
  const kube = createFakeKube();
  const annotations = { 'example.com/ticket': 'PAY-113', 'mayreach.dev/run': 'other' };
  const ledger = createLedger(kube, 'run', annotations);
  await ledger.create(object('a'));
  const expected = { 'example.com/ticket': 'PAY-113', 'mayreach.dev/run': 'run' };
  expect(kube.objects.get(path)?.metadata.annotations).toEqual(expected);
  expect(ledger.marked(object('b')).metadata.annotations).toEqual(expected);
});

it('removes everything, looks until it is gone, and can be asked again', async () => {
  const kube = createFakeKube({ lingers: 2 });
  const ledger = createLedger(kube, 'run');
  await ledger.create(object('a'));
  await ledger.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } });
  const report = await ledger.removeAll();
  expect(report).toEqual({ removed: ['ConfigMap shop/a', 'Namespace n'], left: [] });
  expect(kube.objects.size).toBe(0);
  // A namespace takes longest: it is asked for first.
  const order = kube.calls.filter((call) => call.startsWith('remove'));
  expect(order).toEqual(['remove /api/v1/namespaces/n', `remove ${path}`]);
  expect(await ledger.removeAll()).toEqual({ removed: [], left: [] });
});

it('releases a namespace with what is in it before the rest, and tells of it at the end', async () => {
  const kube = createFakeKube();
  const ledger = createLedger(kube, 'run');
  await ledger.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  await ledger.create(object('a'));
  await ledger.create({ ...object('b'), metadata: { name: 'b', namespace: 'data' } });
  ledger.release(['shop']);
  await expect.poll(() => kube.objects.size).toBe(1);
  expect([...kube.objects.keys()]).toEqual(['/api/v1/namespaces/data/configmaps/b']);
  const { removed, left } = await ledger.removeAll();
  expect(removed).toEqual(['ConfigMap data/b', 'ConfigMap shop/a', 'Namespace shop']);
  expect(left).toEqual([]);
});

it('says what it could not remove, and removes the rest', async () => {
  const kube = createFakeKube();
  const ledger = createLedger(kube, 'run');
  await ledger.create(object('a'));
  await ledger.create(object('b'));
  const remove = kube.remove.bind(kube);
  const stubborn = { ...kube, remove: (at: string) => (at === path ? Promise.reject(refusal(403, 'no')) : remove(at)) };
  const other = createLedger(stubborn, 'run');
  kube.vanish(path);
  kube.vanish(path.replace(/a$/, 'b'));
  await other.create(object('a'));
  await other.create(object('b'));
  expect(await other.removeAll()).toEqual({
    removed: ['ConfigMap shop/b'],
    left: [{ object: 'ConfigMap shop/a', why: 'no' }],
  });
});

it('waits for what is being created, and lets nothing new begin', async () => {
  const gate = Promise.withResolvers<undefined>();
  const kube = createFakeKube();
  const slow = {
    ...kube,
    create: (asked: Parameters<typeof kube.create>[0]) => gate.promise.then(() => kube.create(asked)),
  };
  const ledger = createLedger(slow, 'run');
  const creating = ledger.create(object('a'));
  const removing = ledger.removeAll();
  await expect(ledger.create(object('b'))).rejects.toMatchObject({ code: 'INTERRUPTED' });
  gate.resolve(undefined);
  await creating;
  expect(await removing).toMatchObject({ removed: ['ConfigMap shop/a'], left: [] });
  expect(kube.objects.size).toBe(0);
});

it('leaves alone what somebody else has under the same name', async () => {
  const kube = createFakeKube();
  await kube.create(object('a'));
  const ledger = createLedger(kube, 'run');
  await expect(ledger.create(object('a'))).rejects.toMatchObject({ status: 409 });
  await ledger.removeAll();
  expect(kube.objects.has(path)).toBe(true);
});

it('finds its own object where the answer to a create was lost', async () => {
  const kube = createFakeKube();
  let calls = 0;
  const lossy = {
    ...kube,
    create: async (asked: Parameters<typeof kube.create>[0]) => {
      calls += 1;
      await kube.create(asked);
      throw refusal(undefined, 'connection reset');
    },
  };
  const ledger = createLedger(lossy, 'run');
  expect((await ledger.create(object('a'))).metadata.uid).toBe('uid-1');
  expect(calls).toBe(1);
});

it('keeps in mind what may have been created', async () => {
  const kube = createFakeKube({
    admit: () => {
      throw refusal(undefined, 'connection reset');
    },
  });
  const ledger = createLedger(kube, 'run');
  await expect(ledger.create(object('a'))).rejects.toThrow('connection reset');
  expect(ledger.entries).toHaveLength(1);
});

it('makes what all share once, whoever asks first', async () => {
  const kube = createFakeKube();
  const ledger = createLedger(kube, 'run');
  const [one, other] = await Promise.all([ledger.ensure(object('a')), ledger.ensure(object('a'))]);
  expect(one).toBe(other);
  expect(kube.calls).toEqual([`create ${path}`]);
});
