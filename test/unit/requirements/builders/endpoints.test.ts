import { describe, expect, it } from 'vitest';
import {
  anyone,
  cidr,
  host,
  namespaces,
  outsider,
  pods,
  service,
  workload,
} from '../../../../src/requirements/index.ts';
import { MayreachError } from '../../../../src/source/error.ts';

const everything = { matchLabels: {}, matchExpressions: [] };

describe('a builder gives a reference that can stand alone', () => {
  it.each([
    [workload('shop/web'), { kind: 'workload', namespace: 'shop', name: 'web' }, 'shop/web'],
    [
      workload('shop/web[Job]'),
      { kind: 'workload', namespace: 'shop', name: 'web', workloadKind: 'Job' },
      'shop/web[Job]',
    ],
    [
      pods('shop', { app: 'web' }),
      {
        kind: 'pods',
        namespaces: { by: 'name', name: 'shop' },
        pods: { matchLabels: { app: 'web' }, matchExpressions: [] },
      },
      'shop/{app=web}',
    ],
    [pods('shop'), { kind: 'pods', namespaces: { by: 'name', name: 'shop' }, pods: everything }, 'shop/*'],
    [
      namespaces({ matchExpressions: [{ key: 'env', operator: 'DoesNotExist' }] }),
      {
        kind: 'pods',
        namespaces: {
          by: 'labels',
          selector: { matchLabels: {}, matchExpressions: [{ key: 'env', operator: 'DoesNotExist', values: [] }] },
        },
        pods: everything,
      },
      '{!env}/*',
    ],
    [service('shop/api'), { kind: 'service', namespace: 'shop', name: 'api' }, 'shop/api[Service]'],
    [host('api.stripe.com'), { kind: 'host', host: 'api.stripe.com' }, 'api.stripe.com'],
    [cidr('2001:db8::/32'), { kind: 'cidr', cidr: '2001:db8::/32' }, '2001:db8::/32'],
    [outsider(), { kind: 'outsider' }, 'outsider'],
    [anyone(), { kind: 'anyone' }, 'anyone'],
  ])('%#', (ref, endpoint, label) => {
    const position = {
      file: 'test/unit/requirements/builders/endpoints.test.ts',
      line: expect.any(Number) as number,
      column: expect.any(Number) as number,
    };
    expect(ref).toEqual({ endpoint, label, position });
    expect(ref.position.line).toBeGreaterThan(5);
  });
});

describe('a builder refuses', () => {
  const cases: [what: string, build: () => unknown, message: string][] = [
    ['a workload without a namespace', () => workload('web'), '"web" is not a workload'],
    ['a workload that is a keyword', () => workload('outsider'), '"outsider" is not a workload'],
    ['a bad namespace', () => pods('Shop', {}), '"Shop" is not the name of a namespace'],
    ['a label that is a number', () => pods('shop', { v: 1 as never }), '`v` must be a text (a label value)'],
    ['a bad namespace label', () => namespaces({ 'a b': 'c' }), '"a b" is not a label key'],
    ['a service without a namespace', () => service('api'), '"api" is not a service'],
    ['a URL', () => host('https://a.b'), 'is not the name of a host'],
    ['host bits', () => cidr('10.0.0.1/8'), 'bits set behind its prefix length'],
  ];
  it.each(cases)('%s', (_, build, message) => {
    const file = 'test/unit/requirements/builders/endpoints.test.ts';
    try {
      build();
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(MayreachError);
      expect(error).toMatchObject({ code: 'REQUIREMENT_INVALID', position: { file } });
      expect((error as MayreachError).message).toContain(message);
    }
  });
});
