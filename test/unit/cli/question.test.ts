import { describe, expect, it } from 'vitest';
import { questionOf } from '../../../src/cli/question.ts';

/** The endpoints of FROM and TO. */
function ends(from: string, to = 'shop/web') {
  const question = questionOf({ from, to, port: '443' }, []);
  return { from: question.from[0]?.endpoint, to: question.to[0]?.endpoint };
}

describe('an end of the question', () => {
  it.each([
    ['shop/api', { kind: 'workload', namespace: 'shop', name: 'api' }],
    ['203.0.113.7', { kind: 'cidr', cidr: '203.0.113.7/32' }],
    ['fd00::/8', { kind: 'cidr', cidr: 'fd00::/8' }],
    ['api.stripe.com', { kind: 'host', host: 'api.stripe.com' }],
    ['service:shop/api', { kind: 'service', namespace: 'shop', name: 'api' }],
    ['outsider', { kind: 'outsider' }],
  ])('may be %s', (text, expected) => {
    expect(ends('shop/web', text).to).toEqual(expected);
  });

  it('may be the ingress controller of the matrix: a pod of which nothing is known', () => {
    expect(ends('{ingress-controller}').from).toEqual({ kind: 'outsider' });
  });

  it.each(['0.0.0.0-9.255.255.255', '::-fdff::'])('is no range of the matrix, and what to ask is said: %s', (range) => {
    expect(() => ends(range)).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining(`${range.split('-')[0]}, or`) as string }),
    );
  });

  it('with a dash is a host', () => {
    expect(ends('shop/web', 'my-api.example.com').to).toEqual({ kind: 'host', host: 'my-api.example.com' });
  });
});
