import { describe, expect, it } from 'vitest';
import { formatMatrix, type MatrixFormat, type MatrixRow } from '../../../src/reports/matrix/format.ts';

const rows: MatrixRow[] = [
  { from: '0.0.0.0-255.255.255.255', to: 'shop/web[Deployment]', connections: 'TCP 8080' },
  { from: 'shop/web[Deployment]', to: 'data/db[StatefulSet]', connections: 'TCP 80,443; UDP 53' },
  { from: 'shop/web[Deployment]', to: 'shop/web[Deployment]', connections: 'all' },
  { from: '{ingress-controller}', to: 'shop/web[Deployment]', connections: 'TCP 8080' },
];

function text(format: MatrixFormat, given = rows, options = {}): string {
  return [...formatMatrix(given, format, options)].join('');
}

describe('table', () => {
  it('aligns its columns', () => {
    expect(text('table')).toBe(
      [
        'FROM                     TO                    CONNECTIONS',
        '0.0.0.0-255.255.255.255  shop/web[Deployment]  TCP 8080',
        'shop/web[Deployment]     data/db[StatefulSet]  TCP 80,443; UDP 53',
        'shop/web[Deployment]     shop/web[Deployment]  all',
        '{ingress-controller}     shop/web[Deployment]  TCP 8080',
        '',
      ].join('\n'),
    );
  });

  it('says so when nothing is allowed', () => {
    expect(text('table', [])).toBe('Nothing may reach anything.\n');
  });

  it('never passes an escape on to the terminal', () => {
    expect(text('table', [{ from: 'a\u001b[2J', to: 'b', connections: 'all' }])).not.toContain('\u001b');
  });
});

describe('json', () => {
  it.each([rows, []])('is the rows', (...given) => {
    const list = given.flat();
    expect(JSON.parse(text('json', list))).toEqual(list);
  });
});

describe('csv', () => {
  it('is RFC 4180', () => {
    expect(text('csv')).toBe(
      'from,to,connections\r\n' +
        '0.0.0.0-255.255.255.255,shop/web[Deployment],TCP 8080\r\n' +
        'shop/web[Deployment],data/db[StatefulSet],"TCP 80,443; UDP 53"\r\n' +
        'shop/web[Deployment],shop/web[Deployment],all\r\n' +
        '{ingress-controller},shop/web[Deployment],TCP 8080\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])('takes the formula out of %j', (from) => {
    expect(text('csv', [{ from, to: 'a "b"\nc', connections: 'all' }])).toBe(
      `from,to,connections\r\n'${from},"a ""b""\nc",all\r\n`,
    );
  });
});

describe('dot', () => {
  it('has a cluster per namespace and an edge per row', () => {
    expect(text('dot')).toMatchInlineSnapshot(`
      "digraph mayreach {
        rankdir=LR;
        node [shape=box, style=rounded, fontname="sans-serif"];
        edge [fontname="sans-serif", fontsize=10];
        "0.0.0.0-255.255.255.255" [shape=ellipse];
        "{ingress-controller}" [shape=ellipse];
        subgraph cluster_0 {
          label="shop";
          "shop/web[Deployment]" [label="web[Deployment]"];
        }
        subgraph cluster_1 {
          label="data";
          "data/db[StatefulSet]" [label="db[StatefulSet]"];
        }
        "0.0.0.0-255.255.255.255" -> "shop/web[Deployment]" [label="TCP 8080"];
        "shop/web[Deployment]" -> "data/db[StatefulSet]" [label="TCP 80,443; UDP 53"];
        "shop/web[Deployment]" -> "shop/web[Deployment]" [label="all"];
        "{ingress-controller}" -> "shop/web[Deployment]" [label="TCP 8080"];
      }
      "
    `);
  });

  it('escapes names', () => {
    const dot = text('dot', [{ from: 'a"; x -> y [label="', to: 'b\\', connections: 'l\n2' }]);
    expect(dot).toContain('"a\\"; x -> y [label=\\"" -> "b\\\\" [label="l\\n2"];');
  });
});
