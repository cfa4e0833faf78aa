import { describe, expect, it } from 'vitest';
import type { ContainerRuntimeClient } from 'testcontainers';
import { listRunContainers, removeRunContainers } from '../../../../../src/harness/clusters/k3s/docker.ts';

/** A Docker that holds containers by run; each `remove` may fail as often as said first. */
function fakeDocker(containers: Map<string, string>, failures = 0) {
  const removed: { id: string; options: unknown }[] = [];
  let left = failures;
  const client = {
    container: {
      dockerode: {
        listContainers: ({ all, filters }: { all: boolean; filters: { label: string[] } }) =>
          Promise.resolve(
            [...containers]
              .filter(([, run]) => all && filters.label.includes(`mayreach.run=${run}`))
              .map(([Id]) => ({ Id })),
          ),
      },
      getById: (id: string) => ({
        remove: (options: unknown) => {
          left -= 1;
          if (left >= 0) return Promise.reject(new Error('removal of container is already in progress'));
          removed.push({ id, options });
          containers.delete(id);
          return Promise.resolve();
        },
      }),
    },
  };
  return { docker: client as unknown as ContainerRuntimeClient, removed };
}

describe("the run's containers", () => {
  it('are removed with their volumes, stopped or not, and those of other runs are left alone', async () => {
    const containers = new Map([
      ['a', 'ours'],
      ['b', 'theirs'],
      ['c', 'ours'],
    ]);
    const { docker, removed } = fakeDocker(containers);
    await removeRunContainers(docker, 'ours');
    expect(removed.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(removed[0]?.options).toEqual({ force: true, v: true });
    expect(await listRunContainers(docker, 'ours')).toEqual([]);
    expect(await listRunContainers(docker, 'theirs')).toEqual(['b']);
  });

  it('are asked for again where a removal failed: only a listing proves that they are gone', async () => {
    const { docker, removed } = fakeDocker(new Map([['a', 'ours']]), 2);
    await removeRunContainers(docker, 'ours');
    expect(removed).toHaveLength(1);
  });
});
