import { MayreachError } from '../../../source/error.ts';

export interface StartFacts {
  readonly image: string;
  readonly stage: 'reaper' | 'pulling' | 'creating' | 'created';
  readonly timeoutMs: number;
  /** The container's last lines. */
  readonly log: readonly string[];
}

/** What a failed start means to a person, as CLUSTER_START_FAILED. Our own errors pass unchanged. */
export function explainStartFailure(cause: unknown, { image, stage, timeoutMs, log }: StartFacts): MayreachError {
  if (cause instanceof MayreachError) return cause;
  const said = cause instanceof Error ? cause.message.trim() : String(cause);
  const failed = (message: string, hint: string) =>
    new MayreachError(message, { code: 'CLUSTER_START_FAILED', hint, cause });

  if (stage === 'reaper') {
    return failed(
      `testcontainers' reaper did not start: ${said}`,
      'Where its image cannot be pulled, set TESTCONTAINERS_RYUK_DISABLED=true; mayreach removes its containers itself.',
    );
  }
  if (stage === 'pulling' || /no such image/i.test(said)) {
    return failed(
      `the k3s image ${image} cannot be pulled: ${said}`,
      'Name one that can be, with --k3s-image or MAYREACH_K3S_IMAGE; `docker pull` shows what is wrong.',
    );
  }
  if (stage === 'creating') {
    return failed(
      `Docker refused to create the k3s container (${image}): ${said}`,
      'It runs privileged: Docker must allow that.',
    );
  }
  const lines = log.length === 0 ? '' : `; its last lines:\n    ${log.join('\n    ')}`;
  const what = said.includes('not received after')
    ? `was not ready after ${Math.round(timeoutMs / 1000)} s`
    : `did not start: ${said}`;
  return failed(
    `the k3s container (${image}) ${what}${lines}`,
    'k3s needs a privileged container, 2 cores and 2 GB of memory; the image must be rancher/k3s or answer as it does.',
  );
}
