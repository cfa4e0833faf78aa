import { describe, expect, it } from 'vitest';
import { DEFAULT_K3S_IMAGE, fullImageName, k3sImage } from '../../../../../src/harness/clusters/k3s/image.ts';

describe('k3sImage', () => {
  it('takes the flag, then the environment, then the default', () => {
    const env = { MAYREACH_K3S_IMAGE: 'lab.local/k3s:1' };
    expect(k3sImage('mine:2', env)).toBe('mine:2');
    expect(k3sImage(undefined, env)).toBe('lab.local/k3s:1');
    expect(k3sImage(undefined, {})).toBe(DEFAULT_K3S_IMAGE);
  });

  it('takes an empty variable, as CI sets it, for none', () => {
    expect(k3sImage(undefined, { MAYREACH_K3S_IMAGE: '' })).toBe(DEFAULT_K3S_IMAGE);
  });

  it('has a default that is pinned to a release', () => {
    expect(DEFAULT_K3S_IMAGE).toMatch(/^rancher\/k3s:v\d+\.\d+\.\d+-k3s\d+$/);
  });
});

describe('fullImageName', () => {
  it.each([
    ['node', 'docker.io/library/node:latest'],
    ['node:24-alpine', 'docker.io/library/node:24-alpine'],
    ['rancher/k3s:v1', 'docker.io/rancher/k3s:v1'],
    ['lab.local/node:24', 'lab.local/node:24'],
    ['localhost/node', 'localhost/node:latest'],
    ['registry:5000/node', 'registry:5000/node:latest'],
    ['node@sha256:abc', 'docker.io/library/node@sha256:abc'],
  ])('%s is %s', (image, full) => {
    expect(fullImageName(image)).toBe(full);
  });
});
