import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LogTail } from '../../../../../src/harness/clusters/k3s/log-tail.ts';

describe('LogTail', () => {
  it('keeps the last lines, over chunks that cut them', () => {
    const tail = new LogTail(2);
    tail.add('one\ntw');
    tail.add('o\r\n\nthr');
    tail.add('ee\nfo');
    expect(tail.lines()).toEqual(['three', 'fo']);
  });

  it('is empty before anything was written', () => {
    expect(new LogTail().lines()).toEqual([]);
  });

  it('follows a stream, and outlives its failure', async () => {
    const tail = new LogTail();
    const stream = new PassThrough();
    tail.follow(stream);
    stream.write('up\n');
    await new Promise((resolve) => setImmediate(resolve));
    stream.destroy(new Error('cut'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(tail.lines()).toEqual(['up']);
  });
});
