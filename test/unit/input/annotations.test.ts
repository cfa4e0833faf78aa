import { describe, expect, it } from 'vitest';
import { resolveCluster } from '../../../src/input/cluster.ts';
import { parseAnnotations } from '../../../src/input/annotations.ts';

describe('--annotate', () => {
  it('takes keys as Kubernetes does, and whatever stands behind the first =', () => {
    expect(parseAnnotations(['owner=team', 'example.com/why=a=b, "c"', 'example.com/none='])).toEqual({
      owner: 'team',
      'example.com/why': 'a=b, "c"',
      'example.com/none': '',
    });
  });

  it.each([
    ['owner', '--annotate owner: expected KEY=VALUE'],
    ['=team', '--annotate =team: the key must be letters'],
    ['a/b/c=1', 'the key has more than one slash'],
    ['Example.com/owner=1', 'the key must have a DNS name in lower case before its slash'],
    ['__proto__=1', 'the key must be letters'],
    [`${'x'.repeat(64)}=1`, 'the key has more than 63 characters'],
    ['mayreach.dev/run=other', 'annotations of mayreach.dev steer'],
    ['sidecar.istio.io/inject=true', 'annotations of sidecar.istio.io steer'],
    ['container.apparmor.security.beta.kubernetes.io/probe=unconfined', 'steer what the cluster does with a pod'],
    ['cni.projectcalico.org/ipAddrs=[]', 'steer what the cluster does with a pod'],
    [`a=${'x'.repeat(200_000)}`, '200001 bytes'],
  ])('refuses %s', (text, problem) => {
    expect(() => parseAnnotations([text])).toThrow(problem);
  });

  it('holds in code, too', () => {
    const annotations = { 'example.com/ticket': 'PAY-113' };
    expect(resolveCluster({ source: 'kubeconfig', annotations })).toMatchObject({ annotations });
    expect(() => resolveCluster({ source: 'kubeconfig', annotations: { 'a b': '' } })).toThrow('the key must be');
  });
});
