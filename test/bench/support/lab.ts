import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DEFAULT_PROBE_IMAGE } from '../../../src/harness/run/options.ts';
import { connectKube } from '../../../src/harness/clusters/api/connect.ts';
import type { KubeApi } from '../../../src/harness/clusters/api/model.ts';
import { k3sImage } from '../../../src/harness/clusters/k3s/image.ts';
import { startK3s } from '../../../src/harness/clusters/k3s/start.ts';
import { detectPlugin } from '../../../src/harness/clusters/kubeconfig/plugin/judge.ts';

/** A cluster that is up: the ephemeral k3s of the product, on the images that the environment names. */
export interface Lab {
  readonly kube: KubeApi;
  readonly kubeconfig: string;
  readonly k3sImage: string;
  readonly probeImage: string;
  /** The network plugin and its version. */
  readonly plugin: string;
}

export interface LabOptions {
  readonly signal: AbortSignal;
  readonly tell: (text: string) => void;
}

/**
 * Starts a cluster, hands it to `use`, and removes it however that ends. With MAYREACH_BENCH_KUBECONFIG the cluster
 * that it names is used, and left up.
 */
export async function withLab<T>(options: LabOptions, use: (lab: Lab) => Promise<T>): Promise<T> {
  const probeImage = process.env['MAYREACH_PROBE_IMAGE'] || DEFAULT_PROBE_IMAGE;
  const given = process.env['MAYREACH_BENCH_KUBECONFIG'];
  if (given) return connected({ kubeconfig: readFileSync(given, 'utf8'), probeImage, image: given, args: [] }, use);
  const image = k3sImage();
  const { signal, tell } = options;
  const runId = `bench-${randomBytes(4).toString('hex')}`;
  const cluster = await startK3s({ image, runId, probeImage, signal, onProgress: tell });
  try {
    return await connected({ ...cluster, probeImage }, use);
  } finally {
    await cluster.stop();
  }
}

interface Access {
  readonly kubeconfig: string;
  readonly image: string;
  readonly probeImage: string;
  readonly args: readonly string[];
}

async function connected<T>(
  { kubeconfig, image, probeImage, args }: Access,
  use: (lab: Lab) => Promise<T>,
): Promise<T> {
  const kube = connectKube(kubeconfig);
  try {
    const { name, version = '' } = await detectPlugin(kube, { k3sArgs: args });
    return await use({ kube, kubeconfig, k3sImage: image, probeImage, plugin: `${name} ${version}`.trim() });
  } finally {
    await kube.close();
  }
}
