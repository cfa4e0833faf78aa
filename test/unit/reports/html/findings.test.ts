import { expect, it } from 'vitest';
import { findingsSection } from '../../../../src/reports/html/coverage.ts';
import { evidence } from '../fixtures/builder.ts';

it('unfolds all that an undocumented allow lets through, up to a bound', () => {
  const allows = Array.from({ length: 201 }, (_, index) => ({
    from: ['shop/web[Deployment]', '0.0.0.0-255.255.255.255'],
    to: [`shop/<${index}>`],
    connections: 'TCP 80',
    pairs: 2,
  }));
  const finding = { rule: 'undocumented-allow', severity: 'warning', message: 'm', fails: false, allows } as const;
  const text = findingsSection(evidence({ findings: [{ ...finding, allows: [...allows] }] })).text();
  expect(text).toContain('<summary>402 pairs</summary>');
  expect(text).toContain('<li>TCP 80: shop/web[Deployment], 0.0.0.0-255.255.255.255 → shop/&lt;199&gt;</li>');
  expect(text).not.toContain('shop/&lt;200&gt;');
  expect(text).toContain('1 more line in evidence.json.');
});
