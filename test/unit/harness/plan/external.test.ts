import { describe, expect, it } from 'vitest';
import {
  addressRefusal,
  dialRule,
  hostRefusal,
  mayResolve,
  type ExternalAccess,
} from '../../../../src/harness/plan/external.ts';
import { resolveExternal } from '../../../../src/input/external.ts';

const NOBODY = new Map<string, readonly string[]>();
const LIST = resolveExternal('203.0.113.0/24,api.example.com');
const ONLY_HOSTS = resolveExternal('api.example.com');

describe('an address', () => {
  it.each<[string, ExternalAccess, string | undefined]>([
    ['10.1.2.3', false, undefined],
    ['fd00::7', false, undefined],
    ['198.51.100.7', false, '198.51.100.7 is a public address, and none is dialled without --allow-external'],
    ['198.51.100.7', true, undefined],
    ['203.0.113.7', LIST, undefined],
    ['198.51.100.7', LIST, '198.51.100.7 is not on the list of --allow-external'],
    // A list is the whole of what may be dialled.
    ['10.1.2.3', LIST, '10.1.2.3 is not on the list of --allow-external'],
  ])('%s with %j', (address, access, refusal) => {
    expect(addressRefusal(address, access, NOBODY)).toBe(refusal);
  });

  it('of a host on the list is allowed as long as the host has it', () => {
    const learnt = new Map([
      ['api.example.com', ['198.51.100.7']],
      ['other.example.com', ['198.51.100.8']],
    ]);
    expect(addressRefusal('198.51.100.7', LIST, learnt)).toBeUndefined();
    expect(addressRefusal('198.51.100.8', LIST, learnt)).toContain('not on the list');
  });
});

describe('a host', () => {
  it.each<[string, readonly string[], ExternalAccess, string | undefined]>([
    ['db.corp.example', ['10.1.2.3'], false, undefined],
    ['db.corp.example', ['10.1.2.3', '198.51.100.7'], false, 'db.corp.example (198.51.100.7) is a public address'],
    ['db.corp.example', [], false, 'no pod of the run could resolve db.corp.example, so its addresses may be public'],
    ['db.corp.example', [], true, undefined],
    ['API.example.com.', ['198.51.100.7'], LIST, undefined],
    ['api.example.com', [], LIST, undefined],
    ['other.example.com', ['203.0.113.7'], LIST, undefined],
    ['other.example.com', ['203.0.113.7', '10.1.2.3'], LIST, 'other.example.com (10.1.2.3) is not on the list'],
    ['other.example.com', [], LIST, 'nor are its addresses known'],
    ['other.example.com', [], ONLY_HOSTS, 'other.example.com is not on the list of --allow-external'],
  ])('%s at %j with %j', (host, known, access, refusal) => {
    const said = hostRefusal(host, known, access);
    if (refusal === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(refusal);
  });

  it('is not even asked for where no address of it could be dialled', () => {
    const asked = [false, true, LIST, ONLY_HOSTS].map((access) => mayResolve('other.example.com', access));
    expect(asked).toEqual([true, true, true, false]);
    expect(mayResolve('api.example.com', ONLY_HOSTS)).toBe(true);
  });
});

describe('an address that a name gives just before it is dialled', () => {
  const HOSTS = new Set(['api.example.com', 'other.example.com']);
  const SERVICE = 'api.shop.svc.cluster.local';

  it.each<[string, string, ExternalAccess, boolean]>([
    ['198.51.100.7', 'other.example.com', false, false],
    ['10.1.2.3', 'other.example.com', false, true],
    ['198.51.100.7', 'other.example.com', true, true],
    ['198.51.100.7', 'api.example.com', LIST, true],
    ['203.0.113.7', 'other.example.com', LIST, true],
    ['198.51.100.7', 'other.example.com', LIST, false],
    ['10.1.2.3', 'other.example.com', LIST, false],
    ['10.43.0.9', SERVICE, LIST, true],
    ['198.51.100.7', SERVICE, LIST, false],
  ])('%s of %s with %j: %j', (address, name, access, may) => {
    expect(dialRule(access, HOSTS)(address, name)).toBe(may);
  });
});
