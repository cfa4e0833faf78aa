import { expect, it } from 'vitest';
import { parseYaml } from '../../../src/source/yaml.ts';

const read = (scalar: string): unknown => parseYaml(scalar, 'f.yaml', { scalars: 'kubectl' })[0]?.value;

it.each([
  ['yes', true],
  ['Off', false],
  ['n', 'n'],
  ['true', true],
  ['"yes"', 'yes'],
  ['yesterday', 'yesterday'],
  ['0120', 80],
  ['080', 80],
  ['0o120', 80],
  ['0x50', 80],
  ['0b11', 3],
  ['8_080', 8080],
  ['-010', -8],
  ['0', 0],
  ['+80', 80],
  ['1e2', 100],
  ['.5', 0.5],
  ['.inf', Infinity],
  ['1_0.5', 10.5],
  ['2027-03-31', '2027-03-31'],
  ['10.0.0.0', '10.0.0.0'],
  ['1:30', '1:30'],
  ['~', null],
  ['!!str yes', 'yes'],
])('reads %s as kubectl does', (written, value) => {
  expect(read(written)).toEqual(value);
});

it('reads the core schema where nothing else is asked for', () => {
  expect(parseYaml('[yes, 010, 1_000]', 'f.yaml')[0]?.value).toEqual(['yes', 10, '1_000']);
});
