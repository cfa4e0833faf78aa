import { z } from 'zod';
import { evidenceSchema, type Evidence } from '../harness/evidence/schema.ts';

/** JSON of one value on one line. */
type Serializer = (value: unknown) => string;

/**
 * `evidence.json`, in pieces: with tens of thousands of cells one string of it would pass what JavaScript can hold
 * (512 MB). The keys stand in the order of the schema, whatever order they were set in, and every requirement, cell
 * and finding has a line of its own, so that two records can be compared line by line.
 */
export function* evidenceJson(evidence: Evidence): Generator<string> {
  const { requirements, findings, coverage, inventory, ...head } = evidence;
  yield '{\n';
  for (const key of ['schema', 'run', 'cluster'] as const) yield `  "${key}": ${top[key](head[key])},\n`;
  yield '  "inventory": {\n';
  const lists = Object.keys(inventoryShape) as (keyof typeof inventoryShape)[];
  for (const key of lists) {
    const element = elementOf(inventoryShape[key]);
    yield `    "${key}": [`;
    yield* separated<unknown>(inventory[key], (item) => [element(item)], '      ');
    yield key === lists.at(-1) ? ']\n' : '],\n';
  }
  yield '  },\n  "requirements": [';
  yield* separated(requirements, requirementJson);
  yield '],\n  "findings": [';
  yield* separated(findings, (finding) => [top.finding(finding)]);
  yield '],\n  "coverage": [';
  yield* separated(coverage, (row) => [top.coverage(row)]);
  yield ']\n}\n';
}

function* requirementJson({ cells, ...rest }: Evidence['requirements'][number]): Generator<string> {
  yield `${top.requirement(rest).slice(0, -1)},"cells":[`;
  yield* separated(cells, (cell) => [top.cell(cell)], '      ');
  yield ']}';
}

function* separated<T>(items: readonly T[], pieces: (item: T) => Iterable<string>, indent = '    '): Generator<string> {
  for (const [index, item] of items.entries()) {
    yield `${index === 0 ? '' : ','}\n${indent}`;
    yield* pieces(item);
  }
  if (items.length > 0) yield `\n${indent.slice(2)}`;
}

/** Writes the keys in the schema's order. Maps from names have theirs sorted; what the schema leaves open stays. */
function serializerOf(schema: unknown): Serializer {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    const inner = serializerOf(schema.unwrap());
    return (value) => (value === null ? 'null' : inner(value));
  }
  if (schema instanceof z.ZodArray) {
    const element = serializerOf(schema.element);
    return (value) => `[${(value as unknown[]).map((item) => element(item)).join(',')}]`;
  }
  if (schema instanceof z.ZodRecord) {
    return (value) => JSON.stringify(value, Object.keys(value as object).sort());
  }
  if (schema instanceof z.ZodObject) return objectSerializer(schema.shape);
  return (value) => JSON.stringify(value);
}

function objectSerializer(shape: Readonly<Record<string, unknown>>): Serializer {
  const fields = Object.entries(shape).map(([key, field]) => ({ key, start: `"${key}":`, field: serializerOf(field) }));
  return (value) => {
    const source = value as Readonly<Record<string, unknown>>;
    let text = '';
    for (const { key, start, field } of fields) {
      const inner = source[key];
      if (inner !== undefined) text += `${text === '' ? '' : ','}${start}${field(inner)}`;
    }
    return `{${text}}`;
  };
}

function elementOf(schema: z.ZodArray): Serializer {
  return serializerOf(schema.element);
}

const { shape } = evidenceSchema;
const inventoryShape = shape.inventory.shape;
const top = {
  schema: serializerOf(shape.schema),
  run: serializerOf(shape.run),
  cluster: serializerOf(shape.cluster),
  requirement: elementOf(shape.requirements),
  cell: elementOf(shape.requirements.element.shape.cells),
  finding: elementOf(shape.findings),
  coverage: elementOf(shape.coverage),
};
