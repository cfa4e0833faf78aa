import { describe, expect, it } from 'vitest';
import { junitXml } from '../../../src/reports/junit.ts';
import { suitesOf } from '../../../src/suites/suites.ts';
import { GOLDEN } from './fixtures/golden.ts';
import { hostile } from './fixtures/hostile.ts';
import { mixed } from './fixtures/mixed.ts';
import { parseXml, type XmlElement } from './fixtures/xml-parser.ts';

function parsed(evidence: Parameters<typeof junitXml>[0]): XmlElement {
  return parseXml([...junitXml(evidence)].join(''));
}

function cases(root: XmlElement): XmlElement[] {
  return root.children.flatMap(({ children }) => children.filter(({ name }) => name === 'testcase'));
}

function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

describe('junitXml', () => {
  it.each(Object.entries(GOLDEN))('%s: is well formed and has the suites’ cases with their outcome', (_, evidence) => {
    const expected = suitesOf(evidence).flatMap((suite) => suite.cases);
    const found = cases(parsed(evidence)).map((element) => ({
      title: element.attributes['name'],
      outcome: { failure: 'failed', error: 'errored', skipped: 'skipped' }[
        element.children.find(({ name }) => ['failure', 'error', 'skipped'].includes(name))?.name ?? ''
      ],
    }));
    expect(found.map(({ outcome }) => outcome ?? 'passed')).toEqual(expected.map(({ outcome }) => outcome));
    expect(new Set(found.map(({ title }) => title)).size).toBe(expected.length);
  });

  it('counts what it holds', () => {
    const root = parsed(mixed());
    const total = (name: string) => cases(root).filter((element) => child(element, name) !== undefined).length;
    expect(root.attributes).toMatchObject({
      tests: String(cases(root).length),
      failures: String(total('failure')),
      errors: String(total('error')),
      skipped: String(total('skipped')),
    });
    expect(total('failure')).toBeGreaterThan(0);
  });

  it('says why in the content too, which is all that GitLab reads', () => {
    const failed = cases(parsed(mixed())).find(({ attributes }) => attributes['name']?.startsWith('SHOP-2'));
    expect(failed?.attributes).toMatchObject({
      file: 'shop.reach.yaml',
      time: '4.502',
      timestamp: '2026-11-20T10:00:10.000Z',
    });
    expect(child(failed, 'failure')?.text).toContain('manifests/policies.yaml:2');
    expect(child(failed, 'system-out')?.text).toContain(
      'replay: mayreach run examples/shop --cluster k3s --only SHOP-2',
    );
    expect(child(failed, 'properties')?.children.map(({ attributes }) => attributes['name'])).toContain('ticket');
  });

  it('removes what XML cannot hold and keeps the rest as text', () => {
    const xml = [...junitXml(hostile())].join('');
    // eslint-disable-next-line no-control-regex
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]|\p{Cs}/u);
    const first = cases(parsed(hostile()))[0];
    expect(child(first, 'failure')?.attributes['message']).toBe(
      `</script><script>alert(1)</script> ]]>   "quoted" & 'single'`,
    );
  });
});
