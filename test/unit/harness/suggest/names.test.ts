import { expect, test } from 'vitest';
import { checkDnsSubdomain } from '../../../../src/harness/inventory/names.ts';
import { namesOf } from '../../../../src/harness/suggest/names.ts';
import { workload } from '../predict/fixtures.ts';

const names = (...ids: readonly (readonly [string, 'Deployment' | 'CronJob'])[]): readonly string[] => [
  ...namesOf(ids.map(([id, kind]) => workload(id, {}, { kind }))).values(),
];

test('a policy is named after its workload, with the kind only where two share a name', () => {
  expect(names(['shop/web', 'Deployment'], ['shop/api', 'Deployment'])).toEqual(['allow-web', 'allow-api']);
  expect(names(['shop/web', 'CronJob'], ['shop/web', 'Deployment'])).toEqual([
    'allow-web-cronjob',
    'allow-web-deployment',
  ]);
});

test('names stay apart and valid where they are long, or look like each other', () => {
  const long = `${'a'.repeat(246)}.b`;
  const found = names(
    ['shop/web-cronjob', 'Deployment'],
    ['shop/web', 'CronJob'],
    ['shop/web', 'Deployment'],
    [`shop/${long}`, 'Deployment'],
    [`shop/${long}c`, 'Deployment'],
  );
  expect(found.slice(0, 3)).toEqual(['allow-web-cronjob', 'allow-web-cronjob-2', 'allow-web-deployment']);
  expect(new Set(found).size).toBe(5);
  expect(found.map(checkDnsSubdomain)).toEqual(found.map(() => undefined));
});
