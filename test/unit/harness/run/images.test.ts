import { expect, it } from 'vitest';
import { imagesOf } from '../../../../src/harness/run/images.ts';

it('keeps what the name of the image meant on each node, once', () => {
  const pods = [{ imageId: 'node@sha256:b' }, { imageId: 'node@sha256:a' }, { imageId: 'node@sha256:b' }, {}];
  expect(imagesOf({ probe: 'node:24' }, pods)).toEqual({
    probe: 'node:24',
    probeIds: ['node@sha256:a', 'node@sha256:b'],
  });
  expect(imagesOf({ probe: 'node:24' }, [{}])).toEqual({ probe: 'node:24' });
});
