import type { AgentTransport, Connector } from '../../probe/model.ts';
import { explainAttachFailure } from './attach-failure.ts';
import { openChannel, type ChannelOptions } from './channel.ts';
import type { KubeApi } from './model.ts';

/** The container of a probe pod that runs the agent. */
export const PROBE_CONTAINER = 'probe';

/**
 * Opens the agent's stdin and stdout by `pods/attach`, one WebSocket for each pod.
 * Errors: RIGHT_MISSING (attach not allowed), PROBE_NOT_READY (the pod is gone or ended), CLUSTER_UNREACHABLE.
 */
export function createConnector(kube: KubeApi, options: Partial<ChannelOptions> = {}): Connector {
  return async ({ namespace, name }): Promise<AgentTransport> => {
    const pod = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
    const path = `${pod}/attach?container=${PROBE_CONTAINER}&stdin=true&stdout=true&stderr=true`;
    const access = await kube.socketAccess();
    try {
      return await openChannel(`${kube.server.replace(/^http/, 'ws')}${path}`, access, options);
    } catch (cause) {
      throw await explainAttachFailure(kube, { namespace, name }, path, cause);
    }
  };
}
