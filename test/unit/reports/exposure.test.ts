import { describe, expect, it } from 'vitest';
import { formatExposure, type ExposureRow } from '../../../src/reports/matrix/exposure.ts';

const rows: readonly ExposureRow[] = [
  { workload: 'shop/web[Deployment]', direction: 'ingress', namespaces: '*', pods: '*', connections: 'TCP 8080' },
  {
    workload: 'shop/web[Deployment]',
    direction: 'egress',
    namespaces: 'env in (prod,test)',
    pods: 'app=db',
    connections: 'none',
    unknown: 'TCP 443',
  },
];
const text = (...args: Parameters<typeof formatExposure>): string => [...formatExposure(...args)].join('');

describe('the exposure', () => {
  it('is a table for people, with what is not known beside', () => {
    expect(text(rows, 'table')).toBe(
      [
        'WORKLOAD              DIRECTION  NAMESPACES          PODS    CONNECTIONS',
        'shop/web[Deployment]  ingress    *                   *       TCP 8080',
        'shop/web[Deployment]  egress     env in (prod,test)  app=db  none (not known: TCP 443)',
        '',
      ].join('\n'),
    );
    expect(text(rows, 'table', { color: true })).toContain('\u001b[1mWORKLOAD');
    expect(text([], 'table')).toBe('No pod elsewhere may reach anything here, or be reached.\n');
  });

  it('is JSON and CSV for machines', () => {
    expect(JSON.parse(text(rows, 'json'))).toEqual(rows);
    expect(text([], 'json')).toBe('[]\n');
    expect(text(rows, 'csv').split('\r\n')).toEqual([
      'workload,direction,namespaces,pods,connections,unknown',
      'shop/web[Deployment],ingress,*,*,TCP 8080,',
      'shop/web[Deployment],egress,"env in (prod,test)",app=db,none,TCP 443',
      '',
    ]);
  });

  it('is a graph in which the arrow points to whom the connection goes', () => {
    const dot = text(rows, 'dot');
    expect(dot).toContain('"{any pod}" -> "shop/web[Deployment]" [label="TCP 8080"]');
    expect(dot).toContain('"shop/web[Deployment]" -> "{pods app=db in namespaces env in (prod,test)}"');
  });
});
