import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { checkCount } from '../../../../src/harness/inventory/limits.ts';
import { identify } from '../../../../src/harness/inventory/objects.ts';
import { formatPosition } from '../../../../src/source/position.ts';
import { errorOf, inventoryOf, sourcesOf } from './from-yaml.ts';

interface Refused {
  readonly what: string;
  readonly with: string;
  /** Line and column. */
  readonly at: string;
  readonly says: string;
  readonly hint?: string;
}

const FOLDER = new URL('refused/', import.meta.url);

describe.each(readdirSync(FOLDER))('%s', (name) => {
  const { template, files } = load(readFileSync(new URL(name, FOLDER), 'utf8')) as {
    readonly template: string;
    readonly files: readonly Refused[];
  };

  it.each(files)('$what', ({ with: written, at, says, hint }) => {
    const error = errorOf(() => inventoryOf(template.replace('%', () => written)));
    expect(error.code).toBe('MANIFEST_INVALID');
    expect({ at: error.position && formatPosition(error.position), hint: error.hint }).toEqual({
      at: `a.yaml:${at}`,
      hint,
    });
    expect(error.message).toContain(says);
  });

  it('is taken on a live cluster, where the API server took it, with a note', () => {
    const [first] = files;
    const { notes } = inventoryOf(
      template.replace('%', () => first?.with ?? ''),
      { origin: 'cluster' },
    );
    expect(notes.map(({ text }) => text).join('\n')).toContain(first?.says);
  });
});

describe('policies of groups that are not known', () => {
  it('are not passed over: what they may do is not known', () => {
    const text = '{apiVersion: net.example.com/v1, kind: ZoneNetworkPolicy, metadata: {name: p, namespace: shop}}';
    expect(inventoryOf(text).unmodelled).toMatchObject([
      { kind: 'ZoneNetworkPolicy', id: 'shop/p', namespace: 'shop' },
    ]);
  });
});

describe('sizes', () => {
  const policy = (length: number) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, annotations: {a: ${'x'.repeat(length)}}}`;

  it('that the API server takes are taken, and no larger ones', () => {
    expect(inventoryOf(policy(3_000_000)).policies).toHaveLength(1);
    const error = errorOf(() => inventoryOf(policy(3_200_000)));
    expect([error.code, error.position?.line]).toEqual(['INPUT_TOO_LARGE', 1]);
    expect(error.message).toBe('the NetworkPolicy has 3200107 characters as JSON; the API server takes 3145728');
  });

  it('of the whole are bounded too', () => {
    const [source] = sourcesOf('{apiVersion: v1, kind: Namespace, metadata: {name: a}}');
    const object = source && identify(source);
    if (object === undefined) throw new Error('no object');
    const objects = Array.from({ length: 200_000 }, () => object);
    checkCount(objects);
    expect(() => {
      checkCount([...objects, object]);
    }).toThrow('the manifests hold more than 200000 objects of the kinds that are read');
  });
});
