/** The cluster's image where none is named. Pinned: a verdict must not change because a tag moved. */
export const DEFAULT_K3S_IMAGE = 'rancher/k3s:v1.34.6-k3s1';

/** `--k3s-image`, else `MAYREACH_K3S_IMAGE`, else {@link DEFAULT_K3S_IMAGE}. */
export function k3sImage(flag?: string, env: NodeJS.ProcessEnv = process.env): string {
  return flag || env.MAYREACH_K3S_IMAGE || DEFAULT_K3S_IMAGE;
}

/**
 * An image's full name, as containerd keeps it: `node:24` is `docker.io/library/node:24`.
 * https://github.com/distribution/reference/blob/main/normalize.go
 */
export function fullImageName(image: string): string {
  const slash = image.indexOf('/');
  const first = slash === -1 ? '' : image.slice(0, slash);
  const hasRegistry = first.includes('.') || first.includes(':') || first === 'localhost';
  const named = hasRegistry ? image : `docker.io/${slash === -1 ? `library/${image}` : image}`;
  const hasTag = named.includes('@') || named.lastIndexOf(':') > named.lastIndexOf('/');
  return hasTag ? named : `${named}:latest`;
}
