/**
 * The part of JSON Schema that the published schema is written in: whether a value is valid under it. An unknown
 * keyword is an error, so that nothing in the schema goes unchecked.
 */
type Schema = Readonly<Record<string, unknown>>;
type Check = (wanted: never, value: unknown, root: Schema, schema: Schema) => boolean;

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const ignored: Check = () => true;

const CHECKS: Readonly<Record<string, Check>> = {
  $schema: ignored,
  $id: ignored,
  $defs: ignored,
  title: ignored,
  description: ignored,
  examples: ignored,
  $ref: (ref: string, value, root) =>
    isValid((root.$defs as Record<string, Schema>)[ref.replace('#/$defs/', '')], value, root),
  type: (type: string, value) =>
    ({
      object: isMap(value),
      array: Array.isArray(value),
      string: typeof value === 'string',
      integer: Number.isInteger(value),
    })[type] === true,
  const: (wanted: unknown, value) => same(wanted, value),
  enum: (wanted: readonly unknown[], value) => wanted.some((each) => same(each, value)),
  pattern: (pattern: string, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  maxLength: (length: number, value) => typeof value !== 'string' || value.length <= length,
  minimum: (limit: number, value) => typeof value !== 'number' || value >= limit,
  maximum: (limit: number, value) => typeof value !== 'number' || value <= limit,
  minItems: (count: number, value) => !Array.isArray(value) || value.length >= count,
  maxItems: (count: number, value) => !Array.isArray(value) || value.length <= count,
  minProperties: (count: number, value) => !isMap(value) || Object.keys(value).length >= count,
  items: (items: Schema, value, root) => !Array.isArray(value) || value.every((item) => isValid(items, item, root)),
  required: (keys: readonly string[], value) => !isMap(value) || keys.every((key) => Object.hasOwn(value, key)),
  properties: (properties: Readonly<Record<string, Schema>>, value, root) =>
    !isMap(value) ||
    Object.entries(properties).every(([key, each]) => !Object.hasOwn(value, key) || isValid(each, value[key], root)),
  additionalProperties: (rest: Schema | false, value, root, schema) => {
    if (!isMap(value)) return true;
    const others = Object.keys(value).filter(
      (key) => !Object.hasOwn((schema.properties as object | undefined) ?? {}, key),
    );
    return others.every((key) => rest !== false && isValid(rest, value[key], root));
  },
  propertyNames: (names: Schema, value, root) =>
    !isMap(value) || Object.keys(value).every((key) => isValid(names, key, root)),
  anyOf: (schemas: readonly Schema[], value, root) => schemas.some((each) => isValid(each, value, root)),
  oneOf: (schemas: readonly Schema[], value, root) => schemas.filter((each) => isValid(each, value, root)).length === 1,
  not: (schema: Schema, value, root) => !isValid(schema, value, root),
};

export function isValid(schema: Schema | undefined, value: unknown, root: Schema = schema ?? {}): boolean {
  if (schema === undefined) throw new Error('a $ref leads nowhere');
  return Object.entries(schema).every(([keyword, wanted]) => {
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`unknown keyword ${keyword}`);
    return check(wanted as never, value, root, schema);
  });
}

/** Every schema within `schema`, itself included. */
export function* subschemas(schema: unknown): Generator<Schema> {
  if (Array.isArray(schema)) for (const each of schema) yield* subschemas(each);
  if (!isMap(schema)) return;
  yield schema;
  for (const [key, each] of Object.entries(schema)) if (key !== 'examples') yield* subschemas(each);
}
