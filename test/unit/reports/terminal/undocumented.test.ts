import { expect, it } from 'vitest';
import type { EvidenceFinding } from '../../../../src/harness/evidence/schema.ts';
import { undocumentedLines } from '../../../../src/reports/terminal/undocumented.ts';

const plain = { color: false, width: 100, isTty: false };

function finding(rule: number, severity: 'warning' | 'note' = 'warning', pairs = 2): EvidenceFinding {
  return {
    rule: 'undocumented-allow',
    severity,
    message: `message ${rule}`,
    position: { file: 'net.yaml', line: rule, column: 3 },
    fails: false,
    allows: [{ from: ['a'], to: ['b'], connections: 'all', pairs }],
  };
}

it('is one finding however many there are: a number, the first three, the rest as a number', () => {
  const many = Array.from({ length: 500 }, (_, index) => finding(index + 1));
  expect(undocumentedLines([...many, finding(501, 'note', 7)], 0, plain)).toEqual([
    '  ! undocumented-allow  500 rules and 1 workload without isolation let through 1,007 pairs that no requirement documents',
    '                        message 1',
    '                        net.yaml:1:3',
    '                        message 2',
    '                        net.yaml:2:3',
    '                        message 3',
    '                        net.yaml:3:3',
    '                        and 498 more: see report.html',
  ]);
});

it('stays a note where only gaps are, which are warnings of their own', () => {
  expect(undocumentedLines([finding(1, 'note')], 22, plain)).toEqual([
    '  · undocumented-allow      1 workload without isolation lets through 2 pairs that no requirement documents',
    '                            1 more: see report.html',
  ]);
});

it('is not there where there is nothing', () => {
  expect(undocumentedLines([], 10, plain)).toEqual([]);
});
