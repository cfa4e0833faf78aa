import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readUntilAborted } from '../../../../src/harness/run/stdin.ts';

const NAMESPACE = '{apiVersion: v1, kind: Namespace, metadata: {name: shop}}';

describe('readUntilAborted', () => {
  it('reads what is piped in', async () => {
    const { inventory } = await readUntilAborted(
      [{ path: '-' }],
      new AbortController().signal,
      new PassThrough().end(NAMESPACE),
    );
    expect(inventory.namespaces.map(({ name }) => name)).toContain('shop');
  });

  it("gives up on a pipe that says nothing, with the signal's reason, and lets go of it", async () => {
    const aborting = new AbortController();
    const pipe = new PassThrough();
    const reading = readUntilAborted([{ path: '-' }], aborting.signal, pipe);
    pipe.write(NAMESPACE);
    aborting.abort(new Error('interrupted'));
    await expect(reading).rejects.toThrow('interrupted');
    expect(pipe.destroyed).toBe(true);
  });

  it('is not begun once aborted', async () => {
    await expect(readUntilAborted([], AbortSignal.abort(new Error('interrupted')))).rejects.toThrow('interrupted');
  });
});
