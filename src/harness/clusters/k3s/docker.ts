import { access, constants } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { getContainerRuntimeClient, type ContainerRuntimeClient } from 'testcontainers';
import { MayreachError } from '../../../source/error.ts';

/** Every container of a run carries its id under this label: what is left of it can be found, by anyone. */
export const RUN_LABEL = 'mayreach.run';

const SOCKET = '/var/run/docker.sock';
const REMOVAL_DEADLINE_MS = 30_000;

/**
 * The Docker daemon, found as testcontainers finds it: DOCKER_HOST, its properties file, the usual sockets.
 * @throws MayreachError DOCKER_UNREACHABLE
 */
export async function connectDocker(): Promise<ContainerRuntimeClient> {
  try {
    return await getContainerRuntimeClient();
  } catch (cause) {
    throw await dockerUnreachable(cause);
  }
}

async function dockerUnreachable(cause: unknown): Promise<MayreachError> {
  const host = process.env.DOCKER_HOST;
  const denied = host === undefined && (await isDenied(SOCKET));
  const message = denied
    ? `this user may not use the Docker socket ${SOCKET}`
    : `no Docker daemon answers${host === undefined ? '' : ` at DOCKER_HOST=${host}`}`;
  return new MayreachError(message, {
    code: 'DOCKER_UNREACHABLE',
    hint: `${denied ? 'Join the group docker, or set' : 'Start Docker, or set'} DOCKER_HOST; \`docker info\` must work. Without Docker: --cluster manifests predicts, --cluster kubeconfig observes on a running cluster.`,
    cause,
  });
}

async function isDenied(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}

/** Ids of the run's containers, whatever their state. */
export async function listRunContainers(docker: ContainerRuntimeClient, runId: string): Promise<readonly string[]> {
  const filters = { label: [`${RUN_LABEL}=${runId}`] };
  const containers = await docker.container.dockerode.listContainers({ all: true, filters });
  return containers.map(({ Id }) => Id);
}

/**
 * Removes the run's containers with their volumes, and comes back when a listing shows none.
 * @throws MayreachError DOCKER_UNREACHABLE, naming what is left, if Docker does not let go of them
 */
export async function removeRunContainers(docker: ContainerRuntimeClient, runId: string): Promise<void> {
  const deadline = Date.now() + REMOVAL_DEADLINE_MS;
  let refused: unknown;
  for (;;) {
    const left = await listRunContainers(docker, runId);
    if (left.length === 0) return;
    if (Date.now() > deadline) throw notRemoved(left, refused);
    for (const id of left) {
      try {
        await docker.container.getById(id).remove({ force: true, v: true });
      } catch (error) {
        // Gone already, or being removed by somebody else (testcontainers after a failed start): the listing decides.
        refused = error;
      }
    }
    await delay(100);
  }
}

function notRemoved(ids: readonly string[], cause: unknown): MayreachError {
  return new MayreachError(`Docker does not remove the run's container ${ids.join(', ')}`, {
    code: 'DOCKER_UNREACHABLE',
    hint: `Remove it by hand: docker rm -f -v ${ids.join(' ')}`,
    cause,
  });
}
