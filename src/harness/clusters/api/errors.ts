import { MayreachError, type ErrorCode, type MayreachErrorOptions } from '../../../source/error.ts';
import type { KubeTarget } from './model.ts';

/** A failed call to the API server. */
export class KubeApiError extends MayreachError {
  /** HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
  /** The server's own word for it: `NotFound`, `AlreadyExists`, `Expired`, … */
  readonly reason: string | undefined;

  constructor(
    message: string,
    options: MayreachErrorOptions & { readonly status?: number | undefined; readonly reason?: string | undefined },
  ) {
    super(message, options);
    this.status = options.status;
    this.reason = options.reason;
  }
}

/** True for a {@link KubeApiError} that carries one of these HTTP statuses. */
export function hasStatus(error: unknown, ...statuses: readonly number[]): error is KubeApiError {
  return error instanceof KubeApiError && error.status !== undefined && statuses.includes(error.status);
}

/** What was being done: `create` `pods` in `shop`, and to which object. */
export interface CallSubject {
  readonly verb: string;
  readonly path: string;
  /** `Pod shop/web`, where a body says more than the path. */
  readonly object?: string;
  /** The name that the cluster knows the user by, where it is known. */
  readonly user?: string | undefined;
}

interface StatusBody {
  readonly message?: string;
  readonly reason?: string;
}

/** The error for an answer that is not a success. */
export function errorOfAnswer(target: KubeTarget, subject: CallSubject, status: number, body: string): KubeApiError {
  const { message, reason } = statusBody(body);
  const said = message ?? (body.trim().slice(0, 500) || `HTTP status ${status}`);
  const { code, text, hint } = explain(target, subject, status, said);
  return new KubeApiError(text, { code, hint, status, reason });
}

/** The error for a call that got no answer. */
export function errorOfTransport(target: KubeTarget, subject: CallSubject, cause: unknown): KubeApiError {
  const text = cause instanceof Error ? describe(cause) : String(cause);
  return new KubeApiError(`${target.server} (context ${target.context}) cannot be reached: ${text}`, {
    code: 'CLUSTER_UNREACHABLE',
    hint: `Check that the cluster is up and that this machine gets there: kubectl --context ${target.context} version. The call was ${subject.verb} ${nameOf(subject)}.`,
    cause,
  });
}

interface Explanation {
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint?: string;
}

function explain(target: KubeTarget, subject: CallSubject, status: number, said: string): Explanation {
  const name = nameOf(subject);
  if (status === 401) {
    return {
      code: 'RIGHT_MISSING',
      text: `${target.server} does not accept the credentials of context ${target.context}: ${said}`,
      hint: 'Log in again, or choose another --context.',
    };
  }
  const quota = /exceeded quota: ([^,]+),?/.exec(said)?.[1] ?? /(failed quota: [^:]+)/.exec(said)?.[1];
  if (status === 403 && quota !== undefined) {
    return {
      code: 'QUOTA_FULL',
      text: `${name} does not fit the resource quota ${quota.trim()}: ${said}`,
      hint: 'Raise the quota, or leave the namespace out of the run.',
    };
  }
  if (status === 403 && isRightMissing(said)) return rightMissing(target, subject, said);
  if ((status >= 500 || status === 429) && !isAboutObject(said)) {
    return {
      code: 'CLUSTER_UNREACHABLE',
      text: `${target.server} could not ${subject.verb} ${name}: ${said}`,
      hint: 'The API server is not well or overloaded; try again.',
    };
  }
  return { code: 'OBJECT_REFUSED', text: `the cluster refused to ${subject.verb} ${name}: ${said}`, ...hintFor(said) };
}

/** Server-side apply answers 500 to a field that the schema lacks, and so does a webhook that does not answer. */
export function isAboutObject(said: string): boolean {
  return said.includes('failed to create typed patch object') || said.includes('failed calling webhook');
}

/** RBAC's answers name the user and the verb; every other 403 comes from admission. */
function isRightMissing(said: string): boolean {
  return / cannot \w+ (resource|path) /.test(said) || /^(Forbidden|forbidden)/.test(said);
}

function rightMissing(target: KubeTarget, subject: CallSubject, said: string): Explanation {
  const user = /User "([^"]+)"/.exec(said)?.[1] ?? subject.user ?? `of context ${target.context}`;
  const verb = / cannot (\w+) /.exec(said)?.[1] ?? subject.verb;
  const resource = /resource "([^"]+)"/.exec(said)?.[1] ?? subject.path;
  const namespace = /in the namespace "([^"]+)"/.exec(said)?.[1];
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  return {
    code: 'RIGHT_MISSING',
    text: `user ${user} may not ${verb} ${resource}${where} (${nameOf(subject)})`,
    hint: `Grant it, or choose another --context; kubectl auth can-i ${verb} ${resource}${namespace === undefined ? ' -A' : ` -n ${namespace}`} shows it. The cluster said: ${said}`,
  };
}

function hintFor(said: string): { readonly hint?: string } {
  if (said.includes('violates PodSecurity')) {
    return {
      hint: "The namespace's Pod Security level does not admit this pod; mayreach asks for no more than `restricted`.",
    };
  }
  const webhook = /(?:admission|failed calling) webhook "([^"]+)"/.exec(said)?.[1];
  if (webhook !== undefined)
    return { hint: `The admission webhook ${webhook} decides here: ask its owner for an exception.` };
  if (said.includes('error looking up service account'))
    return { hint: 'The service account must exist before the pod.' };
  return {};
}

function nameOf({ object, path }: CallSubject): string {
  return object ?? path;
}

function statusBody(body: string): StatusBody {
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    // Not the API server's own words: a proxy or load balancer answers in HTML.
    return {};
  }
}

/** The innermost cause says what happened: `fetch failed` and its like say nothing. */
function describe(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return describe(error.errors[0]);
  if (error.cause instanceof Error) return describe(error.cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const message = error.message || error.name;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}
