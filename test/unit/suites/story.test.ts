import { describe, expect, it } from 'vitest';
import { reasonOf, remedyOf, storiesOf } from '../../../src/suites/story.ts';
import { allowedSide, at, cell, decide, deniedSide, openSide, requirement } from '../reports/fixtures/builder.ts';

const denied = decide(openSide(), deniedSide('n/deny', at('p.yaml', 3)));
const allowed = decide(openSide(), allowedSide('n/allow', 'ingress', 0, at('p.yaml', 30)));
const bad = { verdict: 'violated' } as const;

describe('storiesOf', () => {
  it('parts what was decided by different rules, and tells the worst first', () => {
    const cells = [
      cell('a', 'b', { verdict: 'inconclusive' }),
      cell('a', 'c', { ...bad, decision: denied }),
      cell('a', 'd', { ...bad, decision: allowed }),
      cell('a', 'e', { ...bad, decision: denied }),
      cell('a', 'f'),
    ];
    const stories = storiesOf(requirement('R', { cells }));
    expect(stories.map(({ pairs }) => pairs.map(({ to }) => to))).toEqual([['c', 'e'], ['d'], ['b']]);
    expect(storiesOf(requirement('R', { cells }), { met: true }).at(-1)?.cell.to).toBe('f');
  });

  it('names ports as the matrix does', () => {
    const ports = (...list: [string, number | string][]) =>
      storiesOf(
        requirement('R', {
          cells: list.map(([protocol, port]) => cell('a', 'b', { ...bad, protocol: protocol as 'TCP', port })),
        }),
      )[0]?.pairs[0]?.connections;
    expect(ports(['TCP', 80], ['UDP', 53], ['TCP', '8000-8080'])).toBe('TCP 80,8000-8080; UDP 53');
    expect(ports(['any', 'any'])).toBe('every protocol and port');
    expect(ports(['UDP', 'any'])).toBe('UDP, every port');
  });
});

describe('what stands beside a decision', () => {
  it('leaves out the reason that the decision gives', () => {
    const text = 'open: the network does not enforce the policies, which deny it: ingress of b is isolated by n/deny';
    expect(reasonOf(cell('a', 'b', { text, decision: denied }))).toBe(
      'open: the network does not enforce the policies, which deny it',
    );
    expect(reasonOf(cell('a', 'b', { text }))).toBe(text);
    const reason = 'whether it covers b is not known';
    const decision = { ...denied, outcome: 'unknown' as const, reason };
    expect(reasonOf(cell('a', 'b', { text: `predicted unknown: ${reason}`, decision }))).toBe('predicted unknown');
  });

  it('does not repeat what was missing', () => {
    expect(remedyOf(cell('a', 'b', { text: 'no control', missing: 'no control; start it' }))).toBe('start it');
    expect(remedyOf(cell('a', 'b', { text: 'no control', missing: 'start it' }))).toBe('start it');
    expect(remedyOf(cell('a', 'b'))).toBeUndefined();
    const unknown = 'predicted unknown: rule 1 has an ipBlock; whether it covers b is not known';
    const missing = 'rule 1 has an ipBlock; whether it covers b is not known';
    expect(remedyOf(cell('a', 'b', { text: unknown, missing: `${missing}; try it` }))).toBe('try it');
    expect(remedyOf(cell('a', 'b', { text: unknown, missing }))).toBeUndefined();
  });
});
