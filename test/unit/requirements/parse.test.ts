import fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { formatEndpoint, parseRequirements, type RequirementSet } from '../../../src/requirements/index.ts';
import { rightEndpoints, rightPorts } from './corpus.ts';

function one(text: string): RequirementSet {
  const [set] = parseRequirements(text, 'f.reach.yaml');
  if (set === undefined) throw new Error('no set');
  return set;
}

const position = (line: number, column: number) => ({ file: 'f.reach.yaml', line, column });

describe('an endpoint', () => {
  it.each(rightEndpoints)('%s', (written, endpoint, label) => {
    const set = one(`requirements: s
endpoints:
  a: ${written}
cases:
  - {id: A, from: anyone, mayNotReach: a}
  - {id: B, from: anyone, mayReach: [outsider, ${written}]}`);
    expect(set.endpoints.get('a')).toEqual({ endpoint, label: 'a', position: position(3, 6) });
    expect(set.requirements[0]?.to).toEqual([{ endpoint, label: 'a', position: position(5, 40) }]);
    const own = written.startsWith('{') ? label : written.replaceAll('"', '');
    expect(set.requirements[1]?.to[1]).toEqual({ endpoint, label: own, position: position(6, 48) });
    expect(formatEndpoint(endpoint)).toBe(label);
  });
});

describe('on', () => {
  it.each(rightPorts)('%s', (written, spec) => {
    const label = written.replaceAll('"', '');
    const texts = [`on: ${written}`, `on: [http, ${written}]`];
    const [alone, listed] = texts.map(
      (on) =>
        one(`requirements: s\ncases:\n  - id: A\n    from: a/b\n    mayReach: c/d\n    ${on}`).requirements[0]?.on,
    );
    expect(alone).toEqual([{ spec, label, position: position(6, 9) }]);
    expect(listed?.[1]).toEqual({ spec, label, position: position(6, 16) });
  });

  it('keeps a range as it is written', () => {
    const port = fc.integer({ min: 1, max: 65535 });
    fc.assert(
      fc.property(port, port, fc.constantFrom('tcp', 'udp', 'sctp'), (a, b, protocol) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const text = dump({
          requirements: 's',
          cases: [{ id: 'A', from: 'a/b', mayReach: 'c/d', on: `${from}-${to}/${protocol}` }],
        });
        expect(one(text).requirements[0]?.on?.[0]?.spec).toEqual({
          kind: 'range',
          protocol: protocol.toUpperCase(),
          from,
          to,
        });
      }),
    );
  });
});

describe('a set', () => {
  const text = `
requirements: shop
owner: team-payments
manifests: [./a, b.yaml]
endpoints:
  web: shop/web
otherwise: mayNotReach
cases:
  - id: SHOP-1
    from: [web, outsider]
    mayReach: {service: shop/api}
    on: [http]
    because: it renders
    controls: [PCI-DSS-4.0.1/1.3.1]
    ticket: PAY-113
    expires: 2020-02-29
    accepted: {because: legacy, approvedBy: board, until: 2027-01-31}
  - id: SHOP-2
    from: web
    mayNotReach: anyone
    controls: CIS
audit:
  critical: [{namespaces: {zone: pci}, because: card data}, {namespace: data}]
  defaultDeny: [ingress, egress, ingress]
  exceptions:
    - {namespace: kube-system, directions: [egress], because: b, approvedBy: c, until: 2027-01-31}
    - {workload: shop/web, directions: egress, because: b, approvedBy: c, until: 2027-01-31}
`;
  const web = { kind: 'workload', namespace: 'shop', name: 'web' };

  it('holds everything that is written, with its place', () => {
    expect(one(text)).toMatchObject({
      name: 'shop',
      file: 'f.reach.yaml',
      owner: 'team-payments',
      manifests: [
        { path: './a', position: position(4, 13) },
        { path: 'b.yaml', position: position(4, 18) },
      ],
      requirements: [{ id: 'SHOP-1' }, { id: 'SHOP-2' }, { id: 'otherwise' }],
    });
    expect(one(text).requirements[0]).toEqual({
      id: 'SHOP-1',
      set: 'shop',
      owner: 'team-payments',
      expect: 'mayReach',
      from: [
        { endpoint: web, label: 'web', position: position(10, 12) },
        { endpoint: { kind: 'outsider' }, label: 'outsider', position: position(10, 17) },
      ],
      to: [
        {
          endpoint: { kind: 'service', namespace: 'shop', name: 'api' },
          label: 'shop/api[Service]',
          position: position(11, 15),
        },
      ],
      on: [{ spec: { kind: 'name', name: 'http' }, label: 'http', position: position(12, 10) }],
      because: 'it renders',
      controls: ['PCI-DSS-4.0.1/1.3.1'],
      ticket: 'PAY-113',
      expires: '2020-02-29',
      accepted: { because: 'legacy', approvedBy: 'board', until: '2027-01-31' },
      position: position(9, 5),
      otherwise: false,
    });
  });

  it('leaves out what is not written', () => {
    expect(one(text).requirements[1]).toEqual({
      id: 'SHOP-2',
      set: 'shop',
      owner: 'team-payments',
      expect: 'mayNotReach',
      from: [{ endpoint: web, label: 'web', position: position(19, 11) }],
      to: [{ endpoint: { kind: 'anyone' }, label: 'anyone', position: position(20, 18) }],
      controls: ['CIS'],
      position: position(18, 5),
      otherwise: false,
    });
    const bare = one('requirements: s\notherwise: mayNotReach');
    expect(Object.keys(bare)).toEqual(['name', 'file', 'manifests', 'endpoints', 'requirements']);
  });

  it('makes `otherwise` a requirement, the last one', () => {
    expect(one(text).requirements[2]).toEqual({
      id: 'otherwise',
      set: 'shop',
      owner: 'team-payments',
      expect: 'mayNotReach',
      from: [],
      to: [],
      controls: [],
      position: position(7, 12),
      otherwise: true,
    });
  });

  it('reads the audit block', () => {
    const leave = { because: 'b', approvedBy: 'c', until: '2027-01-31' };
    expect(one(text).audit).toEqual({
      critical: [
        {
          namespaces: { by: 'labels', selector: { matchLabels: { zone: 'pci' }, matchExpressions: [] } },
          because: 'card data',
          position: position(23, 14),
        },
        { namespaces: { by: 'name', name: 'data' }, position: position(23, 61) },
      ],
      defaultDeny: ['ingress', 'egress'],
      exceptions: [
        {
          scope: { kind: 'namespace', namespace: 'kube-system' },
          directions: ['egress'],
          ...leave,
          position: position(26, 7),
        },
        {
          scope: { kind: 'workload', namespace: 'shop', name: 'web' },
          directions: ['egress'],
          ...leave,
          position: position(27, 7),
        },
      ],
      position: position(23, 3),
    });
  });
});
