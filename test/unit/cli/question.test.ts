import { describe, expect, it } from 'vitest';
import { questionOf } from '../../../src/cli/question.ts';
import { parseRequirements } from '../../../src/requirements/index.ts';
import type { MayreachError } from '../../../src/source/error.ts';

const EVERYTHING = { matchLabels: {}, matchExpressions: [] };
const PROD = { matchLabels: { env: 'prod' }, matchExpressions: [] };

/** The endpoints of FROM and TO. */
function ends(from: string, to = 'shop/web') {
  const question = questionOf({ from, to, port: '443' }, [], ['shop', 'data']);
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
    ['data', { kind: 'pods', namespaces: { by: 'name', name: 'data' }, pods: EVERYTHING }],
    ['namespace:later', { kind: 'pods', namespaces: { by: 'name', name: 'later' }, pods: EVERYTHING }],
    ['{namespaces: {env: prod}}', { kind: 'pods', namespaces: { by: 'labels', selector: PROD }, pods: EVERYTHING }],
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

  it('is the endpoint that a file declares before it is a namespace', () => {
    const [set] = parseRequirements(
      'requirements: r\nendpoints: {data: outsider}\ncases: [{id: R, from: data, mayNotReach: anyone}]\n',
      'r.reach.yaml',
    );
    const question = questionOf({ from: 'data', to: 'shop', port: '443' }, set === undefined ? [] : [set], [
      'data',
      'shop',
    ]);
    expect(question.from.map(({ endpoint, label }) => [endpoint.kind, label])).toEqual([['outsider', 'data']]);
    expect(question.to.map(({ label }) => label)).toEqual(['shop/*']);
  });

  it.each([
    ['dta', 'dta is neither a namespace nor an endpoint that a requirement file declares\n  Did you mean `data`?'],
    ['shop/', 'the command line: "shop/" is not a workload'],
  ])('that is %s is refused with what to write, and no place in a text that nobody typed', (text, message) => {
    let told = '';
    try {
      ends(text);
    } catch (error) {
      told = (error as MayreachError).format();
    }
    expect(told).toContain(message);
    expect(told).not.toMatch(/line:\d/);
  });

  it('with a dash is a host', () => {
    expect(ends('shop/web', 'my-api.example.com').to).toEqual({ kind: 'host', host: 'my-api.example.com' });
  });
});
