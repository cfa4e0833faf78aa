import { describe, expect, it } from 'vitest';
import { resolveExternal } from '../../../src/input/external.ts';

describe('what may be dialled outside of the cluster', () => {
  it('is nothing public unless asked for', () => {
    expect([resolveExternal(), resolveExternal(false), resolveExternal(true)]).toEqual([false, false, true]);
  });

  it('is a list of hosts, addresses and ranges', () => {
    const access = resolveExternal(['192.0.2.7, API.example.com.', '192.0.2.7', '2001:db8::/32']);
    if (typeof access === 'boolean') return expect.unreachable();
    expect(access.targets).toEqual(['192.0.2.7', 'API.example.com.', '2001:db8::/32']);
    expect([...access.hosts]).toEqual(['api.example.com']);
    expect(access.ranges.toCidrs()).toEqual(['192.0.2.7/32', '2001:db8::/32']);
  });

  it.each([
    ['', 'an entry is empty'],
    [[], 'an empty list'],
    ['https://api.example.com', 'is a URL'],
    ['*.example.com', 'has a wildcard'],
    ['api.example.com:443', 'names a port, which belongs to the requirement'],
    ['10.0.0.300', 'has an octet above 255'],
    ['10.0.0', 'is no IPv4 address'],
    ['fd00::/200', 'more than 128'],
    ['under_score.example.com', 'is not the name of a host'],
  ])('refuses %j', (list, problem) => {
    expect(() => resolveExternal(list)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(problem) as string }),
    );
  });
});
