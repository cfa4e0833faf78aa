import { PassThrough } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { ImageName, type ContainerRuntimeClient } from 'testcontainers';
import { fullImageName } from './image.ts';

const CONTAINERD = ['ctr', '--namespace', 'k8s.io', 'images'];

/**
 * Copies an image from the local Docker into the cluster, so that no pod waits for a registry. Nothing is done where
 * the cluster has it or Docker has not. A copy that fails is told and no more: the cluster then pulls for itself.
 */
export async function copyImage(
  docker: ContainerRuntimeClient,
  containerId: string,
  image: string,
  signal: AbortSignal,
  onProgress?: (text: string) => void,
): Promise<void> {
  const node = docker.container.getById(containerId);
  try {
    const { stdout } = await docker.container.exec(node, [...CONTAINERD, 'ls', '--quiet']);
    if (stdout.split('\n').includes(fullImageName(image))) return;
    if (!(await docker.image.exists(ImageName.fromString(image)))) return;
    onProgress?.(`copying ${image} into the cluster`);
    await importImage(docker, containerId, image, signal);
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    onProgress?.(`${image} could not be copied into the cluster, which pulls it itself now (${why})`);
  }
}

/** The image that a container runs: its digest in its repository, else its id. A Docker that does not say stops nothing. */
export async function imageIdOf(docker: ContainerRuntimeClient, containerId: string): Promise<string | undefined> {
  const { dockerode } = docker.container;
  try {
    const { Image } = await dockerode.getContainer(containerId).inspect();
    const { RepoDigests } = await dockerode.getImage(Image).inspect();
    return RepoDigests[0] ?? Image;
  } catch {
    return undefined;
  }
}

async function importImage(
  docker: ContainerRuntimeClient,
  containerId: string,
  image: string,
  signal: AbortSignal,
): Promise<void> {
  const { dockerode } = docker.container;
  const exec = await dockerode.getContainer(containerId).exec({
    Cmd: [...CONTAINERD, 'import', '-'],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const connection = await exec.start({ hijack: true, stdin: true });
  const [output, errors] = [new PassThrough(), new PassThrough()];
  dockerode.modem.demuxStream(connection, output, errors);
  output.resume();
  const said = collect(errors);
  await pipeline(await dockerode.getImage(image).get(), connection, { signal });
  await finished(connection, { signal, cleanup: true });
  errors.end();
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) throw new Error(`ctr ended with status ${ExitCode ?? 'unknown'}: ${(await said).trim()}`);
}

async function collect(stream: PassThrough): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
