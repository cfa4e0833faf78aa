import { expect, it } from 'vitest';
import { podState, type PodState } from '../../../../../src/harness/clusters/standins/pod-state.ts';

const stateOf = (status: unknown): PodState =>
  podState(
    {
      metadata: { name: 'p' },
      spec: { nodeName: 'n', containers: [{ name: 'probe', image: 'node:24' }] },
      status,
    },
    'probe',
  );
const waitingFor = (reason: string, message?: string): PodState =>
  stateOf({ phase: 'Pending', containerStatuses: [{ name: 'probe', state: { waiting: { reason, message } } }] });

it('runs only with a running container and an address', () => {
  const containerStatuses = [{ name: 'probe', state: { running: {} } }];
  const podIPs = [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }];
  expect(stateOf({ phase: 'Running', podIPs, containerStatuses })).toEqual({
    state: 'running',
    node: 'n',
    addresses: ['10.0.0.1', 'fd00::1'],
  });
  const told = [{ ...containerStatuses[0], imageID: 'docker.io/library/node@sha256:0a' }];
  expect(stateOf({ phase: 'Running', podIPs, containerStatuses: told })).toMatchObject({
    imageId: 'docker.io/library/node@sha256:0a',
  });
  expect(stateOf({ phase: 'Running', podIPs: [], containerStatuses }).state).toBe('waiting');
  expect(
    stateOf({ phase: 'Running', podIPs, containerStatuses: [{ name: 'istio', state: { running: {} } }] }).state,
  ).toBe('waiting');
  expect(stateOf(undefined).state).toBe('waiting');
});

it('knows an image that will never come from one that may', () => {
  expect(waitingFor('ErrImagePull', 'pull access denied')).toEqual({
    state: 'failed',
    why: 'image node:24: ErrImagePull: pull access denied',
    image: true,
    logs: false,
  });
  expect(waitingFor('ErrImageNeverPull').state).toBe('failed');
  expect(waitingFor('InvalidImageName').state).toBe('failed');
  expect(waitingFor('ErrImagePull', 'TLS handshake timeout')).toEqual({
    state: 'waiting',
    why: 'image node:24: ErrImagePull: TLS handshake timeout',
    unschedulable: false,
  });
  expect(waitingFor('ContainerCreating').state).toBe('waiting');
});

it('tells a container that ended from one whose start failed', () => {
  const ended = (reason: string, message?: string): PodState =>
    stateOf({ containerStatuses: [{ name: 'probe', state: { terminated: { exitCode: 1, reason, message } } }] });
  expect(ended('Error')).toMatchObject({ state: 'failed', logs: true, image: false });
  expect(ended('StartError')).toMatchObject({ state: 'failed', logs: false, image: false });
});

it.each([
  ['exec: "node": executable file not found in $PATH: unknown', true],
  ['exec /usr/bin/node: exec format error', true],
  ['unable to apply cgroup configuration: openat2 /sys/fs/cgroup/cpuset.cpus: no such file or directory', false],
])('blames the image for a failed start only where the runtime does: %s', (message, image) => {
  const why = `failed to create containerd task: runc create failed: unable to start container process: ${message}`;
  const terminated = { exitCode: 128, reason: 'StartError', message: why };
  expect(stateOf({ containerStatuses: [{ name: 'probe', state: { terminated } }] })).toMatchObject({ image });
});

it('tells what the cluster did to a pod', () => {
  expect(stateOf({ phase: 'Failed', reason: 'Evicted', message: 'disk pressure' })).toMatchObject({
    state: 'failed',
    why: 'it ended: Evicted: disk pressure',
  });
  expect(
    stateOf({
      phase: 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes: too many pods' },
      ],
    }),
  ).toEqual({ state: 'waiting', why: 'no node takes it: 0/1 nodes: too many pods', unschedulable: true });
});
