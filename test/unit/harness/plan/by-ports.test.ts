import { expect, it } from 'vitest';
import { ByPorts } from '../../../../src/harness/plan/by-ports.ts';
import { ConnectionSet } from '../../../../src/harness/predict/sets/connections.ts';

const item = (text: string) => ({ text, connections: ConnectionSet.parse(text) });

it('finds what shares a port, in the order in which it was given', () => {
  const items = ['TCP 443', 'UDP 53', 'TCP 1-100,8000-9000', 'all', 'TCP 80; UDP 443', 'SCTP 1-65535'].map(item);
  const index = new ByPorts(items);
  const found = (text: string): readonly string[] =>
    index.overlapping(ConnectionSet.parse(text)).map(({ text: one }) => one);
  expect(found('TCP 443')).toEqual(['TCP 443', 'all']);
  expect(found('TCP 50-90')).toEqual(['TCP 1-100,8000-9000', 'all', 'TCP 80; UDP 443']);
  expect(found('TCP 101-7999')).toEqual(['TCP 443', 'all']);
  expect(found('TCP 9000; UDP 53')).toEqual(['UDP 53', 'TCP 1-100,8000-9000', 'all']);
  expect(found('SCTP 65535')).toEqual(['all', 'SCTP 1-65535']);
  expect(index.overlapping(ConnectionSet.NONE)).toEqual([]);
});

it('says what asking each of them says', () => {
  let state = 7;
  const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  const some = (): string => {
    const from = 1 + random(400);
    return `${['TCP', 'UDP'][random(2)] ?? ''} ${from}-${from + random(40)}`;
  };
  const items = Array.from({ length: 200 }, () => item(some()));
  const index = new ByPorts(items);
  for (let round = 0; round < 200; round += 1) {
    const asked = ConnectionSet.parse(some());
    expect(index.overlapping(asked)).toEqual(items.filter(({ connections }) => connections.overlaps(asked)));
  }
});
