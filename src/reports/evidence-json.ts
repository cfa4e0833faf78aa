import { z } from 'zod';
import { evidenceSchema, type Evidence } from '../harness/evidence/schema.ts';

type Orderer = (value: unknown) => unknown;

/**
 * `evidence.json`, in pieces: with tens of thousands of cells one string of it would pass what JavaScript can hold
 * (512 MB). The keys stand in the order of the schema, whatever order they were set in, and every requirement, cell
 * and finding has a line of its own, so that two records can be compared line by line.
 */
export function* evidenceJson(evidence: Evidence): Generator<string> {
  const { requirements, findings, coverage, inventory, ...head } = evidence;
  yield '{\n';
  for (const key of ['schema', 'run', 'cluster'] as const) {
    yield `  "${key}": ${line(orderers[key](head[key]))},\n`;
  }
  yield '  "inventory": {\n';
  yield* sections(orderers.inventory(inventory) as Record<string, unknown[]>);
  yield '  },\n  "requirements": [';
  yield* separated(requirements, requirementJson);
  yield '],\n  "findings": [';
  yield* separated(findings, (finding) => [line(orderers.findings([finding]), 1)]);
  yield '],\n  "coverage": [';
  yield* separated(coverage, (row) => [line(orderers.coverage([row]), 1)]);
  yield ']\n}\n';
}

function* sections(lists: Readonly<Record<string, readonly unknown[]>>): Generator<string> {
  const entries = Object.entries(lists);
  for (const [index, [key, list]] of entries.entries()) {
    yield `    "${key}": [`;
    yield* separated(list, (item) => [line(item)], '      ');
    yield index === entries.length - 1 ? ']\n' : '],\n';
  }
}

function* requirementJson(requirement: Evidence['requirements'][number]): Generator<string> {
  const [ordered] = orderers.requirements([requirement]) as [Record<string, unknown>];
  const { cells, ...rest } = ordered;
  yield `${line(rest).slice(0, -1)},"cells":[`;
  yield* separated(cells as readonly unknown[], (cell) => [line(cell)], '      ');
  yield ']}';
}

function* separated<T>(items: readonly T[], pieces: (item: T) => Iterable<string>, indent = '    '): Generator<string> {
  for (const [index, item] of items.entries()) {
    yield `${index === 0 ? '' : ','}\n${indent}`;
    yield* pieces(item);
  }
  if (items.length > 0) yield `\n${indent.slice(2)}`;
}

/** JSON on one line; `unwrap` takes that many brackets off both ends. */
function line(value: unknown, unwrap = 0): string {
  return JSON.stringify(value).slice(unwrap, unwrap === 0 ? undefined : -unwrap);
}

/** A copy with the keys in the schema's order. Maps from names have theirs sorted; what the schema leaves open stays. */
function ordererOf(schema: unknown): Orderer {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    const inner = ordererOf(schema.unwrap());
    return (value) => (value === null || value === undefined ? value : inner(value));
  }
  if (schema instanceof z.ZodArray) {
    const element = ordererOf(schema.element);
    return (value) => (value as unknown[]).map(element);
  }
  if (schema instanceof z.ZodRecord) {
    return (value) => Object.fromEntries(Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  if (!(schema instanceof z.ZodObject)) return (value) => value;
  const fields = Object.entries(schema.shape).map(([key, field]) => [key, ordererOf(field)] as const);
  return (value) => {
    const source = value as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      fields.flatMap(([key, field]) => (source[key] === undefined ? [] : [[key, field(source[key])]])),
    );
  };
}

const { shape } = evidenceSchema;
const orderers = {
  schema: ordererOf(shape.schema),
  run: ordererOf(shape.run),
  cluster: ordererOf(shape.cluster),
  inventory: ordererOf(shape.inventory),
  requirements: ordererOf(shape.requirements),
  findings: ordererOf(shape.findings),
  coverage: ordererOf(shape.coverage),
} satisfies Record<keyof Evidence, Orderer>;
