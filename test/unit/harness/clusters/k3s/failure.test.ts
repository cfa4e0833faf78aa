import { describe, expect, it } from 'vitest';
import { explainStartFailure } from '../../../../../src/harness/clusters/k3s/failure.ts';
import { MayreachError } from '../../../../../src/source/error.ts';

const facts = { image: 'mine/k3s:1', timeoutMs: 2_000, log: ['lab: etcd ended'] };

describe('explainStartFailure', () => {
  it('says of an image that cannot be pulled which it is, and how to name another', () => {
    const error = explainStartFailure(new Error('dial tcp: no such host'), { ...facts, stage: 'pulling' });
    expect(error.code).toBe('CLUSTER_START_FAILED');
    expect(error.message).toBe('the k3s image mine/k3s:1 cannot be pulled: dial tcp: no such host');
    expect(error.hint).toContain('--k3s-image');
    expect(error.hint).toContain('MAYREACH_K3S_IMAGE');
  });

  it('knows a failed pull that Docker only tells when the container is created', () => {
    const late = new Error('(HTTP code 404) no such container - No such image: mine/k3s:1');
    expect(explainStartFailure(late, { ...facts, stage: 'creating' }).message).toContain('cannot be pulled');
  });

  it('tells a timeout with its length and the last log lines', () => {
    const cause = new Error('Log message "Node controller sync successful" not received after 2000ms');
    const { message } = explainStartFailure(cause, { ...facts, stage: 'created' });
    expect(message).toContain('was not ready after 2 s');
    expect(message).toContain('lab: etcd ended');
  });

  it('tells a container that ended', () => {
    const error = explainStartFailure(new Error('Log stream ended'), { ...facts, log: [], stage: 'created' });
    expect(error.message).toBe('the k3s container (mine/k3s:1) did not start: Log stream ended');
  });

  it('names the variable that does without the reaper', () => {
    const error = explainStartFailure(new Error('no such image'), { ...facts, stage: 'reaper' });
    expect(error.hint).toContain('TESTCONTAINERS_RYUK_DISABLED=true');
  });

  it('passes our own errors unchanged', () => {
    const ours = new MayreachError('Docker does not remove it', { code: 'DOCKER_UNREACHABLE' });
    expect(explainStartFailure(ours, { ...facts, stage: 'created' })).toBe(ours);
  });
});
