import type { Caller } from './call.ts';
import type { AccessQuestion, KubeApi } from './model.ts';

/** SelfSubjectAccessReview. */
export async function can(caller: Caller, question: AccessQuestion): ReturnType<KubeApi['can']> {
  const [resource, ...group] = question.resource.split('.');
  const { text } = await caller.send({
    method: 'POST',
    repeatable: true,
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    verb: 'ask',
    object: `whether ${question.verb} ${question.resource} is allowed`,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          verb: question.verb,
          resource,
          group: group.join('.'),
          ...(question.subresource === undefined ? {} : { subresource: question.subresource }),
          ...(question.namespace === undefined ? {} : { namespace: question.namespace }),
        },
      },
    },
  });
  const { status } = JSON.parse(text) as { readonly status: { readonly allowed: boolean; readonly reason?: string } };
  return { allowed: status.allowed, ...(status.reason ? { reason: status.reason } : {}) };
}

/** SelfSubjectReview; the name is kept for messages. */
export async function whoami(caller: Caller): Promise<string> {
  const { text } = await caller.send({
    method: 'POST',
    repeatable: true,
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    verb: 'ask',
    object: 'who this user is',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  });
  const review = JSON.parse(text) as { readonly status: { readonly userInfo: { readonly username: string } } };
  caller.user = review.status.userInfo.username;
  return caller.user;
}
