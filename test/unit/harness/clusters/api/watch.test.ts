import { afterEach, expect, it } from 'vitest';
import type { WatchEvent } from '../../../../../src/harness/clusters/api/model.ts';
import { startFakeApi, status, type Answer, type FakeApi } from './fake-api.ts';

let api: FakeApi | undefined;
afterEach(() => api?.close());

const line = (type: string, name: string, resourceVersion: string): string =>
  `${JSON.stringify({ type, object: { metadata: { name, resourceVersion } } })}\n`;

/** Each connection gets its pieces; the last stays open, the others end. */
function streams(...connections: readonly (readonly string[])[]): (count: number) => Answer {
  return (count) => ({
    stream: (response) => {
      const pieces = connections[count - 1] ?? [];
      response.writeHead(200);
      for (const piece of pieces) response.write(piece);
      if (count < connections.length) response.end();
    },
  });
}

async function collect(answer: (count: number) => Answer, wanted: number): Promise<readonly string[]> {
  const started = await startFakeApi((_, count) => answer(count));
  api = started;
  const stop = new AbortController();
  const events: string[] = [];
  await started.kube().watch('/api/v1/pods', {
    signal: stop.signal,
    onEvent: ({ type, object }: WatchEvent) => {
      events.push(`${type} ${object.metadata.name}`);
      if (events.length === wanted) stop.abort();
    },
  });
  return events;
}

it('puts together lines that come in pieces', async () => {
  const text = line('ADDED', 'a', '1') + line('DELETED', 'a', '2');
  expect(await collect(streams([text.slice(0, 20), text.slice(20, 70), text.slice(70)]), 2)).toEqual([
    'ADDED a',
    'DELETED a',
  ]);
});

it('goes on after the last version that it saw, bookmarks included', async () => {
  const events = await collect(
    streams([line('ADDED', 'a', '5'), line('BOOKMARK', '', '9')], [line('ADDED', 'b', '10')]),
    2,
  );
  expect(events).toEqual(['ADDED a', 'ADDED b']);
  expect(api?.seen.map(({ url }) => url.searchParams.get('resourceVersion'))).toEqual(['0', '9']);
});

it('says so when the server lost the place', async () => {
  const gone = { type: 'ERROR', object: { metadata: {}, code: 410, message: 'too old resource version' } };
  await expect(collect(streams([`${JSON.stringify(gone)}\n`]), 1)).rejects.toMatchObject({
    status: 410,
    message: expect.stringContaining('too old resource version') as string,
  });
});

it('ends at once where watching is not allowed', async () => {
  const refusal = status(403, 'pods is forbidden: User "eve" cannot watch resource "pods" in API group ""');
  await expect(collect(() => refusal, 1)).rejects.toMatchObject({ code: 'RIGHT_MISSING' });
  expect(api?.seen).toHaveLength(1);
});
