import { describe, expect, it } from 'vitest';
import { anchor, each, html } from '../../../src/reports/html/html.ts';
import { htmlReport } from '../../../src/reports/html/report.ts';
import { cell, coverage, evidence, requirement } from './fixtures/builder.ts';
import { GOLDEN } from './fixtures/golden.ts';
import { hostile } from './fixtures/hostile.ts';

function page(record = hostile()): string {
  return [...htmlReport(record)].join('');
}

describe('html', () => {
  it('escapes values, leaves markup, and takes lists of both', () => {
    const markup = html`<p title="${`"'<`}">${['a & b', html`<b>${'<c>'}</b>`, undefined, false, 3]}</p>`;
    expect([...markup.pieces()].join('')).toBe('<p title="&quot;&#39;&lt;">a &amp; b<b>&lt;c&gt;</b>3</p>');
  });

  it('makes the items of a list only when the page is written, one after the other', () => {
    const made: number[] = [];
    const item = (n: number) => {
      made.push(n);
      return html`<li>${n}</li>`;
    };
    const pieces = html`<ul>
      ${each([1, 2], item)}
    </ul>`.pieces();
    pieces.next();
    expect(made).toEqual([]);
    expect(pieces.next().value).toBe('<li>1</li>');
    expect(made).toEqual([1]);
    expect(pieces.next().value).toBe('<li>2</li>');
  });

  it('makes anchors that never meet', () => {
    expect(anchor('row', 'a b')).toMatch(/^[A-Za-z][\w.-]*$/u);
    expect(anchor('row', 'a/b')).not.toBe(anchor('row', 'a b'));
    expect(anchor('row', '_20_')).not.toBe(anchor('row', ' '));
  });
});

describe('htmlReport', () => {
  it('lets nothing from outside become markup', () => {
    const text = page();
    expect(text.match(/<script/gu)).toHaveLength(1);
    expect(text).not.toMatch(/<(?:img|svg|i|b>ID)\b/u);
    expect(text).toContain('&lt;/script&gt;&lt;script&gt;alert(1)');
    expect(text).not.toMatch(/[\u0000\u001b\u202e]/u); // eslint-disable-line no-control-regex
  });

  it('says where the cluster was not proved to be the one it is taken for, and what images meant', () => {
    const record = hostile();
    const images = { probe: 'node:24', probeIds: ['node@sha256:0a', 'node@sha256:0b'] };
    const text = page({ ...record, cluster: { ...record.cluster, tls: 'not-verified', images } });
    expect(text).toContain('the certificate of its API server was not verified');
    expect(text).toContain('node:24 (node@sha256:0a, node@sha256:0b)');
    expect(page(record)).not.toContain('Which cluster answered is not proved');
  });

  it('fetches nothing and forbids itself to', () => {
    for (const record of Object.values(GOLDEN)) {
      const text = page(record);
      const tags = [...text.replace(/"[^"]*"/gu, '""').matchAll(/<[^>]*>/gu)].join('');
      expect(tags).not.toMatch(/\s(?:src|srcset|on\w+)=|<link/u);
      expect(text).not.toMatch(/@import|url\(/u);
      expect(text).toContain('default-src &#39;none&#39;');
    }
  });

  it('has no two places with one id, and no link into nowhere', () => {
    for (const record of Object.values(GOLDEN)) {
      const text = page(record);
      const ids = [...text.matchAll(/\sid="([^"]*)"/gu)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, target] of text.matchAll(/href="#([^"]*)"/gu)) expect(ids).toContain(target);
    }
  });

  it('closes every element that it opens', () => {
    const VOID = new Set(['meta', 'input', 'wbr', 'br']);
    for (const record of Object.values(GOLDEN)) {
      const body = page(record).replace(/<(style|script)>.*?<\/\1>/gsu, '');
      const open: string[] = [];
      for (const [, closing, name = ''] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/gu)) {
        if (VOID.has(name)) continue;
        if (closing === '/') expect(open.pop()).toBe(name);
        else open.push(name);
      }
      expect(open).toEqual([]);
    }
  });

  it('draws a large matrix by namespace, each pair of them to unfold', () => {
    const ends = Array.from({ length: 60 }, (_, n) => `ns-${n % 3}/app-${n}[Deployment]`);
    const cells = ends.flatMap((from) => ends.map((to) => cell(from, to)));
    const text = page(evidence({ requirements: [requirement('BIG', { cells })] }));
    expect(text.match(/<details id="pair-/gu)).toHaveLength(9);
    expect(text).toContain('ns-0 → ns-1: open, as required, 400 cells');
  });

  it('keeps its size in bounds and says so', () => {
    const ends = Array.from({ length: 160 }, (_, n) => `ns-${n}/app-${n}[Deployment]`);
    const cells = ends.flatMap((from) => ends.map((to) => cell(from, to)));
    const record = evidence({
      requirements: [requirement('BIG', { cells })],
      coverage: ends.map((end) => coverage(end, 'ingress')),
    });
    const text = page(record);
    expect(text).toContain('25,400 more cells in evidence.json');
    expect(text.length).toBeLessThan(20_000_000);
  });
});
