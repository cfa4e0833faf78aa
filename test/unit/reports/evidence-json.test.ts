import { describe, expect, it } from 'vitest';
import { evidenceSchema, type Evidence } from '../../../src/harness/evidence/schema.ts';
import { evidenceJson } from '../../../src/reports/evidence-json.ts';
import { GOLDEN } from './fixtures/golden.ts';
import { mixed } from './fixtures/mixed.ts';

function text(evidence: Evidence): string {
  return [...evidenceJson(evidence)].join('');
}

/** The same value with every object's keys the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe('evidenceJson', () => {
  it.each(Object.entries(GOLDEN))('%s: is read back as it was, and the schema takes it', (_, evidence) => {
    const parsed: unknown = JSON.parse(text(evidence));
    expect(parsed).toEqual(evidence);
    expect(evidenceSchema.parse(parsed)).toEqual(evidence);
  });

  it('does not depend on the order in which keys were set', () => {
    expect(text(reversed(mixed()) as Evidence)).toBe(text(mixed()));
  });

  it('starts with the schema and keeps each cell on a line of its own', () => {
    const lines = text(mixed()).split('\n');
    expect(lines[1]).toBe('  "schema": "mayreach.evidence/v1",');
    expect(lines.filter((line) => line.startsWith('      {"from":'))).toHaveLength(
      mixed().requirements.flatMap(({ cells }) => cells).length,
    );
  });

  it('comes in pieces no larger than a record', () => {
    const [first] = mixed().requirements;
    if (first === undefined) throw new Error('no requirement');
    const cells = Array.from({ length: 5000 }, () => first.cells).flat();
    const largest = [...evidenceJson({ ...mixed(), requirements: [{ ...first, cells }] })].reduce(
      (most, piece) => Math.max(most, piece.length),
      0,
    );
    expect(largest).toBeLessThan(5000);
  });
});
