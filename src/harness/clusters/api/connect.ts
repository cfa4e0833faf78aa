import type { Cluster } from '@kubernetes/client-node';
import { Caller, RETRY, type RetryRules } from './call.ts';
import { Credentials, loadKubeConfig, type KubeConfigSource } from './credentials.ts';
import { can, whoami } from './access.ts';
import { applyObject } from './apply.ts';
import { readIdentity, readVersion } from './identity.ts';
import { createKinds } from './kinds.ts';
import { listAll } from './list.ts';
import type { KubeApi, KubeManifest, KubeObject, KubeTarget } from './model.ts';
import { formatObject, resourcePath } from './paths.ts';
import { watch } from './watch.ts';

/**
 * Opens a cluster's API. Nothing is sent before the first call.
 * Errors: FILE_NOT_FOUND, FILE_UNREADABLE, CONTEXT_UNKNOWN; of the calls: CLUSTER_UNREACHABLE, RIGHT_MISSING,
 * QUOTA_FULL, OBJECT_REFUSED, all {@link import('./errors.ts').KubeApiError}.
 */
export function connectKube(source: KubeConfigSource, retry: RetryRules = RETRY): KubeApi {
  const config = loadKubeConfig(source);
  const cluster = config.getCurrentCluster();
  const target: KubeTarget = {
    server: withoutPassword(cluster?.server ?? '').replace(/\/+$/, ''),
    context: config.getCurrentContext(),
    ...unproved(cluster),
  };
  const credentials = new Credentials(config);
  const caller = new Caller(target, credentials, retry);
  const kinds = createKinds(caller);

  const pathOf: KubeApi['pathOf'] = async (object) => resourcePath(await kinds(object.apiVersion, object.kind), object);
  const pathOfManifest = ({ apiVersion, kind, metadata: { namespace, name } }: KubeManifest) =>
    pathOf({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) });

  return {
    ...target,
    pathOf,
    get: async (path, options) => {
      const { status, text } = await caller.send({ ...options, method: 'GET', path, verb: 'get' }, true);
      return status === 404 ? undefined : (JSON.parse(text) as KubeObject);
    },
    text: async (path, options) => (await caller.send({ ...options, method: 'GET', path, verb: 'get' })).text,
    list: (path, options) => listAll(caller, path, options),
    create: async (object, options) => {
      const path = (await pathOfManifest(object)).replace(/\/[^/]+$/, '');
      const named = formatManifest(object);
      return parse(
        await caller.send({ ...options, method: 'POST', path, verb: 'create', object: named, body: object }),
      );
    },
    apply: async (object, options) => applyObject(caller, await pathOfManifest(object), object, options),
    patch: async (path, body, options) =>
      parse(
        await caller.send({
          ...options,
          method: 'PATCH',
          path,
          verb: 'patch',
          body,
          contentType: options?.type ?? 'application/merge-patch+json',
        }),
      ),
    remove: async (path, options) =>
      (await caller.send({ ...options, method: 'DELETE', path, verb: 'delete' }, true)).status !== 404,
    watch: (path, options) => watch(caller, path, options),
    can: (question) => can(caller, question),
    whoami: () => whoami(caller),
    version: () => readVersion(caller),
    identity: () => readIdentity(caller, cluster),
    socketAccess: () => credentials.session(),
    close: () => credentials.close(),
  };
}

/** A server that anybody could be. Node's own switch turns verification off for every connection of the process. */
function unproved(cluster: Cluster | null): Pick<KubeTarget, 'tls'> {
  if (cluster?.server.startsWith('http:') === true) return { tls: 'none' };
  const off = cluster?.skipTLSVerify === true || process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0';
  return off ? { tls: 'not-verified' } : {};
}

/** The server's URL stands in messages, in the evidence and in reports: who calls stands in the kubeconfig's user. */
function withoutPassword(server: string): string {
  return server.replace(/^(\w+:\/\/)[^/?#]*@/u, '$1');
}

function formatManifest({ kind, metadata: { namespace, name } }: KubeManifest): string {
  return formatObject({ kind, name, ...(namespace === undefined ? {} : { namespace }) });
}

function parse({ text }: { readonly text: string }): KubeObject {
  return JSON.parse(text) as KubeObject;
}
