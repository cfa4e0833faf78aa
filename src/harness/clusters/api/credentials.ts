import { existsSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, ProxyAgent, Socks5ProxyAgent, type buildConnector, type Dispatcher } from 'undici';
import { MayreachError } from '../../../source/error.ts';
import { didYouMean } from '../../../source/suggest.ts';

/** A kubeconfig's text, or a file and context; without a file as kubectl does it: `KUBECONFIG`, `~/.kube/config`. */
export type KubeConfigSource = string | { readonly file?: string | undefined; readonly context?: string | undefined };

/** Reads a kubeconfig and chooses its context. Errors: FILE_NOT_FOUND, FILE_UNREADABLE, CONTEXT_UNKNOWN. */
export function loadKubeConfig(source: KubeConfigSource): KubeConfig {
  const config = new KubeConfig();
  if (typeof source === 'string') {
    readable('the kubeconfig', () => config.loadFromString(source));
  } else {
    const { file } = source;
    if (file !== undefined && !existsSync(file)) {
      throw new MayreachError(`kubeconfig ${file} is not there`, {
        code: 'FILE_NOT_FOUND',
        hint: 'Name another file with KUBECONFIG.',
      });
    }
    readable(file ?? 'the default kubeconfig', () =>
      file === undefined ? config.loadFromDefault() : config.loadFromFile(file),
    );
    if (source.context !== undefined) config.setCurrentContext(source.context);
  }
  // The library speaks plain HTTP only where TLS is not to be verified; kubectl speaks it wherever the URL says so.
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  checkContext(config);
  return config;
}

function readable(what: string, load: () => void): void {
  try {
    load();
  } catch (error) {
    // The first line only, and no cause: a parser quotes the text around its finding, and here that is credentials.
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new MayreachError(`${what} cannot be read: ${reason ?? ''}`, {
      code: 'FILE_UNREADABLE',
      hint: 'A kubeconfig is YAML with clusters, users and contexts: kubectl config view shows it.',
    });
  }
}

function checkContext(config: KubeConfig): void {
  const contexts = config.getContexts().map(({ name }) => name);
  const wanted = config.getCurrentContext();
  if (!contexts.includes(wanted)) {
    const near = wanted ? didYouMean(wanted, contexts) : '';
    const known = contexts.length === 0 ? 'The kubeconfig has no context.' : `It has: ${contexts.join(', ')}.`;
    throw new MayreachError(
      wanted ? `the kubeconfig has no context ${wanted}` : 'the kubeconfig has no current context',
      { code: 'CONTEXT_UNKNOWN', hint: near ? `${near} ${known}` : `Choose one with --context. ${known}` },
    );
  }
  if (config.getCurrentCluster() === null) {
    throw new MayreachError(`context ${wanted} names a cluster that the kubeconfig does not have`, {
      code: 'CONTEXT_UNKNOWN',
      hint: 'kubectl config view shows which clusters there are.',
    });
  }
}

/** What authenticates a call. */
export interface Session {
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}

/** How long a session is used before the library is asked again: it keeps tokens until they end, and reads files anew. */
const FRESH_MS = 30_000;

/**
 * Authenticates through the library (certificates, tokens, exec plugins, OIDC, proxies), once for all calls that wait
 * at the same moment: it would run an exec plugin for each of them.
 */
export class Credentials {
  readonly #config: KubeConfig;
  #session: Promise<Session> | undefined;
  #askedAt = 0;
  #tls = '';
  #dispatcher: Dispatcher | undefined;

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  /** The current session. `anew`: the last one was not accepted. */
  session(anew = false): Promise<Session> {
    if (this.#session === undefined || anew || Date.now() - this.#askedAt > FRESH_MS) {
      this.#askedAt = Date.now();
      const asked = this.#authenticate();
      this.#session = asked;
      asked.catch(() => {
        if (this.#session === asked) this.#session = undefined;
      });
    }
    return this.#session;
  }

  async close(): Promise<void> {
    await this.#dispatcher?.destroy();
  }

  async #authenticate(): Promise<Session> {
    const options: RequestOptions = {};
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (cause) {
      throw new MayreachError(
        `logging in with context ${this.#config.getCurrentContext()} failed: ${loginFailure(cause)}`,
        { code: 'RIGHT_MISSING', hint: 'kubectl with the same context shows whether its login works.' },
      );
    }
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      if (value !== undefined) headers[name] = String(value);
    }
    if (typeof options.auth === 'string') headers['Authorization'] = `Basic ${btoa(options.auth)}`;
    return { headers, dispatcher: this.#dispatcherFor(options) };
  }

  /** One pool for everything; a new one only when an exec plugin hands out another certificate. */
  #dispatcherFor({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }: RequestOptions): Dispatcher {
    const wanted = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
    const tls = JSON.stringify(wanted, (_, value: unknown) =>
      Buffer.isBuffer(value) ? value.toString('base64') : value,
    );
    if (this.#dispatcher !== undefined && tls === this.#tls) return this.#dispatcher;
    this.#tls = tls;
    const known = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    this.#dispatcher = createDispatcher(this.#config, known);
    return this.#dispatcher;
  }
}

/** A parser quotes the text around its finding, and what a plugin prints on stdout is a credential: no cause either. */
function loginFailure(cause: unknown): string {
  if (cause instanceof SyntaxError) return 'what its exec plugin printed is no JSON';
  return cause instanceof Error ? cause.message : String(cause);
}

type TlsOptions = Parameters<KubeConfig['createDispatcherOptions']>[1];

/** HTTP/1.1 only: a WebSocket cannot be opened on a pooled HTTP/2 connection. No limit on an answer's time but ours. */
const POOL = { allowH2: false, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 };

function createDispatcher(config: KubeConfig, tls: TlsOptions): Dispatcher {
  const plan = config.createDispatcherOptions(config.getCurrentCluster(), tls);
  switch (plan.type) {
    case 'proxy':
      return new ProxyAgent({ ...POOL, uri: plan.uri, requestTls: connectOptions(plan.requestTls) });
    case 'socks':
      return new Socks5ProxyAgent(plan.uri.replace(/^socks\w*:/, 'socks5:'), {
        ...POOL,
        requestTls: connectOptions(plan.requestTls),
      });
    case 'agent':
      return new Agent({ ...POOL, connect: connectOptions(plan.connect) });
    case 'none':
      return new Agent({ ...POOL, connect: connectOptions({}) });
  }
}

function connectOptions(tls: ConnectionOptions): buildConnector.BuildOptions {
  // The two libraries type the same options, one with and one without `undefined`.
  const options = tls as buildConnector.BuildOptions;
  return { ...options, allowH2: false, keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 10_000 };
}
