import { afterEach, beforeEach, expect, test } from 'vitest';
import { MayreachError } from '../../../../src/source/error.ts';
import type { AgentTransport, Connector } from '../../../../src/harness/probe/model.ts';
import { attachmentsFor, proberOf } from '../../../../src/harness/probe/prober.ts';
import { LocalAgents, measureOptions, NONCE, probe } from './local-agents.ts';

let agents: LocalAgents;
beforeEach(() => {
  agents = new LocalAgents();
});
afterEach(() => agents.stop());

/** Counts connections, in the order of pods' names. */
function counted(): { readonly connector: Connector; readonly to: string[] } {
  const to: string[] = [];
  return {
    to,
    connector: (pod) => {
      to.push(pod.name);
      return agents.connector(pod);
    },
  };
}

test('a pod that was begun with is attached to once, and serves several probers', async () => {
  const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
  const { connector, to } = counted();
  const attachments = attachmentsFor(connector, NONCE);
  attachments.begin(a);
  attachments.begin(a);
  const first = await proberOf(attachments, [a]);
  const both = await proberOf(attachments, [a, b]);
  expect(to).toEqual([a.name, b.name]);
  const { observations } = await both.measure([probe(a, b, 18080)], measureOptions());
  expect(observations.get('a>b:18080/TCP')?.outcome).toBe('open');
  await first.close();
  const after = await both.measure([probe(a, b, 18080)], measureOptions());
  expect(after.health.get('a')).toMatchObject({ healthy: false });
  attachments.close();
});

test('what is still being attached to ends with all', async () => {
  const a = agents.start('a', []);
  const deaf: AgentTransport = {
    send: () => undefined,
    close: () => undefined,
    onData: () => undefined,
    onClose: () => undefined,
  };
  const attachments = attachmentsFor(() => Promise.resolve(deaf), NONCE, { readyMs: 600_000 });
  attachments.begin(a);
  const waiting = proberOf(attachments, [a]);
  attachments.close();
  await expect(waiting).rejects.toThrow('its probe agent cannot be used: the channel was closed');
});

test('a pod may be attached to before its address is known, which is told later', async () => {
  const [a, b] = [agents.start('a', []), agents.start('b', [18080])];
  const { connector, to } = counted();
  const attachments = attachmentsFor(connector, NONCE);
  await attachments.reach({ ...b, addresses: [] });
  const prober = await proberOf(attachments, [a, b]);
  expect(to.toSorted()).toEqual([a.name, b.name].toSorted());
  const { observations } = await prober.measure([probe(b, b, 18080)], measureOptions());
  expect(observations.get('b>b:18080/TCP')?.outcome).toBe('open');
  attachments.close();
});

test('an agent that could not be reached early is attached to once more when its pod runs', async () => {
  const a = agents.start('a', []);
  const refusals = [new MayreachError('no such container', { code: 'PROBE_NOT_READY', hint: '' })];
  const attachments = attachmentsFor((pod) => {
    const refusal = refusals.pop();
    return refusal === undefined ? agents.connector(pod) : Promise.reject(refusal);
  }, NONCE);
  expect(await attachments.reach(a)).toEqual([]);
  expect((await proberOf(attachments, [a])).failedPorts).toEqual([]);
  attachments.close();
});
