import { describe, expect, it } from 'vitest';
import { namespaceOf, pairMatrix, shortNames } from '../../../src/reports/pairs.ts';
import { cell, evidence, requirement } from './fixtures/builder.ts';

const a = 'n/a[Pod]';
const b = 'n/b[Pod]';
const no = { expect: 'mayNotReach' } as const;
const acceptance = { because: 'x', approvedBy: 'y', until: '2027-01-01', active: true };

function state(...requirements: ReturnType<typeof requirement>[]) {
  return pairMatrix(evidence({ requirements })).pair(a, b);
}

describe('pairMatrix', () => {
  const open = requirement('OPEN', { cells: [cell(a, b)] });
  const blocked = requirement('BLOCKED', { ...no, cells: [cell(a, b, { port: 22 })] });
  const untested = requirement('UNTESTED', { cells: [cell(a, b, { verdict: 'untested' })] });
  const inconclusive = requirement('INCONCLUSIVE', { cells: [cell(a, b, { verdict: 'inconclusive' })] });
  const violated = requirement('VIOLATED', { verdict: 'violated', cells: [cell(a, b, { verdict: 'violated' })] });
  const accepted = { ...violated, accepted: acceptance };

  it.each([
    ['open', [open, open]],
    ['blocked', [blocked]],
    ['partly', [blocked, open, blocked]],
    ['accepted', [open, blocked, accepted]],
    ['untested', [accepted, untested, open]],
    ['inconclusive', [inconclusive, untested]],
    ['violated', [open, violated, inconclusive, blocked]],
  ] as const)('is %s whatever the order', (expected, requirements) => {
    expect(state(...requirements)?.state).toBe(expected);
    expect(state(...requirements.toReversed())?.state).toBe(expected);
  });

  it('counts the cells and names the requirement to blame', () => {
    expect(state(open, violated, blocked)).toMatchObject({ cells: 1, total: 3, requirement: { id: 'VIOLATED' } });
    expect(state(open, blocked)).toMatchObject({ cells: 2, total: 2 });
  });

  it('lists workloads, then services, then what is outside', () => {
    const ends = ['10.0.0.0/8', 'outsider', 'n/z[Service]', 'x/a[Pod]', 'api.example', 'n/b[Pod]'];
    const matrix = pairMatrix(evidence({ requirements: [requirement('R', { cells: ends.map((to) => cell(a, to)) })] }));
    expect(matrix.destinations).toEqual([
      'n/b[Pod]',
      'x/a[Pod]',
      'n/z[Service]',
      '10.0.0.0/8',
      'api.example',
      'outsider',
    ]);
    expect(matrix.pair(b, a)).toBeUndefined();
  });
});

describe('names', () => {
  it('knows a namespace from an address', () => {
    expect(['n/a[Pod]', '10.0.0.0/8', 'outsider', 'api.example', 'fd00::/8'].map(namespaceOf)).toEqual([
      'n',
      'outside',
      'outsider',
      'outside',
      'outside',
    ]);
  });

  it('leaves out what tells nothing apart', () => {
    const short = (...ends: string[]) => [...shortNames(ends).values()];
    expect(short('n/a[Pod]', 'n/b[Job]', 'outsider')).toEqual(['a', 'b', 'outsider']);
    expect(short('n/a[Pod]', 'm/a[Pod]')).toEqual(['n/a', 'm/a']);
    expect(short('n/a[Pod]', 'n/a[Job]', 'n/b[Job]')).toEqual(['a[Pod]', 'a[Job]', 'b']);
    expect(short('n/a[Pod]', 'n/a[Service]')).toEqual(['a', 'a[Service]']);
  });
});
